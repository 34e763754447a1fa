"""Review appends what people decide, refuses what is no decision, and takes its log elsewhere and back."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from factcheck import review
from factcheck.errors import BadInput, NotFound
from factcheck.parts import Parts
from factcheck.records import Verdict
from factcheck.store import FindingFilter
from tests.fakes import fake_parts, line_claims, make_article
from tests.test_store import ALPHA, BETA, PRAISE, TOLL, dispute_about, finding_of


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
        ("", "Ana", "", "no verdict is chosen"),
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
    assert review.import_decisions(other, lines) == (2, 0, ())
    assert review.import_decisions(other, lines) == (0, 2, ())
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
    added, _, left_out = review.import_decisions(reviewed, [*bad, good])
    assert added == 1
    assert [one.what for one in left_out] == [f"decision {number}" for number in range(1, 9)]
    assert [one.reason for one in left_out[:5]] == [
        "is no JSON object; perhaps the file was cut",
        "verdict 'true' is none of ours",
        "has no 'left'",
        "Invalid isoformat string: 'yesterday'",
        "decided_at '2026-01-01T00:00:00' names no time zone",
    ]


def test_a_withdrawn_decision_does_not_stand_but_stays_in_the_log(reviewed: Parts):
    """Undo adds an entry; what was decided before it stands again, and the finding is open once nothing stands."""
    first = review.decide(reviewed, TOLL.finding_id, "conflict", "Ana")
    second = review.decide(reviewed, TOLL.finding_id, "unsure", "Ana")
    undone = review.withdraw(reviewed, TOLL.finding_id, " Ana ")
    assert (undone.withdraws, undone.verdict, undone.reviewer) == (second.entry_id, Verdict.UNSURE, "Ana")
    assert reviewed.store.decisions(TOLL.finding_id) == [first]
    again = review.withdraw(reviewed, TOLL.finding_id, "Ana")
    assert again.withdraws == first.entry_id
    assert reviewed.store.decisions(TOLL.finding_id) == []
    assert reviewed.store.counts()["open"] == 1
    assert [one.decision for one in reviewed.store.decision_log()] == [first, second, undone, again]
    known = reviewed.store.reviews_of([TOLL.finding_id])[TOLL.finding_id]
    assert (known.status, known.decisions, known.history) == ("open", (), (first, second, undone, again))


def test_nobody_withdraws_what_others_decided(reviewed: Parts):
    """Who never decided, or has withdrawn everything, has nothing to withdraw; an unknown finding is named."""
    review.decide(reviewed, TOLL.finding_id, "conflict", "Ana")
    with pytest.raises(BadInput, match="Ben has no decision"):
        review.withdraw(reviewed, TOLL.finding_id, "Ben")
    review.withdraw(reviewed, TOLL.finding_id, "Ana")
    with pytest.raises(BadInput, match="Ana has no decision"):
        review.withdraw(reviewed, TOLL.finding_id, "Ana")
    with pytest.raises(NotFound, match="'0123'"):
        review.withdraw(reviewed, "0123", "Ana")
    assert len(reviewed.store.decision_log()) == 2


def test_a_decision_can_be_withdrawn_after_its_finding_went(reviewed: Parts):
    """The source may have changed since; the log is the reviewer's own all the same."""
    review.decide(reviewed, TOLL.finding_id, "conflict", "Ana")
    reviewed.store.save_article(make_article("Nothing is known.", "alpha"), [])
    assert review.withdraw(reviewed, TOLL.finding_id, "Ana").verdict is Verdict.CONFLICT
    assert reviewed.store.standing_log() == []


def test_a_dispute_is_decided_as_a_whole(reviewed: Parts):
    """Only what this reviewer has not decided is, and all of it or nothing."""
    reviewed.store.save_findings([finding_of(TOLL), finding_of(PRAISE)])
    both = replace(dispute_about(TOLL), finding_ids=(TOLL.finding_id, PRAISE.finding_id))
    reviewed.store.save_disputes([both])
    review.decide(reviewed, TOLL.finding_id, "unsure", "Ana")
    [made] = review.decide_dispute(reviewed, "dispute", "conflict", "Ana", "as the police says")
    assert (made.finding_id, made.verdict, made.note) == (PRAISE.finding_id, Verdict.CONFLICT, "as the police says")
    assert review.decide_dispute(reviewed, "dispute", "conflict", "Ana") == []
    assert len(review.decide_dispute(reviewed, "dispute", "tension", "Ben")) == 2
    with pytest.raises(BadInput, match="none of ours"):
        review.decide_dispute(reviewed, "dispute", "true", "Cem")
    with pytest.raises(NotFound, match="'other'"):
        review.decide_dispute(reviewed, "other", "conflict", "Cem")


def test_of_a_dispute_only_the_pairs_that_were_named_are_decided(reviewed: Parts):
    """What it holds beside them stays undecided, and what it does not hold is left alone."""
    reviewed.store.save_findings([finding_of(TOLL), finding_of(PRAISE)])
    both = replace(dispute_about(TOLL), finding_ids=(TOLL.finding_id, PRAISE.finding_id))
    reviewed.store.save_disputes([both])
    named = {PRAISE.finding_id, "elsewhere"}
    [made] = review.decide_dispute(reviewed, "dispute", "conflict", "Ana", only=named)
    assert made.finding_id == PRAISE.finding_id
    assert review.decide_dispute(reviewed, "dispute", "conflict", "Ana", only=named) == []
    assert review.decide_dispute(reviewed, "dispute", "conflict", "Ana", only=()) == []
    assert reviewed.store.decisions(TOLL.finding_id) == []


def test_a_note_of_ten_megabytes_is_refused_at_once(reviewed: Parts):
    """The error says how long it is and how long it may be; nothing is kept."""
    with pytest.raises(BadInput, match="note has 10000000 characters") as caught:
        review.decide(reviewed, TOLL.finding_id, "conflict", "Ana", "n" * 10_000_000)
    assert "10000" in caught.value.hint
    assert reviewed.store.decision_log() == []


def test_next_goes_through_the_queue_and_ends(reviewed: Parts):
    """The use case keeps the finding for the reviewer; after the last decision there is nothing next."""
    reviewed.store.save_findings([finding_of(TOLL), finding_of(PRAISE, probability=0.5)])
    first = review.next_finding(reviewed, FindingFilter(status="open"), "Ana")
    assert first == TOLL.finding_id
    assert review.next_finding(reviewed, FindingFilter(status="open"), "Ben") == PRAISE.finding_id
    review.decide(reviewed, TOLL.finding_id, "conflict", "Ana")
    assert review.next_finding(reviewed, FindingFilter(status="open"), "Ana", first) is None
    review.release(reviewed, PRAISE.finding_id, "Ben")
    assert review.next_finding(reviewed, FindingFilter(status="open"), "Ana", first) == PRAISE.finding_id
