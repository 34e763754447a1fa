"""The JSON shapes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from factcheck.answers import ClaimCheck, Evidence
from factcheck.attribution import UNNAMED
from factcheck.errors import FactcheckError, IndexMissing
from factcheck.payloads import (
    article_payload,
    claim_check_payload,
    claim_payload,
    dispute_payload,
    error_payload,
    finding_payload,
    ok_payload,
    report_payload,
    run_payload,
)
from factcheck.records import Clash, LeftOut, Relation, RunSummary, Span, Unit
from factcheck.verdicts import SidedClaim
from tests.golden_files import golden
from tests.sample_report import COURIER, FIFTEEN, HERALD, LATER, NOW, NUMBERS, SAMPLE, TOLL, TWELVE, WIRE, span

SIDED = {
    TWELVE.claim_id: SidedClaim(claim=TWELVE, article=COURIER),
    FIFTEEN.claim_id: SidedClaim(claim=FIFTEEN, article=HERALD),
    TOLL.claim_id: SidedClaim(claim=TOLL, article=WIRE),
}
BODIES = {article.article_id: article.body for article in (COURIER, HERALD, WIRE)}


def evidence(**changes: object) -> Evidence:
    plain = Evidence(
        claim=TWELVE,
        article=COURIER,
        relation=Relation.CONFLICT,
        probability=0.94,
        scores=NUMBERS.scores,
        conflict_type=NUMBERS.conflict_type,
        clash=Clash(left=span(HERALD, "Water"), right=span(COURIER, "Twelve")),
        reasons=("the numbers differ",),
    )
    return replace(plain, **changes)


def test_envelopes_say_whether_it_worked():
    """Every answer says ok; a failure carries message, hint and the HTTP status of its class."""
    assert ok_payload(count=1) == {"ok": True, "count": 1}
    failure = error_payload(IndexMissing("no vectors yet", hint="run: factcheck reindex"))
    assert failure == {"ok": False, "error": "no vectors yet", "hint": "run: factcheck reindex", "status": 503}
    assert error_payload(FactcheckError("odd"))["status"] == 500


def test_article_goes_out_with_the_fields_it_came_in_with():
    """The five fields of an article are there under their own names, unknown ones as null."""
    payload = article_payload(HERALD)
    assert [payload[name] for name in ("url", "source", "title", "published_at")] == [
        "javascript:alert(1)",
        "=Herald & <Sons>",
        "Title of herald",
        None,
    ]
    assert payload["body"] == HERALD.body


def test_claim_can_be_found_again():
    """A claim names outlet, URL, date, title, version and span, and the span cuts the quote out of the body."""
    payload = claim_payload(TWELVE, COURIER)
    assert COURIER.body[payload["start"] : payload["end"]] == payload["quote"] == TWELVE.text
    assert payload["context"] == {"before": "The dam at Orlo broke at dawn.", "after": "Roads are closed."}
    assert payload["article"] == {
        "article_id": COURIER.article_id,
        "title": "Title of courier",
        "source": "The Courier",
        "url": "https://courier.example/dam",
        "published_at": "2026-11-18",
        "label": "courier",
        "content_hash": COURIER.content_hash,
        "origin_id": COURIER.origin_id,
    }


def test_speaker_is_null_where_the_outlet_itself_speaks():
    """A speaker comes as a string beside the words that name him; the outlet's own claims have neither."""
    quoted, own = claim_payload(TWELVE, COURIER), claim_payload(TOLL, WIRE)
    assert quoted["speaker"] == "police"
    assert quoted["speaker_cue"] == {"start": 64, "end": 70, "text": "police"}
    assert own["speaker"] is None
    assert own["speaker_cue"] is None


def test_a_speaker_whom_nothing_names_is_in_words():
    """What stands for that inside does not go out."""
    nameless = replace(TWELVE, speaker=replace(TWELVE.speaker, name=UNNAMED))
    assert claim_payload(nameless, COURIER)["speaker"] == "an unnamed source"


def test_outlets_are_known_by_their_source():
    """Two articles of unknown outlets may have one label: they are two, and none of them an outlet."""
    findings = {NUMBERS.finding_id: NUMBERS}
    alike = {
        claim_id: SidedClaim(claim=sided.claim, article=replace(sided.article, source=None, label="notes"))
        for claim_id, sided in SIDED.items()
    }
    payload = dispute_payload(SAMPLE.disputes[0], findings, alike)
    assert (payload["outlets"], payload["known_outlets"], payload["unknown_outlets"]) == (["notes"], 0, 2)


