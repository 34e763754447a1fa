"""Small real objects that stand in for the models: fast, deterministic, and simple enough to predict."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from factcheck.config import Settings
from factcheck.errors import IndexMissing, IndexOutOfStep
from factcheck.parts import Parts
from factcheck.ports import ClaimIndex, Vectors
from factcheck.records import Article, Claim, RelationInput, RelationScores, content_id
from factcheck.store import DATABASE, Store

NOW = datetime(2019, 8, 18, 12, 0, tzinfo=UTC)


class HashEmbedder:
    """Each word counts once, in the direction that its first five letters hash to: shared words make texts alike."""

    def __init__(self, model_id: str = "hash-embedder", dimension: int = 256) -> None:
        self.model_id = model_id
        self.dimension = dimension
        self.embedded = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, one row a text."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in words_of(text):
                vectors[row, crc32(word[:5].encode()) % self.dimension] = 1.0
        vectors[~vectors.any(axis=1), 0] = 1.0
        self.embedded += len(texts)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class RuleRelationModel:
    """Says of two texts, by the first rule that fits, with .9 for the relation and .02 for each other:

    - they share fewer than two words: different
    - one says "now" and the other does not: update
    - one has a negation (not, no, never, denied, failed) and the other none: conflict
    - both have numbers, and none in common: conflict
    - one says "right" where the other says "wrong": tension
    - they share half of the words of the shorter one: agree
    - otherwise: compatible
    """

    operating_points: Mapping[str, Mapping[str, float]] = {
        "strict": {"conflict": 0.8, "update": 0.8, "tension": 0.8},
        "sensitive": {"conflict": 0.4, "update": 0.4, "tension": 0.4},
    }

    def __init__(self, model_id: str = "rules") -> None:
        self.model_id = model_id
        self.scored = 0

    def score(self, pairs: Sequence[tuple[RelationInput, RelationInput]]) -> list[RelationScores]:
        """Scores by the rules above."""
        self.scored += len(pairs)
        return [scores_for(rule_relation(left.text, right.text)) for left, right in pairs]

    def entailed(self, pairs: Sequence[tuple[RelationInput, RelationInput]]) -> list[float]:
        """It cannot tell."""
        return [1.0] * len(pairs)


class HeldRelations(RuleRelationModel):
    """The rules, but nothing is answered until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.go = threading.Semaphore(0), threading.Event()

    def score(self, pairs: Sequence[tuple[RelationInput, RelationInput]]) -> list[RelationScores]:
        """Scores by the rules, when allowed."""
        self.asked.release()
        assert self.go.wait(120)
        return super().score(pairs)


NEGATIONS = {"not", "no", "never", "denied", "failed"}


def rule_relation(left: str, right: str) -> str:
    """The relation that RuleRelationModel sees."""
    ours, theirs = set(words_of(left)), set(words_of(right))
    numbers = [{word for word in words if word.isdigit()} for words in (ours, theirs)]
    if len(ours & theirs) < 2:
        return "different"
    if ("now" in ours) != ("now" in theirs):
        return "update"
    if bool(ours & NEGATIONS) != bool(theirs & NEGATIONS) or (all(numbers) and not numbers[0] & numbers[1]):
        return "conflict"
    if {"right", "wrong"} <= ours ^ theirs:
        return "tension"
    return "agree" if len(ours & theirs) * 2 >= min(len(ours), len(theirs)) else "compatible"


def scores_for(relation: str, probability: float = 0.9) -> RelationScores:
    """Scores that give one relation this probability and the other five the same share of the rest."""
    names = ("conflict", "update", "tension", "agree", "compatible", "different")
    return RelationScores(**{name: probability if name == relation else (1 - probability) / 5 for name in names})


