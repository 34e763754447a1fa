"""Model folders are checked before anything trusts them."""

import json
from contextlib import ExitStack
from io import BufferedReader
from pathlib import Path

import pytest

from factcheck.errors import ModelUnusable
from factcheck.weights import _Joined, check_file, read_manifest, sha256_of


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
