"""Wiring puts the real parts together, loads what is costly once and late, and examines an installation."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from factcheck.config import Settings
from factcheck.errors import IndexMissing, ModelUnusable, StoreUnusable
from factcheck.ingest import ingest
from factcheck.store import DATABASE, Store
from factcheck.wiring import KeptIndex, LazyRelations, Once, build_parts, doctor
from tests.fakes import HashEmbedder, line_claims, make_article
from tests.together import all_at_once

ALPHA = make_article("Twelve people died in the quake.\nThe airport was closed.", "alpha")


def test_what_is_costly_is_loaded_once():
    """However many threads ask at once, the function is called once, and all get what it gave."""
    calls = []

    def load() -> object:
        time.sleep(0.02)
        calls.append(1)
        return object()

    once, given = Once(load), []
    all_at_once([lambda: given.append(once())] * 8)
    assert calls == [1]
    assert given == [given[0]] * 8


def test_what_failed_to_load_is_tried_again():
    """A failure is not kept: the next call may find the disk back."""
    results = iter([ModelUnusable("not there"), "model"])

    def load() -> str:
        result = next(results)
        if isinstance(result, Exception):
            raise result
        return result

    once = Once(load)
    with pytest.raises(ModelUnusable):
        once()
    assert once() == "model"


def test_the_relation_model_names_itself_without_its_weights(tmp_path: Path):
    """A scan with nothing to score needs the id and the thresholds, not the network."""
    points = {"strict": {"conflict": 0.9, "update": 0.8, "tension": 0.7}}
    (tmp_path / "manifest.json").write_text(json.dumps({"model_id": "mine", "operating_points": points}))
    model = LazyRelations(Settings(relation_model=str(tmp_path)))
    assert (model.model_id, model.operating_points) == ("mine", points)
    assert model.score([]) == []


def test_a_relation_model_that_is_not_there_is_named(tmp_path: Path):
    """The error names the folder and the setting."""
    with pytest.raises(ModelUnusable) as caught:
        LazyRelations(Settings(relation_model=str(tmp_path / "nowhere")))
    assert "nowhere" in str(caught.value)
    assert "relation_model" in caught.value.hint


def test_the_index_is_read_again_only_when_another_saved_it(tmp_path: Path):
    """A server sees what the command line took in meanwhile."""
    embedder = HashEmbedder()
    ours, theirs = KeptIndex(tmp_path, embedder), KeptIndex(tmp_path, embedder)
    with pytest.raises(IndexMissing):
        ours.opened()
    made = theirs.created()
    made.add(["a"], embedder.embed(["one"]))
    made.save()
    first = ours.opened()
    assert first.claim_ids() == {"a"}
    assert ours.opened() is first
    made.add(["b"], embedder.embed(["two"]))
    made.save()
    assert ours.opened().claim_ids() == {"a", "b"}


def test_parts_stand_without_loading_a_model(tmp_path: Path):
    """Building the parts and looking into the store takes no model library."""
    code = (
        "import sys\nfrom pathlib import Path\nfrom factcheck.config import Settings\n"
        "from factcheck.wiring import build_parts\n"
        f"parts = build_parts(Settings(index=Path({str(tmp_path / 'index')!r})))\n"
        "parts.store.counts(), parts.embedder.model_id\n"
        "print([name for name in ('torch', 'spacy', 'faiss') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.strip() == "[]"


def test_the_database_is_opened_when_it_is_asked_for(tmp_path: Path):
    """Nothing is made before, and a damaged one stops only what needs it."""
    parts = build_parts(Settings(index=tmp_path / "index"))
    assert parts.relations.model_id
    assert not (tmp_path / "index").exists()
    assert parts.store.counts()["articles"] == 0
    assert parts.store is parts.store
    parts.store.close()
    (tmp_path / DATABASE).write_bytes(b"no database" * 1000)
    damaged = build_parts(Settings(index=tmp_path))
    assert damaged.relations.model_id
    with pytest.raises(StoreUnusable):
        damaged.store.counts()


def checks_by_name(settings: Settings) -> dict[str, tuple[bool, str, str]]:
    """What doctor says, by the name of the check."""
    return {check.name: (check.ok, check.detail, check.hint) for check in doctor(settings)}


def test_doctor_finds_a_fresh_folder_in_order(tmp_path: Path):
    """Before the first ingest there is nothing wrong with folder, disk, database and index."""
    checks = checks_by_name(Settings(index=tmp_path / "index"))
    assert [checks[name][0] for name in ("Python", "packages", "embedder", "index folder", "disk")] == [True] * 5
    assert checks["database"] == checks["index"] == (True, "none yet; the first ingest makes it", "")
    assert not (tmp_path / "index" / DATABASE).exists()


def test_doctor_finds_an_index_out_of_step(tmp_path: Path):
    """Claims without vectors are reported with the command that mends it."""
    store = Store.open(tmp_path / DATABASE)
    store.save_article(ALPHA, line_claims(ALPHA))
    store.close()
    ok, detail, hint = checks_by_name(Settings(index=tmp_path))["index"]
    assert (ok, hint) == (False, "run: factcheck reindex")
    assert "there is no claim index" in detail


def test_doctor_finds_a_database_lost(tmp_path: Path):
    """Vectors of claims that no database knows are no fresh folder, also after a command has made an empty one."""
    parts = build_parts(Settings(index=tmp_path))
    ingest(parts, [ALPHA])
    parts.store.close()
    for file in tmp_path.glob(f"{DATABASE}*"):
        file.unlink()
    assert "vectors of claims" in checks_by_name(Settings(index=tmp_path))["database"][1]
    Store.open(tmp_path / DATABASE).close()
    ok, detail, _ = checks_by_name(Settings(index=tmp_path))["index"]
    assert not ok
    assert "vectors of claims" in detail


def test_doctor_finds_a_damaged_database(tmp_path: Path):
    """A file that is no database is reported, and the other checks still run."""
    (tmp_path / DATABASE).write_bytes(b"no database" * 1000)
    checks = checks_by_name(Settings(index=tmp_path))
    assert not checks["database"][0]
    assert "damaged or no database" in checks["database"][1]
    assert checks["Python"][0]


def test_doctor_finds_a_folder_that_cannot_be_written(tmp_path: Path):
    """A file in the way of the folder stands for a read-only disk."""
    (tmp_path / "file").write_text("in the way")
    ok, detail, hint = checks_by_name(Settings(index=tmp_path / "file"))["index folder"]
    assert (ok, hint) == (False, "choose another with --index")
    assert "cannot write to" in detail


def test_doctor_finds_a_relation_model_that_is_not_there(tmp_path: Path):
    """The setting is named in the hint."""
    settings = Settings(index=tmp_path, relation_model=str(tmp_path / "nowhere"))
    ok, _, hint = checks_by_name(settings)["relation model"]
    assert not ok
    assert "relation_model" in hint


@pytest.mark.model
def test_the_real_embedder_and_index_find_the_same_fact_in_other_words(tmp_path: Path, monkeypatch):
    """With the packaged embedder and FAISS on disk, ingest makes claims findable by meaning, also after a restart."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    parts = build_parts(Settings(index=tmp_path, threads=1))
    ingest(parts, [ALPHA, make_article("The minister praised the new budget.", "beta")])
    again = build_parts(Settings(index=tmp_path, threads=1))
    question = again.embedder.embed(["A dozen victims were killed by the earthquake."])
    [nearest] = again.claim_index.nearest(question, 3)
    assert again.store.claim(nearest[0][0]).text == "Twelve people died in the quake."
    assert nearest[0][1] > 0.5
    assert os.path.exists(tmp_path / "manifest.json")
    for built in (parts, again):
        built.store.close()