class BruteForceIndex:
    """The oracle for claim indexes: a dictionary of vectors, compared one by one. `save` keeps it in memory."""

    def __init__(self) -> None:
        self.vectors: dict[str, Any] = {}
        self.saves = 0

    def add(self, claim_ids: Sequence[str], vectors: Vectors) -> None:
        """Make claims findable."""
        self.vectors.update(zip(claim_ids, vectors, strict=True))

    def remove(self, claim_ids: Iterable[str]) -> None:
        """Forget claims."""
        for claim_id in claim_ids:
            self.vectors.pop(claim_id, None)

    def nearest(self, vectors: Vectors, count: int) -> list[list[tuple[str, float]]]:
        """For each vector up to `count` claim ids with their cosine, most alike first."""
        return [
            sorted(
                ((claim_id, min(1.0, float(row @ held))) for claim_id, held in self.vectors.items()),
                key=lambda hit: (-hit[1], hit[0]),
            )[:count]
            for row in vectors
        ]

    def vectors_of(self, claim_ids: Sequence[str]) -> Vectors:
        """The vectors of claims that can be found, one row a claim."""
        if unknown := [claim_id for claim_id in claim_ids if claim_id not in self.vectors]:
            raise IndexOutOfStep(f"claim {unknown[0]} is not in the index", hint="run: factcheck reindex")
        return np.array([self.vectors[claim_id] for claim_id in claim_ids], dtype=np.float32)

    def claim_ids(self) -> set[str]:
        """Every claim that can be found."""
        return set(self.vectors)

    def save(self) -> None:
        """Count the saves."""
        self.saves += 1


class MemoryIndexes:
    """Where `Parts` opens and makes its index: nothing until one is made, like an empty folder."""

    def __init__(self) -> None:
        self.index: BruteForceIndex | None = None

    def opened(self) -> ClaimIndex:
        """The index made last."""
        if self.index is None:
            raise IndexMissing("there is no claim index", hint="run: factcheck reindex")
        return self.index

    def created(self) -> ClaimIndex:
        """A new, empty index."""
        self.index = BruteForceIndex()
        return self.index


class Clock:
    """A clock that goes on by one second whenever it is read."""

    def __init__(self, start: datetime = NOW) -> None:
        self.ticks = 0
        self.start = start

    def __call__(self) -> datetime:
        """The next second."""
        self.ticks += 1
        return datetime.fromtimestamp(self.start.timestamp() + self.ticks, UTC)


def fake_parts(folder: Path, **settings: Any) -> Parts:
    """Parts with the real store and the real parser, an index in memory and the two fake models."""
    from factcheck.attribution import load_parser

    chosen = Settings(index=folder, **{"min_similarity": 0.3, "neighbours": 5, "double_review": 0, **settings})
    embedder, relations, indexes = HashEmbedder(), RuleRelationModel(), MemoryIndexes()
    store = Store.open(folder / DATABASE)
    return Parts(
        settings=chosen,
        open_store=lambda: store,
        clock=Clock(),
        load_embedder=lambda: embedder,
        load_relations=lambda: relations,
        load_parser=load_parser,
        open_index=indexes.opened,
        create_index=indexes.created,
    )


BRIDGE = (
    "The minister said on Monday that the bridge over the river would be closed for two weeks while engineers "
    "look for cracks in the main pillars.\nTraffic is led over the old road, which is narrow and slow.\n"
    "Shop owners near the bridge said that they had not been told and asked the town to pay for their losses."
)
"""An account long enough for its prints to be told to be copies."""


def make_article(body: str, name: str = "alpha", **fields: Any) -> Article:
    """An article of the outlet `name`, published on 17 August 2019 unless said otherwise."""
    article = Article(
        article_id=content_id("article", name),
        url=f"https://{name}.example/story",
        source=name.title(),
        title=None,
        published_at="2019-08-17",
        retrieved_at=NOW,
        language="en",
        body=body,
        content_hash=content_id(body),
        origin_id=content_id("article", name),
        label=name,
    )
    return replace(article, **fields)


def make_claim(article: Article, text: str, **fields: Any) -> Claim:
    """The claim that an article makes with these words of its body."""
    start = article.body.index(text)
    return Claim(
        **{
            "claim_id": content_id(article.article_id, text, 0),
            "article_id": article.article_id,
            "position": start,
            "start": start,
            "end": start + len(text),
            "text": text,
            "standalone_text": text,
            **fields,
        }
    )


def line_claims(article: Article) -> list[Claim]:
    """Every line of an article's body as one claim."""
    return [make_claim(article, line) for line in article.body.splitlines() if line.strip()]


def words_of(text: str) -> list[str]:
    """The words of a text in small letters."""
    return re.findall(r"[a-z0-9]+", text.lower())
