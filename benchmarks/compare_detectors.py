"""What finds conflicts, side by side on the same labelled pairs.

Run `python benchmarks/compare_detectors.py PAIRS.jsonl…`. Prints Markdown tables: cosine similarity, numbers that
differ, natural language inference alone (the built-in model's NLI head in both orders: what most tools use), and the
relation model in one order, in both, in both without the days of publication, and as the service runs it.
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from factcheck.config import load_settings
from factcheck.embedders import MiniLmEmbedder
from factcheck.evaluate import (
    LabelledPair,
    Ranking,
    comparison_as_markdown,
    conflict_ranking,
    conflict_scores_by_cosine,
    conflict_scores_by_numbers,
    ranking_figures,
    ranking_of,
    read_labelled_pairs,
)
from factcheck.records import RELATIONS, RelationScores
from factcheck.relations import CrossEncoderRelations, calibrated, in_both_orders, model_input

NLI = ("entailment", "neutral", "contradiction")


def main() -> None:
    """Print one table for each file."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("pairs", type=Path, nargs="+")
    model = CrossEncoderRelations.builtin(load_settings().cache)
    print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {model.model_id}\n")
    for path in options.parse_args().pairs:
        with path.open("rb") as lines:
            pairs = [one for one in read_labelled_pairs(lines) if isinstance(one, LabelledPair)]
        figures = [one for ranking in rankings(pairs, model) for one in ranking_figures(pairs, ranking)]
        print(f"{path.name}, {len(pairs):,} pairs\n\n{comparison_as_markdown(figures)}")


def rankings(pairs: Sequence[LabelledPair], model: CrossEncoderRelations) -> list[Ranking]:
    """Every way of ranking the pairs that is compared."""
    texts = [tuple(model_input(one.text, one.published_on) for one in (pair.left, pair.right)) for pair in pairs]
    forward = model.logits([(left, right) for left, right in texts])
    backward = model.logits([(right, left) for left, right in texts])
    columns = [model.label_columns[name] for name in RELATIONS]
    fit = model.manifest["calibration"]
    bias = [fit["bias"][name] for name in RELATIONS]
    there, back = (calibrated(logits[:, columns], fit["scale"], bias) for logits in (forward, backward))
    nli = [
        calibrated(logits[:, [model.label_columns[name] for name in NLI]], 1.0, [0.0] * 3)[
            :, NLI.index("contradiction")
        ]
        for logits in (forward, backward)
    ]
    undated = [tuple(replace(one, published_on=None) for one in (pair.left, pair.right)) for pair in pairs]
    return [
        conflict_ranking("cosine", conflict_scores_by_cosine(pairs, MiniLmEmbedder())),
        conflict_ranking("numbers that differ", conflict_scores_by_numbers(pairs)),
        conflict_ranking("NLI, P(contradiction)", np.mean(nli, axis=0)),
        ranking_of("relations, one order", as_scores(there)),
        ranking_of("relations, both orders", as_scores(in_both_orders(there, back))),
        ranking_of("relations, both orders, no dates", model.score(undated, settled=0.0)),
        ranking_of("relations, as shipped", model.score([(pair.left, pair.right) for pair in pairs])),
    ]


def as_scores(probabilities: np.ndarray) -> list[RelationScores]:
    """Rows of probabilities as records."""
    return [RelationScores(**dict(zip(RELATIONS, map(float, row), strict=True))) for row in probabilities]


if __name__ == "__main__":
    main()
