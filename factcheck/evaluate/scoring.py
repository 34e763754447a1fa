"""Scores for a stream of pairs, line in, line out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from factcheck.aligned import TextClash
from factcheck.compared import compared_clash
from factcheck.evaluate.pair_lines import PairLine, read_pairs
from factcheck.facts import claim_from_text
from factcheck.ports import RelationModel
from factcheck.records import (
    FLAGGED,
    RELATIONS,
    UNFLAGGED,
    Claim,
    ClaimPair,
    LeftOut,
    Relation,
    RelationInput,
    RelationScores,
    ScoredPair,
    Span,
    Speaker,
)
from factcheck.verdicts import OperatingPoint, flagged, in_same_words

PAIRS_A_BATCH = 256

ClashFinder = Callable[[RelationInput, RelationInput, RelationScores], TextClash]
"""Says what two texts that clash clash in, by what a model makes of them."""


def score_lines(
    lines: Iterable[str | bytes], model: RelationModel, *, find_clash: ClashFinder
) -> Iterator[dict[str, Any] | LeftOut]:
    """What the model says of each pair, in the order of the lines; what cannot be used of them is named in its place.

    `strict` and `sensitive` are the relation at that operating point: see `relation_at`. Conflict type and clash are
    looked for where an operating point flags the pair.
    """
    pairs = read_pairs(lines)
    while batch := list(islice(pairs, PAIRS_A_BATCH)):
        scorable = [pair for pair in batch if isinstance(pair, PairLine)]
        scores = iter(model.score([(pair.left, pair.right) for pair in scorable]))
        for pair in batch:
            yield pair if isinstance(pair, LeftOut) else _scored(pair, next(scores), model, find_clash)


def clash_finder(load_parser: Callable[[], Any]) -> ClashFinder:
    """Finds what the service would find two claims to clash in; the parser is loaded when the first pair needs it.

    The words that say who speaks are not compared, and that both texts have a speaker counts, also where it is named
    beside the text.
    """

    def find_clash(left: RelationInput, right: RelationInput, scores: RelationScores) -> TextClash:
        pair = ScoredPair(pair=ClaimPair(left_id="a", right_id="b", similarity=1.0), scores=scores, model_id="")
        return compared_clash(pair, _claim(left, load_parser()), _claim(right, load_parser()))

    return find_clash


def relation_at(pair: PairLine, scores: RelationScores, thresholds: Mapping[str, float]) -> Relation:
    """What the service flags at these thresholds before its event checks, else the likeliest unflagged relation.

    Claims in the same words are never flagged, whatever the model makes of them. Their scores stay the model's own, as
    in the service: rankings and calibration measure the model, operating points what a user sees.
    """
    is_same = in_same_words(pair.left.text, pair.right.text)
    ruling = None if is_same else flagged(scores, OperatingPoint(name="", **thresholds))
    return ruling.relation if ruling else max(UNFLAGGED, key=scores.of)


def _scored(pair: PairLine, scores: RelationScores, model: RelationModel, find_clash: ClashFinder) -> dict[str, Any]:
    at_points = {name: relation_at(pair, scores, thresholds) for name, thresholds in model.operating_points.items()}
    found = {relation for relation in at_points.values() if relation in FLAGGED}
    clash = find_clash(pair.left, pair.right, scores) if found else TextClash(None, None, None)
    # as in a finding: a tension has no fact to be about
    conflict_type = clash.conflict_type if found - {Relation.TENSION} else None
    return {
        "id": pair.pair_id,
        "scores": {name: round(scores.of(name), 6) for name in RELATIONS},
        "relation": max(Relation, key=scores.of).value,
        **{name: relation.value for name, relation in at_points.items()},
        "conflict_type": conflict_type.value if conflict_type else None,
        "clash": _stretches(clash, pair),
    }


def _claim(given: RelationInput, parser: Any) -> Claim:
    claim = claim_from_text(given.text, given.published_on, parser)
    if claim.speaker is not None or not given.speaker:
        return claim
    behind = Span(start=claim.end, end=claim.end + 1)  # who says so is not said in the text itself
    return replace(claim, speaker=Speaker(name=given.speaker, cue=behind))


def _stretches(clash: TextClash, pair: PairLine) -> dict[str, Any] | None:
    if clash.left is None or clash.right is None:
        return None
    return {"a": _stretch(pair.left.text, clash.left), "b": _stretch(pair.right.text, clash.right)}


def _stretch(text: str, span: Span) -> dict[str, Any]:
    return {"start": span.start, "end": span.end, "text": text[span.start : span.end]}
