"""Scores for a stream of pairs, line in, line out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from factcheck.evaluate.pair_lines import PairLine, read_pairs
from factcheck.ports import RelationModel
from factcheck.records import FLAGGED, RELATIONS, Clash, ConflictType, LeftOut, Relation, RelationInput, RelationScores

PAIRS_A_BATCH = 256
UNFLAGGED = tuple(relation for relation in Relation if relation not in FLAGGED)

ClashFinder = Callable[[RelationInput, RelationInput], tuple[ConflictType | None, Clash | None]]
"""Says what two texts clash in; its spans count from the start of each text."""


def score_lines(
    lines: Iterable[str | bytes], model: RelationModel, *, find_clash: ClashFinder
) -> Iterator[dict[str, Any] | LeftOut]:
    """What the model says of each pair, in the order of the lines; a line that cannot be used is left out by number.

    `strict` and `sensitive` are the relation at that operating point: see `relation_at`. Conflict type and clash are
    looked for where an operating point flags the pair.
    """
    pairs = read_pairs(lines)
    while batch := list(islice(pairs, PAIRS_A_BATCH)):
        scorable = [pair for pair in batch if isinstance(pair, PairLine)]
        scores = iter(model.score([(pair.left, pair.right) for pair in scorable]))
        for pair in batch:
            yield pair if isinstance(pair, LeftOut) else _scored(pair, next(scores), model, find_clash)


def relation_at(scores: RelationScores, thresholds: Mapping[str, float]) -> Relation:
    """The likeliest flagged relation that reaches its threshold; where none does, the likeliest unflagged one."""
    passing = [relation for relation in FLAGGED if scores.of(relation) >= thresholds[relation]]
    return max(passing or UNFLAGGED, key=scores.of)


def _scored(pair: PairLine, scores: RelationScores, model: RelationModel, find_clash: ClashFinder) -> dict[str, Any]:
    at_points = {name: relation_at(scores, thresholds) for name, thresholds in model.operating_points.items()}
    is_flagged = any(relation in FLAGGED for relation in at_points.values())
    conflict_type, clash = find_clash(pair.left, pair.right) if is_flagged else (None, None)
    return {
        "id": pair.pair_id,
        "scores": {name: round(scores.of(name), 6) for name in RELATIONS},
        "relation": max(Relation, key=scores.of).value,
        **{name: relation.value for name, relation in at_points.items()},
        "conflict_type": conflict_type.value if conflict_type else None,
        "clash": _clash(clash, pair) if clash else None,
    }


def _clash(clash: Clash, pair: PairLine) -> dict[str, Any]:
    return {
        side: {"start": span.start, "end": span.end, "text": claim.text[span.start : span.end]}
        for side, span, claim in (("a", clash.left, pair.left), ("b", clash.right, pair.right))
    }