def test_answer_to_a_submitted_claim_has_the_agreed_shape():
    """Claim, evidence and what was looked at; the clash counts in the submitted text and in the stored body."""
    check = ClaimCheck(
        text="Water came at dawn.",
        reads_as="Water came at dawn.",
        published_at="2026-11-19",
        evidence=(evidence(),),
        checked={"articles": 3, "claims": 7, "scored": 2},
    )
    payload = claim_check_payload(check)
    assert payload["claim"] == {"text": "Water came at dawn.", "published_at": "2026-11-19"}
    assert payload["checked"] == {"articles": 3, "claims": 7, "scored": 2}
    [one] = payload["evidence"]
    wanted = {"relation", "probability", "scores", "quote", "start", "end", "speaker", "article", "conflict_type"}
    assert wanted | {"reasons"} <= one.keys()
    assert set(one["scores"]) == {"conflict", "update", "tension", "agree", "compatible", "different"}
    assert one["clash"] == {
        "left": {"start": 0, "end": 5, "text": "Water"},
        "right": {"start": 31, "end": 37, "text": "Twelve"},
    }


def test_evidence_says_what_was_compared_as_a_finding_does():
    """The unit of the stored claim by its place in the article; of the submitted one all of it."""
    unit = Unit(span=Span(start=0, end=31), text="Twelve residents died in the flood.")
    one = evidence(claim=replace(TWELVE, units=(unit,)), unit=1)
    check = ClaimCheck(text="Water!", reads_as="The water", published_at=None, evidence=(one,), checked={})
    compared = claim_check_payload(check)["evidence"][0]["compared"]
    assert compared["left"] == {"start": 0, "end": 6, "text": "Water!", "reads_as": "The water"}
    start = COURIER.body.index("Twelve")
    assert compared["right"] == {
        "start": start,
        "end": start + 31,
        "text": "Twelve people died in the flood",
        "reads_as": "Twelve residents died in the flood.",
    }


def test_no_evidence_is_an_empty_list():
    """A claim that nothing speaks to has evidence [], not null and no error."""
    check = ClaimCheck(
        text="x", reads_as="x", published_at=None, evidence=(), checked={"articles": 0, "claims": 0, "scored": 0}
    )
    assert claim_check_payload(check)["evidence"] == []


def test_finding_is_open_until_enough_people_decided():
    """A decision alone does not end it, as a second person may be wanted; the store knows."""
    sides = (SIDED[NUMBERS.pair.left_id], SIDED[NUMBERS.pair.right_id])
    once = finding_payload(NUMBERS, *sides, SAMPLE.decisions[NUMBERS.finding_id])
    assert (once["status"], [one["verdict"] for one in once["decisions"]]) == ("open", ["conflict"])
    assert finding_payload(NUMBERS, *sides, is_decided=True)["status"] == "decided"
    assert [one["status"] for one in report_payload(SAMPLE)["findings"]] == ["decided", "open"]


def test_finding_says_what_of_each_claim_was_compared():
    """A unit by its place in the article and as it reads by itself; the whole sentence where no unit was."""
    left, right = SIDED[NUMBERS.pair.left_id], SIDED[NUMBERS.pair.right_id]
    unit = Unit(span=Span(start=4, end=20), text="He flooded the town.")
    in_parts = replace(left, claim=replace(left.claim, units=(unit,)))
    finding = replace(NUMBERS, pair=replace(NUMBERS.pair, left_unit=1))
    compared = finding_payload(finding, in_parts, right)["compared"]
    start = left.claim.start
    assert compared["left"] == {
        "start": start + 4,
        "end": start + 20,
        "text": left.claim.text[4:20],
        "reads_as": "He flooded the town.",
    }
    assert compared["right"] == {
        "start": right.claim.start,
        "end": right.claim.end,
        "text": right.claim.text,
        "reads_as": right.claim.standalone_text,
    }


def test_last_side_of_an_update_is_the_latest():
    """Only an update marks a side as latest, and only the last one."""
    findings = {finding.finding_id: finding for finding in (NUMBERS, LATER)}
    conflict, update = (dispute_payload(dispute, findings, SIDED) for dispute in SAMPLE.disputes)
    assert [side.get("latest") for side in conflict["sides"]] == [None, None]
    assert [side.get("latest") for side in update["sides"]] == [None, True]


