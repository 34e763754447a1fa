"""Review appends what people decide, refuses what is no decision, and takes its log elsewhere and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from factcheck import review
from factcheck.errors import BadInput, NotFound
from factcheck.parts import Parts
from factcheck.records import Verdict
from tests.fakes import fake_parts, line_claims
from tests.test_store import ALPHA, BETA, TOLL, finding_of


@pytest.fixture
def reviewed(parts: Parts) -> Parts:
    """Parts with one finding to decide about."""
    for article in (ALPHA, BETA):
        parts.store.save_article(article, line_claims(article))
    parts.store.save_findings([finding_of(TOLL)])
    return parts


def test_a_decision_is_kept_with_reviewer_note_and_time(reviewed: Parts):
    """What was decided is in the log as it was said, without space around it."""
    decision = review.decide(reviewed, TOLL.finding_id, "attribution only", " Ana ", "Both quote PTI.\r\nSee line 2.")
    assert reviewed.store.decisions(TOLL.finding_id) == [decision]
    assert decision.verdict is Verdict.ATTRIBUTION_ONLY
    assert (decision.reviewer, decision.note) == ("Ana", "Both quote PTI.\nSee line 2.")
    assert decision.decided_at.tzinfo is not None


def test_a_second_decision_does_not_replace_the_first(reviewed: Parts):
    """A reviewer who thinks again adds to the log."""
    first = review.decide(reviewed, TOLL.finding_id, "conflict", "Ana")
    second = review.decide(reviewed, TOLL.finding_id, "unsure", "Ana")
    assert reviewed.store.decisions(TOLL.finding_id) == [first, second]


@pytest.mark.parametrize(
    ("verdict", "reviewer", "note", "message"),
    [
        ("true", "Ana", "", "verdict 'true' is none of ours"),
        ("", "Ana", "", "verdict '' is none of ours"),
        ("conflict", "", "", "reviewer has 0 characters"),
        ("conflict", "  ", "", "reviewer has 0 characters"),
        ("conflict", "A" * 101, "", "reviewer has 101 characters"),
        ("conflict", "Ana", "n" * 10_001, "note has 10001 characters"),
        ("conflict", "Ana\x00", "", "reviewer holds control characters"),
        ("conflict", "Ana", "a\ud800", "note holds control characters"),
        ("conflict", None, "", "reviewer must be text, got NoneType"),
    ],
)
def test_what_is_no_decision_is_refused(reviewed: Parts, verdict: str, reviewer: str, note: str, message: str):
    """The error names what is wrong, and nothing is written."""
    with pytest.raises(BadInput, match=message):
        review.decide(reviewed, TOLL.finding_id, verdict, reviewer, note)
    assert reviewed.store.decision_log() == []


def test_notes_in_any_script_are_taken(reviewed: Parts):
    """Right-to-left text with its marks, emoji and markup are text like any other."""
    note = "یہ ایک \u202bنوٹ\u202c ہے <script>alert(1)</script> 👩🏽\u200d🚒 =SUM(A1)"
    assert review.decide(reviewed, TOLL.finding_id, "conflict", "Ana", note).note == note


def test_only_findings_can_be_decided_about(reviewed: Parts):
    """An unknown id is named."""
    with pytest.raises(NotFound, match="'0123'"):
        review.decide(reviewed, "0123", "conflict", "Ana")


def test_an_export_holds_everything_to_look_the_quotes_up(reviewed: Parts):
    """A line has the verdict, and both quotes with article, version and offsets that cut them out of the body."""
    review.decide(reviewed, TOLL.finding_id, "conflict", "Ana", "clear")
    [line] = review.export_decisions(reviewed)
    assert (line["finding_id"], line["verdict"], line["reviewer"]) == (TOLL.finding_id, "conflict", "Ana")
    quote = line["left"]
    article = reviewed.store.article(quote["article_id"])
    assert article.body[quote["start"] : quote["end"]] == quote["text"]
    assert (quote["url"], quote["content_hash"]) == (article.url, article.content_hash)


def test_an_export_read_into_another_store_gives_the_same_log(reviewed: Parts, tmp_path: Path):
    """Through JSON and back nothing is lost, and reading it twice adds nothing."""
    review.decide(reviewed, TOLL.finding_id, "conflict", "Ana", "clear")
    review.decide(reviewed, TOLL.finding_id, "unsure", "Ben")
    lines = [json.loads(json.dumps(line)) for line in review.export_decisions(reviewed)]
    other = fake_parts(tmp_path / "other")
    assert review.import_decisions(other, lines) == (2, ())
    assert review.import_decisions(other, lines) == (0, ())
    assert list(map(asdict, other.store.decision_log())) == list(map(asdict, reviewed.store.decision_log()))
    other.store.close()


def test_lines_that_are_no_decisions_are_left_out_by_number(reviewed: Parts):
    """Good lines beside bad ones go in."""
    review.decide(reviewed, TOLL.finding_id, "conflict", "Ana")
    [line] = review.export_decisions(reviewed)
    del line["chain"]
    good = {**line, "reviewer": "Ben"}
    bad = [
        "text",
        {**line, "verdict": "true"},
        {key: value for key, value in line.items() if key != "left"},
        {**line, "decided_at": "yesterday"},
        {**line, "decided_at": "2026-01-01T00:00:00"},
        {**line, "probability": 7},
        {**line, "left": {"text": "no more"}},
        {**line, "left": "text"},
    ]
    added, left_out = review.import_decisions(reviewed, [*bad, good])
    assert added == 1
    assert [one.what for one in left_out] == [f"decision {number}" for number in range(1, 9)]
    assert [one.reason for one in left_out[:5]] == [
        "is no JSON object; perhaps the file was cut",
        "verdict 'true' is none of ours",
        "has no 'left'",
        "Invalid isoformat string: 'yesterday'",
        "decided_at '2026-01-01T00:00:00' names no time zone",
    ]
