"""Wiring: the only place that picks classes from settings, and keeps what is costly to load."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Generic, TypeVar

from factcheck.attribution import load_parser
from factcheck.claim_index import FaissClaimIndex
from factcheck.config import Settings
from factcheck.doctor import Check, examine
from factcheck.embedders import MiniLmEmbedder
from factcheck.parts import Parts
from factcheck.ports import ClaimIndex, Embedder, RelationModel, Vectors
from factcheck.records import RelationInput, RelationScores
from factcheck.relations import CrossEncoderRelations
from factcheck.store import DATABASE, Store
from factcheck.weights import BUILTIN, read_manifest

Loaded = TypeVar("Loaded")


def build_parts(settings: Settings) -> Parts:
    """Everything that a use case needs under these settings.

    The database is opened, or made, when it is first asked for; models are loaded when they first have work to do.
    """
    embedder = LazyEmbedder(settings)
    indexes = KeptIndex(settings.index, embedder)
    return Parts(
        settings=settings,
        open_store=Once(lambda: Store.open(settings.index / DATABASE)),
        clock=lambda: datetime.now(UTC),
        load_embedder=lambda: embedder,
        load_relations=Once(lambda: LazyRelations(settings)),
        load_parser=Once(load_parser),
        open_index=indexes.opened,
        create_index=indexes.created,
    )


def doctor(settings: Settings) -> list[Check]:
    """What stands under these settings and what is wrong with it, without loading a model."""
    return examine(settings)


class Once(Generic[Loaded]):
    """Calls a function at most once, however many threads ask, and keeps what it gave."""

    def __init__(self, load: Callable[[], Loaded]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._kept: list[Loaded] = []

    def __call__(self) -> Loaded:
        """What the function gave."""
        with self._lock:
            if not self._kept:
                self._kept.append(self._load())
            return self._kept[0]


class LazyEmbedder:
    """The embedder of the settings; it can name itself without being loaded."""

    def __init__(self, settings: Settings) -> None:
        self.model_id = MiniLmEmbedder.model_id
        self.dimension = MiniLmEmbedder.dimension
        self._load: Once[Embedder] = Once(lambda: MiniLmEmbedder(threads=settings.threads))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, one row a text; shape (len(texts), dimension)."""
        return self._load().embed(texts)


class LazyRelations:
    """The relation model of the settings; its manifest names it and its operating points without loading weights."""

    def __init__(self, settings: Settings) -> None:
        builtin = settings.relation_model == "builtin"
        folder = BUILTIN if builtin else Path(settings.relation_model)
        manifest = read_manifest(folder)
        self.model_id: str = manifest["model_id"]
        self.operating_points: Mapping[str, Mapping[str, float]] = manifest["operating_points"]
        self._load: Once[RelationModel] = Once(
            lambda: (
                CrossEncoderRelations.builtin(settings.cache, threads=settings.threads)
                if builtin
                else CrossEncoderRelations(folder, threads=settings.threads)
            )
        )

    def score(self, pairs: Sequence[tuple[RelationInput, RelationInput]]) -> list[RelationScores]:
        """Calibrated scores, one a pair; the order of the two claims does not matter."""
        if not pairs:
            return []
        return self._load().score(pairs)

    def entailed(self, pairs: Sequence[tuple[RelationInput, RelationInput]]) -> list[float]:
        """How likely the first claim of each pair entails the second; 1 where the model cannot tell."""
        if not pairs:
            return []
        return self._load().entailed(pairs)


class KeptIndex:
    """The claim index of a folder, read again only when another process has saved it meanwhile."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self._folder = folder
        self._embedder = embedder
        self._lock = threading.Lock()
        self._kept: FaissClaimIndex | None = None

    def opened(self) -> ClaimIndex:
        """The index as it was saved last.

        Raises:
            IndexUnusable: there is none, or it cannot be used as it is.
        """
        with self._lock:
            if self._kept is None or not self._kept.is_current():
                self._kept = FaissClaimIndex.open(
                    self._folder, model_id=self._embedder.model_id, dimension=self._embedder.dimension
                )
            return self._kept

    def created(self) -> ClaimIndex:
        """An empty index that takes the place of the saved one once it is saved itself."""
        return FaissClaimIndex.create(
            self._folder, model_id=self._embedder.model_id, dimension=self._embedder.dimension
        )
