"""Decisions leave in four forms, do no harm where they arrive, and come back as they went, in whatever order."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from factcheck import review
from factcheck.errors import BadInput
from factcheck.parts import Parts
from factcheck.records import ConflictType, Relation, Verdict
from factcheck.review_formats import cell, entry_of, uncell
from factcheck.training.pairs import relation_pairs
from tests.fakes import fake_parts, line_claims, make_article
from tests.test_store import finding_of, pair_of

FORMULA = '=HYPERLINK("https://evil.example";"Twelve")'
ALPHA = make_article(f"Before it.\n{FORMULA} people died.\nAfter \u202bقبل\u202c it.", "alpha", title="-1+1|cmd")
BETA = make_article("Fifteen people died <script>alert(1)</script>.\nLater\x0bon, a second line.", "beta")
PAIRS = [pair_of(line_claims(ALPHA)[line], line_claims(BETA)[line % 2]) for line in (1, 2)]
NOTE = "=1+1\r\nیہ ایک \u202bنوٹ\u202c ہے, “said” 'so', <b>;\t👩🏽\u200d🚒"


@pytest.fixture
def reviewed(parts: Parts) -> Parts:
    """Parts with two findings, five decisions and two withdrawals; formulas, markup and right-to-left text in all."""
    for article in (ALPHA, BETA):
        parts.store.save_article(article, line_claims(article))
    parts.store.save_findings([finding_of(PAIRS[0]), finding_of(PAIRS[1], Relation.TENSION, is_sampled=True)])
    one, other = (pair.finding_id for pair in PAIRS)
    review.decide(parts, one, "unsure", "Ana", NOTE)
    review.decide(parts, one, "conflict", "@Ana")
    review.withdraw(parts, one, "Ana")
    review.decide(parts, one, "conflict", "Ana", "'quoted")
    review.decide(parts, one, "conflict", "Ben")
    review.decide(parts, other, "no disagreement", "Ben", "-")
    review.withdraw(parts, other, "Ben")
    return parts


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Parts]:
    """Parts with an empty store of their own."""
    other = fake_parts(tmp_path / "elsewhere")
    yield other
    other.store.close()


def exported(parts: Parts, form: str) -> bytes:
    """A whole export as a file holds it."""
    return "".join(review.export_as(parts, form)).encode()


def state_of(parts: Parts) -> list[object]:
    """What is held of findings, whatever the order of the log."""
    log = sorted(map(asdict, parts.store.decision_log()), key=lambda entry: str(entry["decision"]))
    return [log, [one.decision for one in parts.store.standing_log()]]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_export_gives_the_same_state_in_a_fresh_store(reviewed: Parts, elsewhere: Parts, form: str):
    """Every entry, withdrawals too, with a sound chain; a second import adds nothing; a second export is the first."""
    lines = exported(reviewed, form).splitlines(keepends=True)
    assert review.import_file(elsewhere, lines) == (7, 0, ())
    assert review.import_file(elsewhere, lines) == (0, 7, ())
    assert elsewhere.store.decision_log() == reviewed.store.decision_log()
    assert state_of(elsewhere) == state_of(reviewed)
    assert elsewhere.store.chain_problems() == []
    assert exported(elsewhere, form) == exported(reviewed, form)


def test_lines_out_of_order_give_the_same_state(reviewed: Parts, elsewhere: Parts):
    """A withdrawal may come before what it withdraws; the chain is one of its own."""
    lines = exported(reviewed, "jsonl").splitlines()
    assert review.import_file(elsewhere, reversed(lines)) == (7, 0, ())
    assert state_of(elsewhere) == state_of(reviewed)
    assert elsewhere.store.chain_problems() == []
    assert elsewhere.store.log_head() != reviewed.store.log_head()


def test_a_truncated_file_gives_what_it_holds(reviewed: Parts, elsewhere: Parts):
    """A line that was cut is named; so is a gap in the middle."""
    whole = exported(reviewed, "jsonl")
    added, _, left_out = review.import_file(elsewhere, whole[:-40].splitlines(keepends=True))
    assert (added, [one.what for one in left_out]) == (6, ["decision 7"])
    assert "perhaps the file was cut" in left_out[0].reason
    lines = whole.splitlines()
    other = fake_parts(elsewhere.settings.index / "third")
    added, _, left_out = review.import_file(other, [lines[0], *lines[3:]])
    assert (added, [one.what for one in left_out]) == (5, ["what came before decision 2"])
    other.store.close()


def test_a_csv_that_was_cut_or_is_too_wide_is_read_as_far_as_it_goes(reviewed: Parts, elsewhere: Parts):
    """Rows with other columns and cells beyond every limit are named, and the good ones beside them go in."""
    lines = exported(reviewed, "csv").splitlines(keepends=True)
    bad = [b"one,two\r\n", b'"' + b"n" * 200_000 + b'"\r\n']
    added, _, left_out = review.import_file(elsewhere, [*lines, *bad])
    assert (added, [one.what for one in left_out]) == (7, ["decision 8", "decision 9"])


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_line_that_was_changed_is_refused(reviewed: Parts, elsewhere: Parts, form: str):
    """The hash that came with it does not fit any more."""
    altered = exported(reviewed, form).replace(b"unsure", b"update")
    added, _, left_out = review.import_file(elsewhere, altered.splitlines(keepends=True))
    assert "was changed after it was exported" in {one.reason for one in left_out}
    assert Verdict.UPDATE not in {entry.decision.verdict for entry in elsewhere.store.decision_log()}
    assert added == 5


def test_somebody_elses_withdrawal_withdraws_nothing(reviewed: Parts):
    """An imported line may name any entry; it counts only where the same person decided."""
    line = next(line for line in review.export_decisions(reviewed) if line["verdict"] == "conflict")
    del line["chain"]
    forged = {**line, "reviewer": "Eve", "withdraws": line["entry_id"]}
    before = reviewed.store.standing_log()
    assert review.import_decisions(reviewed, [forged]) == (1, 0, ())
    assert reviewed.store.standing_log() == before


@pytest.mark.parametrize(
    "changed",
    [
        {"note": "n" * 10_001},
        {"note": "a\x00b"},
        {"reviewer": ""},
        {"reviewer": ["Ana"]},
        {"probability": 10**400},
        {"probability": float("nan")},
        {"withdraws": 5},
        {"left": {"selector": "none"}},
        {"left": None},
        {"conflict_type": "colour"},
        {"relation": "enemy"},
        {"model_id": None},
        {"finding_id": "f" * 65},
        {"reviewer": "\u200b"},
    ],
)
def test_values_that_no_export_has_are_refused(reviewed: Parts, changed: dict[str, object]):
    """Each is named, none ends the import, nothing is kept."""
    line = {**next(iter(review.export_decisions(reviewed))), **changed}
    line.pop("chain")
    with pytest.raises(BadInput):
        entry_of(line)
    added, _, [left_out] = review.import_decisions(reviewed, [line])
    assert (added, left_out.what) == (0, "decision 1")


def test_a_decision_of_the_future_is_left_out(reviewed: Parts, elsewhere: Parts):
    """It would be what was said last for as long as it lies ahead; clocks may be some hours apart."""
    line = next(iter(review.export_decisions(reviewed)))
    line.pop("chain")
    soon = elsewhere.clock() + timedelta(hours=20)
    lines = [{**line, "decided_at": moment} for moment in (soon.isoformat(), "9999-12-31T23:59:59+00:00")]
    added, _, [left_out] = review.import_decisions(elsewhere, lines)
    assert (added, left_out.what) == (1, "decision 2")
    assert "is in the future" in left_out.reason


@pytest.mark.parametrize(
    "quote",
    [{"text": 5}, {"title": {}}, {"start": "0"}, {"start": True}, {"end": 10**6}, {"text": "\ud800"}, {"url": 3}],
)
def test_quotes_that_cannot_be_are_refused(reviewed: Parts, quote: dict[str, object]):
    """Types, offsets and text are looked at."""
    line = next(iter(review.export_decisions(reviewed)))
    line.pop("chain")
    with pytest.raises(BadInput):
        entry_of({**line, "left": {**line["left"], **quote}})


def test_selectors_find_the_quote_in_the_article(reviewed: Parts):
    """Position and words with their surroundings, as the Web Annotation model has them, point at the same text."""
    line = next(iter(review.export_decisions(reviewed)))
    for side in ("left", "right"):
        position, words = line[side]["selector"]
        body = reviewed.store.article(line[side]["article_id"]).body
        assert (position["type"], words["type"]) == ("TextPositionSelector", "TextQuoteSelector")
        assert body[position["start"] : position["end"]] == words["exact"] == line[side]["text"]
        assert words["prefix"] + words["exact"] + words["suffix"] in body
        assert 0 < len(words["prefix"] + words["suffix"]) <= 64
        assert line[side]["content_hash"] == reviewed.store.article(line[side]["article_id"]).content_hash


def test_no_cell_of_the_csv_can_run_as_a_formula(reviewed: Parts):
    """Whatever an article, a note or a name begins with, a spreadsheet reads text."""
    rows = list(csv.reader(StringIO(exported(reviewed, "csv").decode(), newline="")))
    assert len({len(row) for row in rows}) == 1
    assert not [value for row in rows for value in row if value.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    flat = {value for row in rows for value in row}
    assert {f"'{FORMULA} people died.", "'@Ana", "''quoted", "'-1+1|cmd"} <= flat


@given(st.text())
def test_a_cell_gives_back_what_it_was_given(text: str):
    """No text is lost or taken for another by making it harmless."""
    assert uncell(cell(text)) == text


def test_decisions_train_the_relation_model(reviewed: Parts, tmp_path: Path):
    """What people agree on becomes a pair in the schema of the training data, with the self-contained wording."""
    file = tmp_path / "decisions.jsonl"
    file.write_bytes(exported(reviewed, "pairs"))
    [pair] = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert (pair["id"], pair["relation"], pair["corpus"]) == (PAIRS[0].finding_id, "conflict", "decisions")
    assert (pair["confidence"], pair["conflict_type"]) == (3, "number")
    assert {pair["a"]["source"], pair["b"]["source"]} == {"Alpha", "Beta"}
    assert {pair["a"]["published_at"], pair["b"]["published_at"]} == {"2019-08-17"}
    [learnt] = relation_pairs([file])
    assert learnt.labels == ("conflict",)


@pytest.mark.parametrize(
    ("verdicts", "relation", "confidence"),
    [
        (["update"], "update", 2),
        (["attribution only"], "agree", 2),
        (["different event", "different event"], "different", 3),
        (["no disagreement", "no disagreement", "conflict"], "compatible", 1),
        (["conflict", "update"], None, None),
        (["unsure"], None, None),
        (["not a claim"], None, None),
    ],
)
def test_a_verdict_names_the_relation_to_learn(
    reviewed: Parts, verdicts: list[str], relation: str | None, confidence: int | None
):
    """Ties, doubt and sentences that claim nothing teach nothing."""
    for number, verdict in enumerate(verdicts):
        review.decide(reviewed, PAIRS[1].finding_id, verdict, f"reviewer {number}")
    lines = [json.loads(line) for line in exported(reviewed, "pairs").decode().splitlines()]
    own = [line for line in lines if line["id"] == PAIRS[1].finding_id]
    assert [(line["relation"], line["confidence"]) for line in own] == ([(relation, confidence)] if relation else [])


def test_claim_reviews_say_only_what_people_decided(reviewed: Parts):
    """Both claims of a decided conflict, with who reviewed them and what stands against them; no rating number."""
    reviews = json.loads(exported(reviewed, "claimreview"))
    assert {one["claimReviewed"] for one in reviews} == {f"{FORMULA} people died.", line_claims(BETA)[1].text}
    for one in reviews:
        assert (one["@context"], one["@type"]) == ("https://schema.org", "ClaimReview")
        assert one["reviewRating"] == {"@type": "Rating", "alternateName": "In conflict with another report"}
        assert [author["name"] for author in one["author"]] == ["@Ana", "Ana", "Ben"]
        assert one["itemReviewed"]["appearance"]["url"].startswith("https://")
        assert one["isBasedOn"]["url"] != one["itemReviewed"]["appearance"]["url"]


def test_nothing_decided_is_an_empty_file(parts: Parts):
    """Of each form, and an unknown form is refused."""
    assert exported(parts, "jsonl") == exported(parts, "pairs") == b""
    assert json.loads(exported(parts, "claimreview")) == []
    assert exported(parts, "csv").startswith(b"entry_id,finding_id,verdict")
    assert review.import_file(parts, [exported(parts, "csv")]) == (0, 0, ())
    assert review.import_file(parts, []) == (0, 0, ())
    with pytest.raises(BadInput, match="'xml'"):
        review.export_as(parts, "xml")


def test_what_the_model_had_said_travels_too(reviewed: Parts, elsewhere: Parts):
    """With the conflict type, and whether the pair was drawn: the log is measured the same elsewhere."""
    review.import_file(elsewhere, exported(reviewed, "jsonl").splitlines())
    kinds = {(entry.conflict_type, entry.is_sampled) for entry in elsewhere.store.decision_log()}
    assert kinds == {(ConflictType.NUMBER, False), (None, True)}
