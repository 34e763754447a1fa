"""The nearest claims of the index, as many as it takes until enough of them are of use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress

from factcheck.ports import ClaimIndex, Vectors

CROWDED = 6
"""How many times more neighbours are asked for than wanted: many are of the same article, a copy or one sentence."""

WIDER = 4
"""How many times more are asked for next where those were not enough, as where many outlets print one text."""

MOST_ASKED = 2000
"""Not even more are asked for: looking through them for every claim would take longer than the relation model."""

Hits = Sequence[tuple[str, float]]
"""Wordings with their cosine, most alike first."""


def nearest_enough(
    index: ClaimIndex,
    wordings: Sequence[str],
    vectors: Vectors,
    wanted: int,
    is_enough: Callable[[str, Hits], bool],
) -> list[Hits]:
    """What is nearest to each of these wordings, asked for until `is_enough` says so of it or nothing more is there."""
    found: list[Hits] = [()] * len(wordings)
    poor, asked = list(range(len(wordings))), CROWDED * wanted + 1
    while poor and asked <= MOST_ASKED:
        for place, hits in zip(poor, index.nearest(vectors[poor], asked), strict=True):
            found[place] = hits
        lacking = [len(found[place]) == asked and not is_enough(wordings[place], found[place]) for place in poor]
        poor, asked = list(compress(poor, lacking)), WIDER * asked
    return found
