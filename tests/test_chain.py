"""The chain over the log of decisions notices every change behind its back, and steps over none that is ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlite_utils import Database

from factcheck.chain import NO_HASH, entry_hash
from factcheck.config import Settings
from factcheck.doctor import examine
from factcheck.migrations import MIGRATIONS
from factcheck.records import Verdict
from factcheck.store import DATABASE, Store
from tests.fakes import line_claims
from tests.test_store import ALPHA, BETA, PRAISE, TOLL, decision_on, finding_of

Tamper = Callable[[sqlite3.Connection], object]


def log_of_five(path: Path) -> None:
    """A database with five entries in its log, one of them a withdrawal."""
    store = Store.open(path)
    for article in (ALPHA, BETA):
        store.save_article(article, line_claims(article))
    toll, praise = finding_of(TOLL), finding_of(PRAISE)
    store.save_findings([toll, praise])
    for finding, verdict, reviewer in (
        (toll, Verdict.CONFLICT, "Ana"),
        (toll, Verdict.UNSURE, "Ben"),
        (praise, Verdict.TENSION, "Ana"),
    ):
        store.add_decision(decision_on(finding, verdict, reviewer))
    store.withdraw_decision(toll.finding_id, "Ben", decision_on(toll).decided_at)
    store.add_decision(decision_on(praise, Verdict.UNSURE, "Ben"))
    assert store.chain_problems() == []
    store.close()


def without_triggers(path: Path, tamper: Tamper) -> None:
    """Change the file as somebody would who knows SQLite."""
    connection = sqlite3.connect(path)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        if "never" in name:
            connection.execute(f"DROP TRIGGER {name}")
    tamper(connection)
    connection.commit()
    connection.close()


def swap_two_and_three(connection: sqlite3.Connection) -> None:
    """Exchange the numbers of two entries, as if one had been decided before the other."""
    for before, after in ((2, 99), (3, 2), (99, 3)):
        connection.execute("UPDATE decisions SET number = ? WHERE number = ?", [after, before])


def cut(number: int) -> Tamper:
    """Take an entry away together with its link."""

    def delete(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM decisions WHERE number = ?", [number])
        connection.execute("DELETE FROM decision_chain WHERE number = ?", [number])

    return delete


@pytest.mark.parametrize(
    ("tamper", "problem"),
    [
        (lambda db: db.execute("UPDATE decisions SET verdict = 'unsure' WHERE number = 1"), "decision 1 does not read"),
        (lambda db: db.execute("UPDATE decisions SET note = 'x' WHERE number = 5"), "decision 5 does not read"),
        (lambda db: db.execute("UPDATE decisions SET withdraws = '' WHERE number = 4"), "decision 4 does not read"),
        (lambda db: db.execute("UPDATE decisions SET \"left\" = '{' WHERE number = 3"), "decision 3 does not read"),
        (lambda db: db.execute("DELETE FROM decisions WHERE number = 3"), "decision 3 is gone"),
        (cut(3), "decision 4 does not follow decision 2"),
        (cut(1), "decision 2 does not follow the beginning"),
        (cut(5), "the log ends with decision 4, where decision 5 was the last"),
        (swap_two_and_three, "decision 2 does not read"),
        (
            lambda db: db.execute(
                "INSERT INTO decisions SELECT 6, 'forged', finding_id, verdict, 'Eve', note, decided_at, \"left\","
                ' "right", relation, probability, model_id, withdraws, conflict_type, is_sampled FROM decisions'
                " WHERE number = 1"
            ),
            "decision 6 is not in the chain",
        ),
    ],
    ids=[
        "changed",
        "last changed",
        "withdrawal undone",
        "no JSON",
        "deleted",
        "cut",
        "first cut",
        "tail",
        "swap",
        "forged",
    ],
)
def test_a_log_that_was_changed_from_outside_is_noticed(tmp_path: Path, tamper: Tamper, problem: str):
    """Whoever changes, deletes, moves or adds an entry in the file is found out, and doctor says so."""
    log_of_five(tmp_path / DATABASE)
    without_triggers(tmp_path / DATABASE, tamper)
    store = Store.open(tmp_path / DATABASE)
    assert any(line.startswith(problem) for line in store.chain_problems()), store.chain_problems()
    store.close()
    [check] = [one for one in examine(Settings(index=tmp_path)) if one.name == "decisions"]
    assert not check.ok
    assert "the log of decisions was changed from outside" in check.detail
    assert "factcheck review export" in check.hint


def test_what_is_decided_after_a_cut_does_not_hide_it(tmp_path: Path):
    """A new entry is chained to the one that is gone, so the gap stays visible."""
    log_of_five(tmp_path / DATABASE)
    without_triggers(tmp_path / DATABASE, cut(5))
    store = Store.open(tmp_path / DATABASE)
    store.add_decision(decision_on(finding_of(PRAISE), Verdict.CONFLICT, "Cem"))
    assert any("does not follow decision 4" in line for line in store.chain_problems())
    store.close()


def test_an_old_log_is_chained_when_the_database_is_brought_up_to_date(tmp_path: Path):
    """Entries from before there was a chain get their links, in order, and the head is noted."""
    db = Database(tmp_path / DATABASE)
    MIGRATIONS.apply(db, stop_before="m005_decision_chain")
    for number in (1, 2):
        quote = '{"claim_id":"c","article_id":"a","text":"x","start":0,"end":1,"url":null}'
        db.execute(
            "INSERT INTO decisions VALUES (?, ?, 'f', 'conflict', ?, '', '2026-01-01T00:00:00+00:00', ?, ?, 'conflict',"
            " 0.9, 'm')",
            [number, f"entry{number}", f"reviewer {number}", quote, quote],
        )
    db.conn.commit()
    db.close()
    store = Store.open(tmp_path / DATABASE)
    assert store.chain_problems() == []
    links = store.chain_links()
    assert links["entry1"][0] == NO_HASH
    assert links["entry2"][0] == links["entry1"][1]
    assert store.log_head() == links["entry2"][1]
    assert set(store.decisions_of(["f"])["f"][0].reviewer) & set("12") == {"1"}
    store.close()


def test_a_hash_says_the_same_of_unknown_and_empty():
    """A column that comes later, or a title that is null here and empty there, changes no hash."""
    quote = {"text": "x", "url": None}
    row = {"entry_id": "e", "verdict": "conflict", "left": quote, "right": '{"text": "x"}', "note": ""}
    assert entry_hash(NO_HASH, row) == entry_hash(NO_HASH, {**row, "note": None, "withdraws": "", "later": 1})
    assert entry_hash(NO_HASH, row) != entry_hash(NO_HASH, {**row, "note": "y"})
    assert entry_hash(NO_HASH, row) != entry_hash("1" * 64, row)
