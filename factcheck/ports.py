"""The seams of the service: what an embedder, a relation model and a claim index must do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from factcheck.records import RelationInput, RelationScores

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into vectors whose dot product is their likeness in meaning."""

    model_id: str
    dimension: int

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, one row a text; shape (len(texts), dimension)."""
        ...


class RelationModel(Protocol):
    """Says how likely each of the six relations holds between two claims.

    `operating_points` gives, by name (strict, sensitive), the least probability at which
    each flagged relation is flagged: {"conflict": .., "update": .., "tension": ..}.
    """

    model_id: str
    operating_points: Mapping[str, Mapping[str, float]]

    def score(self, pairs: Sequence[tuple[RelationInput, RelationInput]]) -> list[RelationScores]:
        """Calibrated scores, one a pair; the order of the two claims does not matter."""
        ...

    def entailed(self, pairs: Sequence[tuple[RelationInput, RelationInput]]) -> list[float]:
        """How likely the first claim of each pair entails the second; 1 where the model cannot tell."""
        ...


class ClaimIndex(Protocol):
    """Finds the claims nearest in meaning."""

    def add(self, claim_ids: Sequence[str], vectors: Vectors) -> None:
        """Make claims findable; an id that is there already is replaced."""
        ...

    def remove(self, claim_ids: Iterable[str]) -> None:
        """Forget claims; unknown ids are ignored."""
        ...

    def nearest(self, vectors: Vectors, count: int) -> list[list[tuple[str, float]]]:
        """For each vector up to `count` claim ids with their cosine, most alike first."""
        ...

    def vectors_of(self, claim_ids: Sequence[str]) -> Vectors:
        """The vectors of claims that can be found, one row a claim; shape (len(claim_ids), dimension).

        Raises:
            IndexOutOfStep: one cannot be found.
        """
        ...

    def claim_ids(self) -> set[str]:
        """Every claim that can be found."""
        ...

    def save(self) -> None:
        """Write index and manifest to disk, whole or not at all."""
        ...
