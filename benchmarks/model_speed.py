"""How much faster each stage runs here than the same network in sentence-transformers, float32, side by side.

Run `python benchmarks/model_speed.py PAIRS.jsonl --sample 128`. Embedder against `SentenceTransformer`, relation model
against `CrossEncoder`, both in both orders; every turn measures all of them, so that a busy moment of the machine
slows all alike. Prints items per second, the median ratio of the turns, and how far the scores lie apart.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from factcheck.config import load_settings
from factcheck.embedders import MiniLmEmbedder, load_sentence_transformers, packaged_minilm
from factcheck.evaluate import LabelledPair, read_labelled_pairs
from factcheck.records import RELATIONS
from factcheck.relations import SETTLED, CrossEncoderRelations, calibrated, in_both_orders, model_input
from factcheck.weights import builtin_folder

Scores = NDArray[np.float64]


def main() -> None:
    """Print one table for the embedder and one for the relation model."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("pairs", type=Path)
    options.add_argument("--sample", type=int, default=128, help="most pairs read of the file, thinned evenly")
    options.add_argument("--turns", type=int, default=3)
    chosen = options.parse_args()
    with chosen.pairs.open("rb") as lines:
        every = [one for one in read_labelled_pairs(lines) if isinstance(one, LabelledPair)]
    pairs = every[:: -(-len(every) // chosen.sample)]
    print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {len(pairs)} pairs of {chosen.pairs.name}\n")
    print("| stage | items/s | of the first | largest difference | 99 % within |\n| --- | --- | --- | --- | --- |")
    for ways in (embedding_ways(pairs), relation_ways(pairs)):
        table(ways, chosen.turns)


def table(ways: dict[str, tuple[int, Callable[[], Scores]]], turns: int) -> None:
    """Run every way once a turn, in order, and print its row; the first way is what the others are compared with."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    scores: dict[str, Scores] = {}
    for _ in range(turns):
        for name, (_, run) in ways.items():
            start = time.perf_counter()
            scores[name] = run()
            seconds[name].append(time.perf_counter() - start)
    first = next(iter(ways))
    for name, (items, _) in ways.items():
        ratio = median(slow / fast for slow, fast in zip(seconds[first], seconds[name], strict=True))
        apart = np.abs(scores[name] - scores[first])
        print(
            f"| {name} | {items / median(seconds[name]):.1f} | {ratio:.2f} "
            f"| {apart.max():.4f} | {np.quantile(apart, 0.99):.4f} |",
            flush=True,
        )


def embedding_ways(pairs: Sequence[LabelledPair]) -> dict[str, tuple[int, Callable[[], Scores]]]:
    """The embedder and its like in float32; a score is the cosine of a pair."""
    texts = [claim.text for pair in pairs for claim in (pair.left, pair.right)]
    plain = load_sentence_transformers().SentenceTransformer(
        str(packaged_minilm()), device="cpu", local_files_only=True, model_kwargs={"dtype": "float32"}
    )
    ours = MiniLmEmbedder()

    def cosines(vectors: Any) -> Scores:
        result: Scores = np.einsum("ij,ij->i", vectors[::2], vectors[1::2]).astype(np.float64)
        return result

    return {
        "SentenceTransformer, float32": (
            len(texts),
            lambda: cosines(plain.encode(texts, normalize_embeddings=True, show_progress_bar=False)),
        ),
        "embedder, as shipped": (len(texts), lambda: cosines(ours.embed(texts))),
    }


def relation_ways(pairs: Sequence[LabelledPair]) -> dict[str, tuple[int, Callable[[], Scores]]]:
    """The relation model and its like in float32; scores are the six calibrated probabilities of a pair."""
    ours = CrossEncoderRelations.builtin(load_settings().cache)
    plain = load_sentence_transformers().CrossEncoder(
        str(builtin_folder(load_settings().cache)), device="cpu", model_kwargs={"dtype": "float32"}, max_length=256
    )
    fit = ours.manifest["calibration"]
    columns = [ours.label_columns[name] for name in RELATIONS]
    there = [tuple(model_input(one.text, one.published_on) for one in (pair.left, pair.right)) for pair in pairs]
    back = [(right, left) for left, right in there]

    def one_by_one() -> Scores:
        logits = plain.predict(there + back, activation_fn=_as_it_is, show_progress_bar=False)[:, columns]
        known = calibrated(logits.astype(np.float64), fit["scale"], [fit["bias"][name] for name in RELATIONS])
        return in_both_orders(known[: len(pairs)], known[len(pairs) :])

    def scored(settled: float) -> Scores:
        found = ours.score([(pair.left, pair.right) for pair in pairs], settled=settled)
        return np.array([[getattr(one, name) for name in RELATIONS] for one in found])

    return {
        "CrossEncoder, float32, both orders": (len(pairs), one_by_one),
        "relation model, both orders": (len(pairs), lambda: scored(0.0)),
        "relation model, second order where unsettled": (len(pairs), lambda: scored(SETTLED)),
    }


def _as_it_is(logits: Any) -> Any:
    return logits


if __name__ == "__main__":
    main()
