"""The schema is built step by step, once, and steps of a newer version are noticed."""

from __future__ import annotations

import sqlite3

import pytest
from sqlite_utils import Database

from factcheck.migrations import MIGRATIONS, unknown_steps

STEPS = [
    "m001_articles_and_claims",
    "m002_pairs_and_scores",
    "m003_findings_and_disputes",
    "m004_decisions_and_runs",
    "m005_decision_chain",
    "m006_queue",
    "m010_units",
    "m008_jobs",
    "m009_idempotency",
    "m007_people",
    "m011_origin_reviews",
    "m012_conflict_types",
    "m013_queue_order",
]


@pytest.fixture
def db() -> Database:
    """A database with every step applied."""
    made = Database(memory=True)
    MIGRATIONS.apply(made)
    return made


def test_all_steps_are_applied_in_order(db: Database):
    """A new database gets every step, in the order in which they were written; landed steps stay what they are."""
    assert [step.name for step in MIGRATIONS.applied(db)] == STEPS


def test_applying_twice_changes_nothing(db: Database):
    """A database that has every step is left as it is."""
    before = db.schema
    MIGRATIONS.apply(db)
    assert db.schema == before


def test_a_database_of_an_earlier_version_is_brought_up_to_date(db: Database):
    """Steps that are missing are added to what an earlier version left."""
    older = Database(memory=True)
    MIGRATIONS.apply(older, stop_before="m003_findings_and_disputes")
    assert "findings" not in older.table_names()
    MIGRATIONS.apply(older)
    assert older.schema == db.schema


def test_a_step_of_a_newer_version_is_named(db: Database):
    """A step that this version does not know is reported by its name."""
    assert unknown_steps(db) == []
    db["_sqlite_migrations"].insert({"migration_set": "factcheck", "name": "m999_later", "applied_at": ""})
    assert unknown_steps(db) == ["m999_later"]


@pytest.mark.parametrize("statement", ["UPDATE decisions SET verdict = 'unsure'", "DELETE FROM decisions"])
def test_decisions_can_be_neither_changed_nor_deleted(db: Database, statement: str):
    """The database itself refuses to change the log of decisions."""
    columns = ["entry_id", "finding_id", "verdict", "reviewer", "note", "decided_at", "left", "right", "relation"]
    db["decisions"].insert({**dict.fromkeys(columns, "x"), "probability": 0.9, "model_id": "m"})
    with pytest.raises(sqlite3.IntegrityError, match="decisions are added, never"):
        db.execute(statement)
    assert db["decisions"].count == 1
