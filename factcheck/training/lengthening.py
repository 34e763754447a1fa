"""Sets a second sentence of the same article beside one claim of a labelled pair, so that a model learns to find what
decides a relation in part of a long text."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any

MOST_WORDS = 80
"""Of a claim with its second sentence; few sentences of news are longer."""


def told_in_articles(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, ...], list[str]]:
    """The claims of each article that the rows name by title, each once."""
    told: defaultdict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
    for row in rows:
        for side in ("a", "b"):
            if row[side].get("title"):
                told[_article(row[side])][row[side]["text"]] = None
    return {article: list(texts) for article, texts in told.items()}


def lengthened(
    rows: Iterable[dict[str, Any]],
    share: float,
    told: Mapping[tuple[str, ...], Sequence[str]],
    listed: Set[frozenset[str]],
    shuffle: random.Random,
) -> Iterator[dict[str, Any]]:
    """The rows, that share of them with one claim before or after another sentence that its article has (`told`).

    What two claims disagree or agree on they still do when one of them says more, so the label stays; a sentence that
    is itself `listed` with the other claim is not taken. Rows without a second sentence stay as they are.
    """
    for row in rows:
        sides = [side for side in ("a", "b") if row[side].get("title")]
        if not sides or shuffle.random() >= share:
            yield row
            continue
        side, other = shuffle.choice(sides), row
        claim, against = row[side], row["b" if side == "a" else "a"]["text"]
        fitting = [
            text
            for text in told.get(_article(claim), ())
            if text not in claim["text"]
            and text != against
            and frozenset((text, against)) not in listed
            and len(text.split()) + len(claim["text"].split()) <= MOST_WORDS
        ]
        if fitting:
            first, second = shuffle.sample([claim["text"], shuffle.choice(fitting)], 2)
            opening = shuffle.choice((first, first.removesuffix(".") + ";"))
            other = row | {side: claim | {"text": f"{opening} {second}"}}
        yield other


def _article(claim: Mapping[str, Any]) -> tuple[str, ...]:
    return (claim.get("source") or "", claim["title"], claim.get("published_at") or "")
