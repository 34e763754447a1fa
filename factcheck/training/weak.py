"""Weak negatives: related sentences of fully read events that nobody listed as a conflict, update or tension."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np

from factcheck.records import UNFLAGGED
from factcheck.training.pairs import TrainingPair, labelled_pair, read_lines

PER_EVENT = 20


def weak_negatives(
    events: Path, listed: set[frozenset[str]], folder: Path, *, count: int, similarity: float, seed: int
) -> list[TrainingPair]:
    """Up to `count` cross-article pairs of training events, at least `similarity` alike, that are not in `listed`.

    The readers of an event listed every conflict, update and tension that they found, so an unlisted pair is
    almost surely one of the other three relations; `folder` holds the sentence embedder that measures likeness.
    """
    if not count:
        return []
    from sentence_transformers import SentenceTransformer

    embedder = SentenceTransformer(str(folder), device="cpu", model_kwargs={"dtype": "bfloat16"})
    shuffle = random.Random(seed)
    rows = [event for event in read_lines(events) if event["split"] == "train"]
    shuffle.shuffle(rows)
    pairs: list[TrainingPair] = []
    for event in rows:
        pairs += _unlisted(event, listed, embedder, similarity, shuffle)
        if len(pairs) >= count:
            break
    return pairs[:count]


def _unlisted(
    event: dict[str, Any], listed: set[frozenset[str]], embedder: Any, similarity: float, shuffle: random.Random
) -> list[TrainingPair]:
    claims = [
        {"text": sentence, "published_at": article.get("published_at"), "article": number}
        for number, article in enumerate(event["articles"])
        for sentence in article["sentences"]
        if 4 <= len(sentence.split()) <= 60
    ]
    texts = [claim["text"] for claim in claims]
    vectors = embedder.encode(texts, batch_size=64, normalize_embeddings=True)
    alike = np.argwhere(np.triu(vectors @ vectors.T, k=1) >= similarity)
    found = [
        labelled_pair({"a": claims[left], "b": claims[right]}, UNFLAGGED, 0.5)
        for left, right in alike
        if claims[left]["article"] != claims[right]["article"]
        and frozenset((claims[left]["text"], claims[right]["text"])) not in listed
    ]
    shuffle.shuffle(found)
    return found[:PER_EVENT]