def test_no_side_of_unknown_date_is_the_latest():
    """Where the known days do not tell which report came last, no side is marked."""
    findings = {finding.finding_id: finding for finding in (NUMBERS, LATER)}
    [update] = [one for one in SAMPLE.disputes if one.relation is Relation.UPDATE]
    for undated in (None, COURIER.published_at):
        wire = SidedClaim(claim=TOLL, article=replace(WIRE, published_at=undated))
        told = dispute_payload(update, findings, {**SIDED, TOLL.claim_id: wire})
        assert [side.get("latest") for side in told["sides"]] == [None, None]


def test_sides_carry_what_clashes_in_their_quotes():
    """Each claim of a side names the spans of its own article that clash with the other sides."""
    findings = {NUMBERS.finding_id: NUMBERS}
    payload = dispute_payload(SAMPLE.disputes[0], findings, SIDED)
    clashes = [claim["clash"] for side in payload["sides"] for claim in side["claims"]]
    assert [[one["text"] for one in clash] for clash in clashes] == [["Twelve"], ["15"]]
    assert (payload["outlets"], payload["origins"]) == (["The Courier", "=Herald & <Sons>"], 2)


def test_a_dispute_tells_the_reasons_of_the_conflict_that_names_it():
    """A likelier tension on the same card does not speak for it, nor for its claims."""
    tension = replace(
        NUMBERS, finding_id="ffff", relation=Relation.TENSION, probability=0.99, reasons=("opposite words",)
    )
    [dispute, _] = SAMPLE.disputes
    mixed = replace(dispute, finding_ids=(NUMBERS.finding_id, "ffff"))
    payload = dispute_payload(mixed, {NUMBERS.finding_id: NUMBERS, "ffff": tension}, SIDED)
    assert payload["reasons"] == list(NUMBERS.reasons)
    claims = [claim for side in payload["sides"] for claim in side["claims"]]
    assert {claim["relation"] for claim in claims} == {"conflict"}


def test_claim_that_only_corroborates_has_no_probability():
    """A claim of a side that no finding names is there by agreement."""
    [dispute, _] = SAMPLE.disputes
    first, second = dispute.sides
    joined = replace(dispute, sides=(replace(first, claim_ids=(*first.claim_ids, TOLL.claim_id)), second))
    payload = dispute_payload(joined, {NUMBERS.finding_id: NUMBERS}, SIDED)
    corroborating = payload["sides"][0]["claims"][1]
    assert (corroborating["relation"], corroborating["probability"], corroborating["clash"]) == ("agree", None, [])


def test_every_quote_of_a_report_is_where_it_says():
    """Each quote, cue and clash of the report cuts exactly its text out of the body of its article."""
    report = report_payload(SAMPLE)
    claims = [claim for dispute in report["disputes"] for side in dispute["sides"] for claim in side["claims"]]
    claims += [finding[side] for finding in report["findings"] for side in ("left", "right")]
    for claim in claims:
        body = BODIES[claim["article"]["article_id"]]
        assert body[claim["start"] : claim["end"]] == claim["quote"]
        for stretch in [*claim.get("clash", []), claim["speaker_cue"]]:
            assert stretch is None or body[stretch["start"] : stretch["end"]] == stretch["text"]


def test_report_has_the_agreed_shape():
    """The whole report, as agreed with those who read it."""
    text = json.dumps(report_payload(SAMPLE), ensure_ascii=False, indent=2) + "\n"
    assert text == golden("report_payload.json", text)


def test_run_tells_the_funnel_and_what_was_left_out():
    """Counts, what was left out and why, seconds, models and settings."""
    run = RunSummary(
        run_id="run-1",
        started_at=NOW,
        counts={"articles": 3},
        left_out=(LeftOut(what="a.pdf", reason="no text in it"),),
        seconds={"split": 0.12345},
        models={"embedder": "minilm-1"},
        settings={"neighbours": "10"},
    )
    payload = run_payload(run)
    assert payload["funnel"] == {"articles": 3, "left_out": [{"what": "a.pdf", "reason": "no text in it"}]}
    assert payload["seconds"] == {"split": pytest.approx(0.123)}
