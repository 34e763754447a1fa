"""The random slice: some of the pairs that were not flagged, shown to reviewers so that what is missed is measured."""

from __future__ import annotations

from collections.abc import Iterable

from factcheck.compared import compared_clash
from factcheck.records import RELATIONS, ClaimPair, Finding, Relation, ScoredPair
from factcheck.verdicts import SidedClaim, in_bodies, what_they_say, why_compared

SLICE_SHARE = 0.02
"""The share of the pairs that were not flagged which is drawn."""

SLICE_MOST = 200
"""The most pairs that are drawn, whatever the share: nobody decides about more."""

WHY_DRAWN = "Not flagged: drawn at random, to measure what is missed."

_HASH_DIGITS = 8


def draw(pairs: Iterable[ClaimPair], *, share: float = SLICE_SHARE, most: int = SLICE_MOST) -> list[ClaimPair]:
    """The pairs of the slice. The hash of its claims decides about a pair, so the next scan draws the same ones."""
    last = share * 16**_HASH_DIGITS
    drawn = [pair for pair in pairs if int(pair.finding_id[:_HASH_DIGITS], 16) < last]
    return sorted(drawn, key=lambda pair: pair.finding_id)[:most]


def drawn_finding(scored: ScoredPair, left: SidedClaim, right: SidedClaim, run_id: str) -> Finding:
    """A drawn pair as a finding: its likeliest relation, flagged or not, and that it was drawn."""
    relation = Relation(max(RELATIONS, key=scored.scores.of))
    clash = compared_clash(scored, left.claim, right.claim)
    return Finding(
        finding_id=scored.pair.finding_id,
        pair=scored.pair,
        relation=relation,
        probability=scored.scores.of(relation),
        scores=scored.scores,
        conflict_type=clash.conflict_type if relation in (Relation.CONFLICT, Relation.UPDATE) else None,
        clash=in_bodies(clash, left.claim, right.claim),
        reasons=(what_they_say((left, right), clash, scored.pair), WHY_DRAWN, *why_compared(scored)),
        model_id=scored.model_id,
        run_id=run_id,
        is_sampled=True,
    )
