"""Quality and speed of relation models on other encoders, and of a small one that discards pairs before the built-in.

Run `python benchmarks/compare_bases.py PAIRS.jsonl FOLDER…`, FOLDER as `python -m factcheck.training.export RUN
--folder FOLDER` writes it. In a cascade the pairs to which the small model gives least conflict, update and tension
keep its scores, the others are read by the built-in model; the share is of the pairs, so this needs no threshold.
Pairs per second are wall time in this run, each model on the same pairs, as the service reads them.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from factcheck.config import load_settings
from factcheck.evaluate import (
    LabelledPair,
    comparison_as_markdown,
    ranking_figures,
    ranking_of,
    read_labelled_pairs,
)
from factcheck.records import RelationScores
from factcheck.relations import CrossEncoderRelations

DISCARDED = (0.3, 0.5, 0.7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What a model, or two in a row, said of all pairs, and in how long."""

    name: str
    scores: Sequence[RelationScores]
    seconds: float


def main() -> None:
    """Print one table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("pairs", type=Path)
    options.add_argument("models", type=Path, nargs="+", metavar="FOLDER")
    chosen = options.parse_args()
    with chosen.pairs.open("rb") as lines:
        pairs = [one for one in read_labelled_pairs(lines) if isinstance(one, LabelledPair)]
    large = scored_by(CrossEncoderRelations.builtin(load_settings().cache), pairs)
    print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {len(pairs):,} pairs of {chosen.pairs.name}\n")
    found = [large]
    for folder in chosen.models:
        small = scored_by(CrossEncoderRelations(folder), pairs)
        found += [small, *cascades(small, large)]
    rankings = [ranking_of(f"{one.name}, {len(pairs) / one.seconds:.1f} pairs/s", one.scores) for one in found]
    print(comparison_as_markdown([figures for ranking in rankings for figures in ranking_figures(pairs, ranking)]))


def scored_by(model: CrossEncoderRelations, pairs: Sequence[LabelledPair]) -> Scored:
    """The model's scores for the pairs; a first small call has everything loaded before the clock starts."""
    inputs = [(pair.left, pair.right) for pair in pairs]
    model.score(inputs[:8])
    start = time.perf_counter()
    scores = model.score(inputs)
    return Scored(name=model.model_id, scores=scores, seconds=time.perf_counter() - start)


def cascades(small: Scored, large: Scored) -> Iterator[Scored]:
    """The small model first, then the large one on what is left, for each share of pairs discarded."""
    flagged = np.array([one.flagged for one in small.scores])
    for share in DISCARDED:
        is_kept = flagged >= np.quantile(flagged, share)
        # a discarded pair stands below every kept one, as in a queue it would not stand at all
        low = RelationScores(conflict=0, update=0, tension=0, agree=0, compatible=1, different=0)
        scores = [theirs if keep else low for theirs, keep in zip(large.scores, is_kept, strict=True)]
        seconds = small.seconds + large.seconds * float(is_kept.mean())
        yield Scored(name=f"{small.name} discards {share:.0%}, then {large.name}", scores=scores, seconds=seconds)


if __name__ == "__main__":
    main()
