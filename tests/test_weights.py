"""Model folders are checked before anything trusts them."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from io import BufferedReader
from pathlib import Path

import pytest

from factcheck import weights
from factcheck.errors import ModelUnusable
from factcheck.weights import BASE_FILES, MANIFEST, _Joined, builtin_folder, check_file, merge, read_manifest, sha256_of


def test_parts_read_as_the_file_they_were_cut_from(tmp_path: Path) -> None:
    """Several parts read as one file, across their borders and after seeking."""
    whole = bytes(range(256)) * 5
    parts = [tmp_path / name for name in "abc"]
    for part, piece in zip(parts, (whole[:500], whole[500:501], whole[501:]), strict=True):
        part.write_bytes(piece)
    with ExitStack() as stack:
        joined = BufferedReader(_Joined(parts, stack), buffer_size=64)
        assert joined.read() == whole
        joined.seek(495)
        assert joined.read(20) == whole[495:515]
        joined.seek(-3, 2)
        assert joined.read() == whole[-3:]


def test_a_changed_file_is_refused_by_name(tmp_path: Path) -> None:
    """One changed byte is enough, and the message names the file."""
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"right")
    digest = sha256_of(weights)
    check_file(weights, digest, hint="")
    weights.write_bytes(b"wrong")
    with pytest.raises(ModelUnusable, match=r"model\.safetensors has sha256 .* expected"):
        check_file(weights, digest, hint="")


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    """A file that is not there is not a stack trace."""
    with pytest.raises(ModelUnusable, match=r"model file adapter\.safetensors cannot be read: No such file"):
        check_file(tmp_path / "adapter.safetensors", "00", hint="install again")


@pytest.mark.parametrize("content", ["", "{", json.dumps([1])])
def test_a_broken_manifest_is_refused(tmp_path: Path, content: str) -> None:
    """A manifest must be a JSON object."""
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(ModelUnusable, match=r"manifest\.json"):
        read_manifest(tmp_path)


@pytest.fixture
def umask() -> Iterator[None]:
    """What this process writes its group may read, and others not."""
    before = os.umask(0o027)
    yield
    os.umask(before)


@pytest.fixture
def small_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """A built-in model that is put together from a base of one tensor, by its own adapter."""
    from safetensors.torch import save_file
    from torch import ones

    def unpack(folder: Path) -> None:
        for name in BASE_FILES:
            (folder / name).write_text("{}")
        save_file({"embeddings": ones(2)}, folder / "model.safetensors")

    def merge_without_adapter(folder: Path, adapter: Path, manifest: dict[str, object]) -> None:
        save_file({}, folder / "adapter.safetensors")
        merge(folder, folder / "adapter.safetensors", manifest)

    monkeypatch.setattr(weights, "unpack_base", unpack)
    monkeypatch.setattr(weights, "merge", merge_without_adapter)


@pytest.mark.usefixtures("umask", "small_model")
def test_the_model_in_the_cache_is_open_to_whom_the_umask_lets_in(tmp_path: Path) -> None:
    """Folder and weights can be read by other users, as any folder that this user makes; nothing else is left."""
    folder = builtin_folder(tmp_path / "cache")
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [folder.name]
    assert folder.stat().st_mode & 0o777 == 0o750
    modes = {name: (folder / name).stat().st_mode & 0o777 for name in ("model.safetensors", *BASE_FILES, MANIFEST)}
    assert modes == dict.fromkeys(modes, 0o640)
    assert builtin_folder(tmp_path / "cache") == folder


@pytest.mark.parametrize("refused", ["is_file", "mkdir"])
def test_a_cache_that_may_not_be_used_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: str) -> None:
    """A folder of another user, closed to reading or writing, is told of with its path."""

    def refuse(*_: object, **__: object) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, refused, refuse)
    with pytest.raises(ModelUnusable, match=f"{tmp_path}.*: Permission denied") as caught:
        builtin_folder(tmp_path)
    assert "FACTCHECK_CACHE" in str(caught.value.hint)
