"""The claim index: nearest claims by meaning, held by FAISS and kept in a folder with a manifest.

The folder holds `manifest.json` and the two files that it names, each with its sha256. A save writes new files
beside the old ones and then replaces the manifest in one step, so a save that dies leaves the index as it was.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np

from factcheck.errors import IndexMissing, IndexOfOtherModel, IndexOutOfStep, IndexUnusable
from factcheck.ports import Vectors

FORMAT = 1
MANIFEST = "manifest.json"
REINDEX = "run: factcheck reindex"


class FaissClaimIndex:
    """Exact search over unit vectors. Threads may share one index; one process at a time may save it."""

    def __init__(self, folder: Path, *, model_id: str, dimension: int) -> None:
        import faiss  # takes a while to load

        self._folder = folder
        self._model_id = model_id
        self._dimension = dimension
        self._faiss = faiss
        self._lock = RLock()
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        self._claim_of: dict[int, str] = {}
        self._manifest = ""

    @classmethod
    def create(cls, folder: Path, *, model_id: str, dimension: int) -> FaissClaimIndex:
        """An empty index that takes the place of whatever the folder holds once it is saved."""
        return cls(folder, model_id=model_id, dimension=dimension)

    @classmethod
    def open(cls, folder: Path, *, model_id: str, dimension: int) -> FaissClaimIndex:
        """The index that was saved last, every byte checked against its manifest.

        Raises:
            IndexMissing: nothing was saved here, or a file was deleted.
            IndexOfOtherModel: its vectors come from another embedder.
            IndexOutOfStep: a file is truncated, changed or of another format.
        """
        index = cls(folder, model_id=model_id, dimension=dimension)
        while True:
            manifest = _read_manifest(folder)
            try:
                index._load(manifest)
                return index
            except (IndexMissing, IndexOutOfStep):
                if _read_manifest(folder) == manifest:
                    raise
                # another process saved between our two reads: look again

    def add(self, claim_ids: Sequence[str], vectors: Vectors) -> None:
        """Make claims findable; an id that is there already, or comes twice, keeps its last vector."""
        rows = np.ascontiguousarray(vectors, dtype=np.float32)
        if rows.shape != (len(claim_ids), self._dimension):
            raise ValueError(f"{len(claim_ids)} claims need vectors of {self._dimension}, got shape {rows.shape}")
        if not np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-3):
            raise ValueError("vectors must have length 1")
        row_of = {claim_key(claim_id): row for row, claim_id in enumerate(claim_ids)}
        with self._lock:
            named: dict[int, str] = {}
            for claim_id in claim_ids:
                key = claim_key(claim_id)
                holder = named.setdefault(key, self._claim_of.get(key, claim_id))
                if holder != claim_id:
                    raise IndexUnusable(f"claims {holder} and {claim_id} would share the key {key}")
            self._forget(named.keys() & self._claim_of.keys())
            if named:
                self._index.add_with_ids(rows[list(row_of.values())], np.array(list(row_of), dtype=np.int64))
            self._claim_of.update(named)

    def remove(self, claim_ids: Iterable[str]) -> None:
        """Forget claims; unknown ids are ignored."""
        with self._lock:
            self._forget({claim_key(claim_id) for claim_id in claim_ids} & self._claim_of.keys())

    def nearest(self, vectors: Vectors, count: int) -> list[list[tuple[str, float]]]:
        """For each vector up to `count` claim ids with their cosine, most alike first."""
        queries = np.ascontiguousarray(vectors, dtype=np.float32)
        if queries.ndim != 2 or queries.shape[1] != self._dimension:
            raise ValueError(f"queries must have {self._dimension} columns, got shape {queries.shape}")
        with self._lock:
            count = min(count, len(self._claim_of))
            if count < 1 or not len(queries):
                return [[] for _ in queries]
            similarities, claim_keys = self._index.search(queries, count)
            return [
                self._named(keys, cosines)
                for keys, cosines in zip(claim_keys.tolist(), similarities.tolist(), strict=True)
            ]

    def vectors_of(self, claim_ids: Sequence[str]) -> Vectors:
        """The vectors of claims that can be found, one row a claim; shape (len(claim_ids), dimension).

        Raises:
            IndexOutOfStep: one cannot be found.
        """
        keys = np.array([claim_key(claim_id) for claim_id in claim_ids], dtype=np.int64)
        with self._lock:
            for key, claim_id in zip(keys.tolist(), claim_ids, strict=True):
                if key not in self._claim_of:
                    raise IndexOutOfStep(f"claim {claim_id} is not in the index in {self._folder}", hint=REINDEX)
            vectors: Vectors = self._index.reconstruct_batch(keys)
            return vectors

    def claim_ids(self) -> set[str]:
        """Every claim that can be found."""
        with self._lock:
            return set(self._claim_of.values())

    def is_current(self) -> bool:
        """Whether the folder still holds what was last opened or saved here: no other process saved since."""
        try:
            return _read_manifest(self._folder) == self._manifest
        except IndexUnusable:
            return False

    def save(self) -> None:
        """Write vectors, claim ids and manifest to the folder, whole or not at all.

        Raises:
            IndexUnusable: the folder cannot be written.
        """
        with self._lock:
            keys = self._faiss.vector_to_array(self._index.id_map).tolist()
            contents = {
                "vectors": (".faiss", self._faiss.serialize_index(self._index).data),
                "claim_ids": (".json", json.dumps([self._claim_of[key] for key in keys]).encode()),
            }
            try:
                self._manifest = self._write(contents)
            except OSError as error:
                raise IndexUnusable(
                    f"cannot write the claim index to {self._folder}: {error.strerror}",
                    hint="check that the folder can be written and the disk has space, or choose another with --index",
                ) from error

    def _write(self, contents: dict[str, tuple[str, Any]]) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        files = {}
        for kind, (suffix, content) in contents.items():
            digest = hashlib.sha256(content).hexdigest()
            files[kind] = {"name": f"{kind}-{digest[:16]}{suffix}", "sha256": digest}
            _write_durably(self._folder / files[kind]["name"], content)
        about = {"format": FORMAT, "model_id": self._model_id, "dimension": self._dimension}
        manifest = json.dumps({**about, "count": len(self._claim_of), "files": files}, indent=2)
        _write_durably(self._folder / MANIFEST, manifest.encode())
        for kind, (suffix, _) in contents.items():
            for old in self._folder.glob(f"{kind}-*{suffix}*"):
                if old.name != files[kind]["name"]:
                    old.unlink(missing_ok=True)
        return manifest

    def _load(self, manifest: str) -> None:
        about = _checked_manifest(manifest, self._folder)
        if (about["model_id"], about["dimension"]) != (self._model_id, self._dimension):
            raise IndexOfOtherModel(
                f"the index in {self._folder} holds vectors of {about['model_id']} (dimension {about['dimension']}), "
                f"the embedder is {self._model_id} (dimension {self._dimension})",
                hint=REINDEX,
            )
        vectors, claim_ids = (_read_checked(self._folder, about["files"][kind]) for kind in ("vectors", "claim_ids"))
        index: Any = self._faiss.deserialize_index(np.frombuffer(vectors, dtype=np.uint8))
        claim_of = {claim_key(claim_id): claim_id for claim_id in json.loads(claim_ids)}
        keys = self._faiss.vector_to_array(index.id_map).tolist()
        if list(claim_of) != keys or len(keys) != about["count"]:
            raise IndexOutOfStep(
                f"the index in {self._folder} holds {len(keys)} vectors, {len(claim_of)} claim ids "
                f"and a manifest of {about['count']}",
                hint=REINDEX,
            )
        self._index, self._claim_of, self._manifest = index, claim_of, manifest

    def _forget(self, keys: Iterable[int]) -> None:
        gone = np.array(list(keys), dtype=np.int64)
        if gone.size:
            self._index.remove_ids(gone)
        for key in gone.tolist():
            del self._claim_of[key]

    def _named(self, keys: list[int], cosines: list[float]) -> list[tuple[str, float]]:
        # FAISS pads with -1 where it found fewer; rounding can push a cosine past 1
        found = [
            (self._claim_of[key], min(1.0, cosine)) for key, cosine in zip(keys, cosines, strict=True) if key != -1
        ]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))


def claim_key(claim_id: str) -> int:
    """The 63-bit number under which FAISS holds a claim; it depends on the claim id alone."""
    return int.from_bytes(hashlib.sha256(claim_id.encode()).digest()[:8], "big") >> 1


def _read_manifest(folder: Path) -> str:
    try:
        return (folder / MANIFEST).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise IndexMissing(f"there is no claim index in {folder}", hint=REINDEX) from error
    except (OSError, UnicodeDecodeError) as error:
        raise IndexOutOfStep(f"cannot read {folder / MANIFEST}: {error}", hint=REINDEX) from error


def _checked_manifest(manifest: str, folder: Path) -> dict[str, Any]:
    try:
        about = json.loads(manifest)
        expected = {"format", "model_id", "dimension", "count", "files"}
        names = [file["name"] for file in about["files"].values()]
        if (
            about["format"] != FORMAT
            or not expected <= about.keys()
            or about["files"].keys() != {"vectors", "claim_ids"}
        ):
            raise ValueError(f"format is {about['format']}, expected {FORMAT}")
        if any(Path(name).name != name for name in names):
            raise ValueError("a file stands outside the folder")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexOutOfStep(f"{folder / MANIFEST} is no manifest of ours: {error}", hint=REINDEX) from error
    return dict(about)


def _read_checked(folder: Path, file: dict[str, str]) -> bytes:
    path = folder / file["name"]
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise IndexMissing(f"the index file {path} was deleted", hint=REINDEX) from error
    except OSError as error:
        raise IndexOutOfStep(f"cannot read the index file {path}: {error.strerror}", hint=REINDEX) from error
    if hashlib.sha256(content).hexdigest() != file["sha256"]:
        raise IndexOutOfStep(f"the index file {path} is truncated or changed: its sha256 differs", hint=REINDEX)
    return content


def _write_durably(path: Path, content: Any) -> None:
    partial = path.with_name(path.name + ".partial")
    with partial.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(partial, path)
