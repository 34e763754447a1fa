"""The claim index on disk: whole or not at all, and never silently wrong."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from factcheck.claim_index import FaissClaimIndex
from factcheck.errors import IndexMissing, IndexOfOtherModel, IndexOutOfStep, IndexUnusable

MODEL_ID = "test-vectors@1"
BASIS = np.eye(4, dtype=np.float32)


def open_index(folder: Path, *, model_id: str = MODEL_ID, dimension: int = 4) -> FaissClaimIndex:
    """What the folder holds."""
    return FaissClaimIndex.open(folder, model_id=model_id, dimension=dimension)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a saved index of three claims."""
    index = FaissClaimIndex.create(tmp_path / "index", model_id=MODEL_ID, dimension=4)
    index.add(["a", "b", "c"], BASIS[:3])
    index.save()
    return tmp_path / "index"


def saved_file(folder: Path, kind: str) -> Path:
    """The file of one kind that the manifest names."""
    manifest = json.loads((folder / "manifest.json").read_text())
    return folder / manifest["files"][kind]["name"]


def change_manifest(folder: Path, **changes: object) -> None:
    """Write other values into the manifest."""
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, **changes}))


def test_an_opened_index_answers_as_the_saved_one(folder: Path) -> None:
    """Claim ids and cosines survive the way to disk and back."""
    assert open_index(folder).nearest(BASIS[1:2], 1) == [[("b", 1.0)]]


def test_the_manifest_says_what_the_folder_holds(folder: Path) -> None:
    """Format, model, dimension and count stand beside the files and their sha256."""
    manifest = json.loads((folder / "manifest.json").read_text())
    files = manifest.pop("files")
    assert manifest == {"format": 1, "model_id": MODEL_ID, "dimension": 4, "count": 3}
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["manifest.json", *(file["name"] for file in files.values())]
    )


def test_a_second_save_leaves_no_old_files(folder: Path) -> None:
    """The folder holds one manifest and the two files that it names, also after a save that died midway."""
    (folder / "vectors-0123.faiss.partial").write_bytes(b"half a file")
    index = open_index(folder)
    index.remove(["a"])
    index.save()
    assert len(list(folder.iterdir())) == 3
    assert open_index(folder).claim_ids() == {"b", "c"}


def test_saving_the_same_claims_changes_no_file(folder: Path) -> None:
    """Running twice adds nothing."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    open_index(folder).save()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_save_that_dies_leaves_the_saved_index(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The manifest is replaced last, so what it names is still there."""
    index = open_index(folder)
    index.add(["d"], BASIS[3:])

    def fail_at_the_manifest(source: Path, target: Path) -> None:
        if target.name == "manifest.json":
            raise OSError(28, "No space left on device")
        source.rename(target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", fail_at_the_manifest)
        with pytest.raises(IndexUnusable, match="No space left on device"):
            index.save()
    assert open_index(folder).claim_ids() == {"a", "b", "c"}


def test_a_missing_index_says_what_to_run(tmp_path: Path) -> None:
    """Nothing was ever saved here."""
    with pytest.raises(IndexMissing, match="there is no claim index") as caught:
        open_index(tmp_path)
    assert caught.value.hint == "run: factcheck reindex"


@pytest.mark.parametrize("kind", ["vectors", "claim_ids"])
def test_a_deleted_file_is_named(folder: Path, kind: str) -> None:
    """The error names the file that the manifest promises."""
    file = saved_file(folder, kind)
    file.unlink()
    with pytest.raises(IndexMissing, match=file.name):
        open_index(folder)


@pytest.mark.parametrize("kind", ["vectors", "claim_ids"])
def test_a_truncated_file_is_refused(folder: Path, kind: str) -> None:
    """One byte less is noticed before FAISS reads it."""
    file = saved_file(folder, kind)
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(IndexOutOfStep, match="truncated or changed"):
        open_index(folder)


@pytest.mark.parametrize(("model_id", "dimension"), [("other-model", 4), (MODEL_ID, 8)])
def test_an_index_of_another_model_is_refused(folder: Path, model_id: str, dimension: int) -> None:
    """Vectors of two models cannot be compared."""
    with pytest.raises(IndexOfOtherModel, match=MODEL_ID):
        open_index(folder, model_id=model_id, dimension=dimension)


@pytest.mark.parametrize("changes", [{"count": 4}, {"format": 2}, {"files": {}}, {"files": None}])
def test_a_manifest_that_does_not_fit_is_refused(folder: Path, changes: dict[str, object]) -> None:
    """Count, format and files are checked."""
    change_manifest(folder, **changes)
    with pytest.raises(IndexOutOfStep):
        open_index(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"files": {"vectors": {}}}'])
def test_a_broken_manifest_is_refused(folder: Path, content: bytes) -> None:
    """Whatever stands there, the error is ours and says how to go on."""
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(IndexOutOfStep) as caught:
        open_index(folder)
    assert caught.value.hint == "run: factcheck reindex"


def test_a_manifest_cannot_name_a_file_elsewhere(folder: Path) -> None:
    """Only files of the folder itself are read."""
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["vectors"]["name"] = "../elsewhere.faiss"
    change_manifest(folder, **manifest)
    with pytest.raises(IndexOutOfStep, match="outside the folder"):
        open_index(folder)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """Here a file stands where the folder should be; a read-only folder fails the same way."""
    (tmp_path / "index").write_text("in the way")
    index = FaissClaimIndex.create(tmp_path / "index", model_id=MODEL_ID, dimension=4)
    with pytest.raises(IndexUnusable, match="cannot write the claim index to") as caught:
        index.save()
    assert "--index" in caught.value.hint


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_keeps_what_it_holds(folder: Path) -> None:
    """The save fails and the index on disk still opens."""
    index = open_index(folder)
    index.remove(["a"])
    folder.chmod(0o555)
    try:
        with pytest.raises(IndexUnusable, match="Permission denied"):
            index.save()
        assert open_index(folder).claim_ids() == {"a", "b", "c"}
    finally:
        folder.chmod(0o755)


def test_an_index_knows_when_another_process_saved(folder: Path) -> None:
    """A service can see that its index is no longer the one on disk."""
    mine, other = open_index(folder), open_index(folder)
    other.remove(["a"])
    other.save()
    assert (mine.is_current(), other.is_current()) == (False, True)


@pytest.mark.parametrize(
    ("claim_ids", "vectors"),
    [(["x"], BASIS), (["x"], np.ones((1, 3), np.float32)), (["x"], 2 * BASIS[:1]), (["x"], np.full((1, 4), np.nan))],
)
def test_vectors_that_would_spoil_the_cosines_are_refused(
    folder: Path, claim_ids: list[str], vectors: np.ndarray
) -> None:
    """Wrong shape, length or not-a-number: nothing goes in."""
    index = open_index(folder)
    with pytest.raises(ValueError, match="vectors"):
        index.add(claim_ids, vectors)
    assert index.claim_ids() == {"a", "b", "c"}
