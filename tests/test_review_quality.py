"""What decisions say of the findings: shares with intervals, recall from the slice, calibration, and agreement."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from factcheck.ingest import ingest
from factcheck.parts import Parts
from factcheck.payloads_review import quality_payload
from factcheck.pipeline import scan
from factcheck.records import ConflictType, Decision, LoggedDecision, Quote, Relation, RunSummary, Verdict
from factcheck.review import export_decisions, import_decisions
from factcheck.review_quality import (
    band_of,
    cohen_kappa,
    krippendorff_alpha,
    quality,
    wilson,
)
from factcheck.settled import settle
from tests.fakes import NOW, fake_parts, make_article

QUOTE = Quote(
    claim_id="c",
    article_id="a",
    content_hash="h",
    url=None,
    source="Alpha",
    title=None,
    published_at=None,
    start=0,
    end=5,
    text="Words",
)


def entry(
    number: int, verdict: Verdict, reviewer: str = "Ana", relation: Relation = Relation.CONFLICT, **fields: object
) -> LoggedDecision:
    """A decision about the finding of this number; later numbers were decided later."""
    made = Decision(
        finding_id=f"finding {number}",
        verdict=verdict,
        reviewer=reviewer,
        note="",
        decided_at=NOW + timedelta(minutes=number),
    )
    values = {"probability": 0.92, "model_id": "m", "conflict_type": ConflictType.NUMBER, **fields}
    return LoggedDecision(decision=made, left=QUOTE, right=QUOTE, relation=relation, **values)


def logged(parts: Parts, *entries: LoggedDecision) -> Parts:
    """Parts whose log has these entries."""
    for one in entries:
        parts.store.add_logged_decision(one)
    return parts


def run_with(**counts: int) -> RunSummary:
    """A scan that counted this."""
    return RunSummary(run_id="r", started_at=NOW, counts=counts, left_out=(), seconds={}, models={}, settings={})


def test_without_decisions_nothing_is_claimed(parts: Parts):
    """Every share is unknown, not zero; the payload is plain JSON."""
    measured = quality(parts)
    assert (measured.decided, measured.precision.share, measured.precision.low, measured.alpha) == (0, None, None, None)
    assert {one.recall for one in measured.recall} == {None}
    assert (measured.calibration, measured.calibration_error, measured.agreement) == ((), None, ())
    assert json.loads(json.dumps(quality_payload(measured)))["precision"]["n"] == 0


def test_precision_counts_each_finding_once(parts: Parts):
    """By what most say; unsure ones are in no share; another kind of disagreement is wrong but real."""
    measured = quality(
        logged(
            parts,
            *(entry(number, Verdict.CONFLICT) for number in range(6)),
            *(entry(0, Verdict.CONFLICT, name) for name in ("Ben", "Cem")),
            entry(6, Verdict.TENSION),
            entry(7, Verdict.DIFFERENT_EVENT, probability=0.62, conflict_type=ConflictType.DATE),
            entry(8, Verdict.UNSURE),
            entry(9, Verdict.UPDATE, relation=Relation.UPDATE, probability=1.0, conflict_type=None),
        )
    )
    assert (measured.decided, measured.unsure, measured.decisions) == (10, 1, 12)
    assert (measured.precision.n, measured.precision.right) == (9, 7)
    assert (measured.any_disagreement.n, measured.any_disagreement.right) == (9, 8)
    shares = {one.name: (one.right, one.n) for one in measured.by_relation}
    assert shares == {"conflict": (6, 8), "update": (1, 1), "tension": (0, 0)}
    assert {one.name: (one.right, one.n) for one in measured.by_conflict_type} == {"number": (6, 7), "date": (0, 1)}
    bands = {one.name: (one.right, one.n) for one in measured.by_band if one.n}
    assert bands == {"0.60 to 0.70": (0, 1), "0.90 to 0.95": (6, 7), "0.95 to 1.00": (1, 1)}
    assert measured.reviewers == {"Ana": 10, "Ben": 1, "Cem": 1}


def test_a_withdrawn_decision_counts_nowhere_but_in_its_own_count(parts: Parts):
    """Nor does what a reviewer thought before thinking again."""
    first = entry(1, Verdict.CONFLICT)
    taken_back = replace(first, decision=replace(first.decision, withdraws=first.entry_id))
    later = entry(2, Verdict.TENSION)
    again = replace(later, decision=replace(later.decision, verdict=Verdict.CONFLICT, decided_at=NOW + timedelta(1)))
    measured = quality(logged(parts, first, taken_back, again, later))
    assert (measured.decided, measured.withdrawn) == (1, 1)
    assert (measured.precision.n, measured.precision.right) == (1, 1), "the later one of the two holds"


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (1, 1, 0.2065, 1.0),
        (50, 100, 0.4038, 0.5962),
    ],
)
def test_intervals_are_those_of_wilson(right: int, n: int, low: float, high: float):
    """Against published values."""
    assert wilson(right, n) == pytest.approx((low, high), abs=1e-4)


def test_recall_is_carried_over_from_the_slice(parts: Parts):
    """One conflict among ten drawn of 990 that were not flagged: 99 missed, beside the 8 of 10 found."""
    flagged = [entry(number, Verdict.CONFLICT if number < 4 else Verdict.NOT_A_CLAIM) for number in range(5)]
    drawn = [
        entry(
            10 + number,
            Verdict.CONFLICT if number == 0 else Verdict.NO_DISAGREEMENT,
            relation=Relation.AGREE,
            is_sampled=True,
        )
        for number in range(10)
    ]
    parts.store.save_run("scan", run_with(scored=1000, flagged=10))
    measured = quality(logged(parts, *flagged, *drawn))
    conflicts, every = measured.recall
    assert (conflicts.name, conflicts.decided_flagged, conflicts.decided_sampled) == ("conflict", 5, 10)
    assert (conflicts.found, conflicts.missed) == (pytest.approx(8), pytest.approx(99))
    assert conflicts.recall == pytest.approx(8 / 107)
    low, high = wilson(1, 10)
    assert (conflicts.low, conflicts.high) == (pytest.approx(8 / (8 + 990 * high)), pytest.approx(8 / (8 + 990 * low)))
    assert every.recall == conflicts.recall
    assert measured.precision.n == 5, "drawn pairs are in no precision"
    assert [run.counts["scored"] for run in measured.runs] == [1000]


def test_what_the_slice_held_is_missed_no_more_once_it_is_flagged(parts: Parts):
    """A pair drawn at a high threshold and flagged at a lower one counts as found; it stays out of the precision."""
    told = (("alpha", 12), ("beta", 15))
    ingest(parts, [make_article(f"The quake in Nepal killed {toll} people.", source) for source, toll in told])
    scan(parts)
    [finding] = parts.store.findings()
    drawn = [
        entry(1, Verdict.CONFLICT, is_sampled=True),
        *(entry(number, Verdict.NO_DISAGREEMENT, relation=Relation.AGREE, is_sampled=True) for number in (2, 3)),
    ]
    drawn[0] = replace(drawn[0], decision=replace(drawn[0].decision, finding_id=finding.finding_id))
    conflicts, _ = quality(logged(parts, *drawn)).recall
    assert (conflicts.decided_flagged, conflicts.decided_sampled, conflicts.missed_in_sample) == (1, 2, 0)
    assert (conflicts.found, conflicts.recall) == (1, 1)
    assert quality(parts).precision.n == 0


def test_nothing_found_and_nothing_missed_has_no_recall(parts: Parts):
    """A share of nothing is unknown."""
    drawn = entry(1, Verdict.NO_DISAGREEMENT, relation=Relation.AGREE, is_sampled=True)
    parts.store.save_run("scan", run_with(scored=10, flagged=1))
    measured = quality(logged(parts, drawn, entry(2, Verdict.DIFFERENT_EVENT)))
    assert (measured.recall[0].found, measured.recall[0].missed, measured.recall[0].recall) == (0, 0, None)


def test_calibration_compares_probability_with_what_was_right(parts: Parts):
    """Ten findings of 0.8 of which six were right are off by 0.2."""
    entries = [entry(n, Verdict.CONFLICT if n < 6 else Verdict.DIFFERENT_EVENT, probability=0.8) for n in range(10)]
    measured = quality(logged(parts, *entries))
    [one] = measured.calibration
    assert (one.low_probability, one.high_probability, one.right.right, one.right.n) == (0.8, 0.9, 6, 10)
    assert one.mean_probability == pytest.approx(0.8)
    assert measured.calibration_error == pytest.approx(0.2)


def test_calibration_tells_low_probabilities_apart(parts: Parts):
    """Findings of the sensitive point that are too sure do not make up for those that are not sure enough."""
    low = [entry(n, Verdict.DIFFERENT_EVENT, probability=0.15) for n in range(10)]
    higher = [entry(10 + n, Verdict.CONFLICT if n < 6 else Verdict.UPDATE, probability=0.45) for n in range(10)]
    measured = quality(logged(parts, *low, *higher))
    assert [(one.low_probability, one.right.right) for one in measured.calibration] == [(0.1, 0), (0.4, 6)]
    assert measured.calibration_error == pytest.approx(0.15)


@pytest.mark.parametrize(
    ("probability", "band"),
    [
        (0.0, "0.00 to 0.10"),
        (0.125, "0.10 to 0.20"),
        (0.3, "0.30 to 0.40"),
        (0.5, "0.50 to 0.60"),
        (0.9, "0.90 to 0.95"),
        (0.95, "0.95 to 1.00"),
        (1, "0.95 to 1.00"),
    ],
)
def test_bands_begin_where_they_say(probability: float, band: str):
    """A probability at the edge belongs to the higher band; 1 to the last."""
    assert band_of(probability) == band


def test_kappa_is_that_of_cohen():
    """The textbook example: 20 and 15 alike, 5 and 10 unlike, is 0.4."""
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert cohen_kappa(pairs) == pytest.approx(0.4)
    assert cohen_kappa([("y", "n")] * 3) == pytest.approx(0.0)
    assert cohen_kappa([("y", "y")] * 3) is None
    assert cohen_kappa([]) is None


def test_alpha_is_that_of_krippendorff():
    """The example of Krippendorff (2011) with four coders, gaps and nominal values: 0.743."""
    coders = (
        (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
        (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
        (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
        (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
    )
    units = [[str(value) for value in unit if value is not None] for unit in zip(*coders, strict=True)]
    assert krippendorff_alpha(units) == pytest.approx(0.743, abs=5e-4)
    assert krippendorff_alpha([["a", "a"], ["b", "b"]]) == 1.0
    assert krippendorff_alpha([["a", "a"], ["a", "a"]]) is None
    assert krippendorff_alpha([["a"], ["b"]]) is None


def test_agreement_is_between_each_two_reviewers(parts: Parts):
    """Only on what both decided, with a reviewer who never shared a finding left away."""
    measured = quality(
        logged(
            parts,
            entry(1, Verdict.CONFLICT),
            entry(1, Verdict.CONFLICT, "Ben"),
            entry(2, Verdict.CONFLICT),
            entry(2, Verdict.TENSION, "Ben"),
            entry(3, Verdict.TENSION),
            entry(3, Verdict.TENSION, "Ben"),
            entry(4, Verdict.UPDATE, "Alone"),
        )
    )
    [pair] = measured.agreement
    assert (pair.one, pair.other, pair.n, pair.agreed) == ("Ana", "Ben", 3, 2)
    assert pair.kappa == pytest.approx(0.4)
    assert measured.doubly_decided == 3
    assert measured.alpha == pytest.approx(1 - 5 * 2 / (36 - 9 - 9))


def test_the_majority_holds_and_a_tie_goes_to_the_last():
    """Who agrees and who does not is known."""
    entries = [entry(1, Verdict.TENSION), entry(1, Verdict.CONFLICT, "Ben"), entry(1, Verdict.CONFLICT, "Cem")]
    held = settle(entries)
    assert (held.verdict, held.agreeing, held.dissenting, held.is_tied) == (
        Verdict.CONFLICT,
        ("Ben", "Cem"),
        ("Ana",),
        False,
    )
    tied = settle(entries[:2])
    assert (tied.verdict, tied.is_tied) == (Verdict.CONFLICT, True)


def test_a_log_is_measured_the_same_elsewhere(parts: Parts, tmp_path):
    """After export and import every figure that comes from decisions is the same."""
    logged(
        parts, *(entry(n, Verdict.CONFLICT if n % 3 else Verdict.UPDATE, "Ana" if n % 2 else "Ben") for n in range(9))
    )
    other = fake_parts(tmp_path / "other")
    import_decisions(other, list(export_decisions(parts)))
    assert quality_payload(quality(other)) == quality_payload(quality(parts))
    other.store.close()
