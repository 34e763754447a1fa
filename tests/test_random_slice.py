"""The random slice is the same with every scan, holds what was not flagged, and stays out of everything but review."""

from __future__ import annotations

from itertools import pairwise

import pytest

from factcheck.ingest import ingest
from factcheck.parts import Parts
from factcheck.pipeline import random_slice, scan
from factcheck.random_slice import WHY_DRAWN, draw, drawn_finding
from factcheck.records import FLAGGED, ClaimPair, Relation, RelationScores, ScoredPair, content_id
from factcheck.reporting import report_data
from factcheck.store import FindingFilter
from factcheck.verdicts import SidedClaim
from tests.fakes import make_article

TOPICS = ("quake", "flood", "storm", "strike", "vote", "harvest", "bridge", "airport")


def many_pairs(count: int) -> list[ClaimPair]:
    """Pairs of claims that are nowhere."""
    ids = [content_id("claim", number) for number in range(count + 1)]
    return [ClaimPair(left_id=min(pair), right_id=max(pair), similarity=0.5) for pair in pairwise(ids)]


def test_about_the_share_is_drawn_and_never_more_than_the_most():
    """By the hash of the claims, so the order of the pairs and what else there is make no difference."""
    pairs = many_pairs(5000)
    drawn = draw(pairs, share=0.02, most=1000)
    assert 70 <= len(drawn) <= 130
    assert draw(reversed(pairs), share=0.02, most=1000) == drawn
    assert draw(pairs[:2500], share=0.02, most=1000) == [pair for pair in drawn if pair in pairs[:2500]]
    assert draw(pairs, share=0.02, most=10) == drawn[:10]
    assert draw(pairs, share=0.0) == []
    assert draw(pairs, share=1.0, most=5000) == sorted(pairs, key=lambda pair: pair.finding_id)


@pytest.fixture
def scanned(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> Parts:
    """Parts where every pair that is not flagged is drawn."""
    monkeypatch.setattr("factcheck.pipeline.draw", lambda pairs: draw(pairs, share=1.0))
    stories = {
        "alpha": [f"The {topic} in Nepal hurt 12 people badly." for topic in TOPICS],
        "beta": [f"The {topic} in Nepal hurt 12 people again." for topic in TOPICS]
        + ["The quake in Nepal killed 15 people."],
        "gamma": ["The quake in Nepal killed 12 people."],
    }
    ingest(parts, [make_article("\n".join(lines), name) for name, lines in stories.items()])
    scan(parts)
    return parts


def test_what_is_drawn_was_scored_and_not_flagged(scanned: Parts):
    """Each drawn pair has the model's likeliest relation and its probability, and says why it is there."""
    drawn = scanned.store.findings(FindingFilter(sampled=True))
    counts = scanned.store.last_run("scan").counts
    assert len(drawn) == counts["scored"] - counts["flagged"] > 0
    for finding in drawn:
        assert finding.is_sampled
        assert finding.relation not in FLAGGED
        assert finding.probability == finding.scores.of(finding.relation)
        assert finding.conflict_type is None
        assert finding.reasons[1] == WHY_DRAWN
        assert not [reason for reason in finding.reasons if "disagree" in reason]


def test_a_pair_that_the_event_decision_drops_can_be_drawn(scanned: Parts):
    """The slice measures what is missed, so what no threshold lets through is shown with its likeliest relation."""
    seen = scanned.store.findings(FindingFilter(sampled=True))[0]
    pair, (left, right) = seen.pair, (scanned.store.claim(one) for one in (seen.pair.left_id, seen.pair.right_id))
    sides = [SidedClaim(claim=claim, article=scanned.store.article(claim.article_id)) for claim in (left, right)]
    scores = RelationScores(conflict=0.05, update=0, tension=0, agree=0, compatible=0, different=0.95)
    drawn = drawn_finding(ScoredPair(pair=pair, scores=scores, model_id="m"), sides[0], sides[1], "run")
    assert (drawn.relation, drawn.probability, drawn.is_sampled) == (Relation.DIFFERENT, 0.95, True)


def test_the_slice_is_in_no_dispute_and_no_report(scanned: Parts):
    """Nor in the numbers of what was flagged."""
    drawn = {finding.finding_id for finding in scanned.store.findings(FindingFilter(sampled=True))}
    assert drawn.isdisjoint(one for dispute in scanned.store.disputes() for one in dispute.finding_ids)
    assert drawn.isdisjoint(finding.finding_id for finding in report_data(scanned).findings)
    counts = scanned.store.counts()
    assert (counts["findings"], counts["sampled"]) == (scanned.store.last_run("scan").counts["flagged"], len(drawn))


def test_the_next_scan_draws_the_same(scanned: Parts):
    """Whether it is judged anew or not."""
    before = scanned.store.findings(FindingFilter(sampled=True))
    scanned.store.set_mark("judged", "")
    scan(scanned)
    assert scanned.store.findings(FindingFilter(sampled=True)) == before
    again = random_slice(scanned, scanned.store.findings(), before[0].run_id)
    assert sorted(again, key=lambda one: one.finding_id) == sorted(before, key=lambda one: one.finding_id)
