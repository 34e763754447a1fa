"""The random slice: some of the pairs that were not flagged, shown to reviewers so that what is missed is measured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from factcheck.records import FLAGGED, RELATIONS, ClaimPair, ConflictType, Finding, Relation, ScoredPair
from factcheck.verdicts import OperatingPoint, SidedClaim, find, why_compared

SLICE_SHARE = 0.02
"""The share of the pairs that were not flagged which is drawn."""

SLICE_MOST = 200
"""The most pairs that are drawn, whatever the share: nobody decides about more."""

WHY_DRAWN = "Not flagged: drawn at random, to measure what is missed."

_HASH_DIGITS = 8
_ANYTHING = OperatingPoint(name="anything", conflict=0.0, update=0.0, tension=0.0)


def draw(pairs: Iterable[ClaimPair], *, share: float = SLICE_SHARE, most: int = SLICE_MOST) -> list[ClaimPair]:
    """The pairs of the slice. The hash of its claims decides about a pair, so the next scan draws the same ones."""
    last = share * 16**_HASH_DIGITS
    drawn = [pair for pair in pairs if int(pair.finding_id[:_HASH_DIGITS], 16) < last]
    return sorted(drawn, key=lambda pair: pair.finding_id)[:most]


def drawn_finding(scored: ScoredPair, left: SidedClaim, right: SidedClaim, run_id: str) -> Finding:
    """A drawn pair as a finding: its likeliest relation, flagged or not, and that it was drawn."""
    whole = find(scored, left, right, _ANYTHING, run_id)
    if whole is None:
        raise ValueError(f"pair {scored.pair.finding_id} passes no threshold, not even 0")
    relation = Relation(max(RELATIONS, key=scored.scores.of))
    conflict_type: ConflictType | None = whole.conflict_type if relation in FLAGGED else None
    return replace(
        whole,
        relation=relation,
        probability=scored.scores.of(relation),
        conflict_type=None if relation is Relation.TENSION else conflict_type,
        reasons=(whole.reasons[0], WHY_DRAWN, *why_compared(scored)),
        is_sampled=True,
    )
