"""What the use cases are handed: settings, store, clock, models and index; the lock on writing; the log of a run."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from filelock import FileLock, Timeout

from factcheck.config import Settings
from factcheck.errors import Conflict, ScanInProgress, StoreUnusable
from factcheck.ports import ClaimIndex, Embedder, RelationModel
from factcheck.records import LeftOut, RunSummary, content_id
from factcheck.store import Store

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done and how much there is."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Everything that a use case works with. Store, models and index are opened when first asked for.

    The functions keep what they load, and may be called from several threads.
    """

    settings: Settings
    open_store: Callable[[], Store]
    clock: Callable[[], datetime]
    load_embedder: Callable[[], Embedder]
    load_relations: Callable[[], RelationModel]
    load_parser: Callable[[], Any]
    open_index: Callable[[], ClaimIndex]
    create_index: Callable[[], ClaimIndex]

    @property
    def store(self) -> Store:
        """The store.

        Raises:
            StoreUnusable: the database cannot be opened.
        """
        return self.open_store()

    @property
    def embedder(self) -> Embedder:
        """The embedder."""
        return self.load_embedder()

    @property
    def relations(self) -> RelationModel:
        """The relation model."""
        return self.load_relations()

    @property
    def parser(self) -> Any:
        """The parser that reads claims, a spaCy pipeline."""
        return self.load_parser()

    @property
    def claim_index(self) -> ClaimIndex:
        """The claim index as it was saved last.

        Raises:
            IndexUnusable: there is none, or it cannot be used as it is.
        """
        return self.open_index()


LOCK_SECONDS = 0.3
"""How long to wait for the lock on writing: longer than `is_being_written` holds it, too short to be noticed."""


@contextmanager
def write_lock(parts: Parts) -> Iterator[None]:
    """Keep every other ingest, scan and reindex off this index meanwhile, also those of other processes.

    Raises:
        ScanInProgress: another is at it.
    """
    folder = parts.settings.index
    about = folder / "factcheck.lock.json"
    lock = FileLock(folder / "factcheck.lock")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=LOCK_SECONDS)
    except Timeout as error:
        raise ScanInProgress(
            f"another ingest or scan is writing to {folder}{_holder(about)}", hint="try again when it is done"
        ) from error
    except OSError as error:
        raise StoreUnusable(
            f"cannot write to {folder}: {error.strerror}", hint="choose another folder with --index"
        ) from error
    try:
        about.write_text(json.dumps({"pid": os.getpid(), "since": parts.clock().isoformat(timespec="seconds")}))
        yield
    finally:
        about.unlink(missing_ok=True)
        lock.release()


@contextmanager
def serving_lock(parts: Parts) -> Iterator[None]:
    """Keep every other server off this index meanwhile: it would take our running jobs for those of one that died.

    Raises:
        Conflict: another server serves it.
    """
    folder = parts.settings.index
    lock = FileLock(folder / "serve.lock")  # the system frees it when the process dies
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise Conflict(f"another server serves {folder}", hint="stop it first, or choose another --index") from error
    except OSError as error:
        raise StoreUnusable(
            f"cannot write to {folder}: {error.strerror}", hint="choose another folder with --index"
        ) from error
    try:
        yield
    finally:
        lock.release()


def is_being_written(parts: Parts) -> bool:
    """Whether an ingest, scan or reindex is at work on this index right now."""
    lock = FileLock(parts.settings.index / "factcheck.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False  # the folder cannot be written
    lock.release()
    return False


def _holder(about: Any) -> str:
    try:
        holder = json.loads(about.read_text())
        return f" (process {holder['pid']}, since {holder['since']})"
    except (OSError, ValueError, KeyError):
        return ""  # it is only just starting, or only just done


class RunLog:
    """What a run did, as it goes along."""

    def __init__(self, parts: Parts, kind: str, progress: Progress | None = None) -> None:
        self.started_at = parts.clock()
        self.run_id = content_id(kind, self.started_at.isoformat(), os.getpid(), time.perf_counter_ns())
        self.kind = kind
        self.counts: Counter[str] = Counter()
        self.models: dict[str, str] = {}
        self._left_out: list[LeftOut] = []
        self._seconds: dict[str, float] = {}
        self._parts = parts
        self._progress = progress
        self._stage = ""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times a stage and tells the progress that it has begun."""
        began = time.perf_counter()
        self._stage = name
        self.report(0, 0)
        try:
            yield
        finally:
            self._seconds[name] = round(self._seconds.get(name, 0.0) + time.perf_counter() - began, 3)

    def report(self, done: int, total: int) -> None:
        """Tells the progress how far the stage is."""
        if self._progress:
            self._progress(self._stage, done, total)

    def leave_out(self, left_out: LeftOut) -> None:
        """Notes something that did not go in, and why."""
        self._left_out.append(left_out)

    def count(self, counts: Mapping[str, int]) -> None:
        """Notes how many of things there are."""
        self.counts.update(counts)

    def finish(self) -> RunSummary:
        """The summary of the run, which is also kept in the store."""
        settings = self._parts.settings
        summary = RunSummary(
            run_id=self.run_id,
            started_at=self.started_at,
            counts=dict(self.counts),
            left_out=tuple(self._left_out),
            seconds=self._seconds,
            models=self.models,
            settings=settings_that_decide(settings),
        )
        self._parts.store.save_run(self.kind, summary)
        return summary


def settings_that_decide(settings: Settings) -> dict[str, str]:
    """The settings that change which findings there are."""
    names = ("neighbours", "min_similarity", "event_window_days", "operating_point", "relation_model")
    return {name: str(getattr(settings, name)) for name in names}
