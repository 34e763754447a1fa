"""Weak negatives: related sentences of fully read events that nobody listed as a conflict, update or tension, and
sentences of one article that tell different numbers."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from factcheck.records import UNFLAGGED
from factcheck.training.pairs import TrainingPair, labelled_pair, read_lines, undated
from factcheck.training.renumbering import plain_numbers

PER_EVENT = 20
WEIGHT = 0.5
"""Of a pair that nobody labelled."""

_CORRECTED = re.compile(r"\b(?:earlier|initial|previous|prior|revis|correct|rise|rose|grew|so far)", re.IGNORECASE)
"""What a sentence has that tells its article's other number anew."""


def weak_negatives(
    events: Path, listed: set[frozenset[str]], folder: Path, *, count: int, similarity: float, seed: int
) -> list[TrainingPair]:
    """Up to `count` cross-article pairs of training events, at least `similarity` alike, that are not in `listed`.

    The readers of an event listed every conflict, update and tension that they found, so an unlisted pair is
    almost surely one of the other three relations; `folder` holds the sentence embedder that measures likeness.
    """
    if not count:
        return []
    embedder = _embedder(folder)
    shuffle = random.Random(seed)
    rows = _training_events(events)
    shuffle.shuffle(rows)
    pairs: list[TrainingPair] = []
    for event in rows:
        pairs += _unlisted(event, listed, embedder, similarity, shuffle)
        if len(pairs) >= count:
            break
    return pairs[:count]


def numbers_of_one_article(
    events: Path, folder: Path, *, count: int, similarity: float, seed: int
) -> list[TrainingPair]:
    """Up to `count` pairs of sentences of one article of a training event, alike, whose numbers are all different.

    An article seldom gives two numbers for one thing, so such numbers count two things. Half of the pairs are shown
    without their days; a sentence that corrects a number is left out.
    """
    if not count:
        return []
    embedder = _embedder(folder)
    shuffle = random.Random(seed)
    rows = [row for event in _training_events(events) for row in _numbered(event, embedder, similarity)]
    chosen = shuffle.sample(rows, min(len(rows), count))
    return [labelled_pair(row, UNFLAGGED, WEIGHT) for row in undated(chosen, 0.5, shuffle)]


def _embedder(folder: Path) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu", model_kwargs={"dtype": "bfloat16"})


def _training_events(events: Path) -> list[dict[str, Any]]:
    return [event for event in read_lines(events) if event["split"] == "train"]


def _claims(event: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"text": sentence, "published_at": article.get("published_at"), "article": number}
        for number, article in enumerate(event["articles"])
        for sentence in article["sentences"]
        if 4 <= len(sentence.split()) <= 60
    ]


def _alike(claims: list[dict[str, Any]], embedder: Any, similarity: float) -> Iterator[tuple[int, int]]:
    vectors = embedder.encode([claim["text"] for claim in claims], batch_size=64, normalize_embeddings=True)
    rows, columns = np.nonzero(np.triu(vectors @ vectors.T, k=1) >= similarity)
    yield from zip(rows.tolist(), columns.tolist(), strict=True)


def _numbered(event: dict[str, Any], embedder: Any, similarity: float) -> Iterator[dict[str, Any]]:
    claims = [
        claim | {"numbers": {(number.low, number.unit) for number in plain_numbers(claim["text"])}}
        for claim in _claims(event)
        if not _CORRECTED.search(claim["text"])
    ]
    claims = [claim for claim in claims if claim["numbers"]]
    for left, right in _alike(claims, embedder, similarity) if claims else ():
        ours, theirs = claims[left]["numbers"], claims[right]["numbers"]
        is_of_one_unit = {unit for _, unit in ours} & {unit for _, unit in theirs}
        if claims[left]["article"] == claims[right]["article"] and is_of_one_unit and not ours & theirs:
            yield {"a": claims[left], "b": claims[right]}


def _unlisted(
    event: dict[str, Any], listed: set[frozenset[str]], embedder: Any, similarity: float, shuffle: random.Random
) -> list[TrainingPair]:
    claims = _claims(event)
    found = [
        labelled_pair({"a": claims[left], "b": claims[right]}, UNFLAGGED, WEIGHT)
        for left, right in _alike(claims, embedder, similarity)
        if claims[left]["article"] != claims[right]["article"]
        and frozenset((claims[left]["text"], claims[right]["text"])) not in listed
    ]
    shuffle.shuffle(found)
    return found[:PER_EVENT]
