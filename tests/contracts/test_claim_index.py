"""What every claim index must do; the FAISS index is held against one that compares with everything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from factcheck.claim_index import FaissClaimIndex
from factcheck.errors import IndexOutOfStep
from factcheck.ports import ClaimIndex, Vectors
from tests.fakes import BruteForceIndex

DIMENSION = 8
MODEL_ID = "test-vectors"


def unit_vectors(count: int, *, seed: int, dimension: int = DIMENSION) -> Vectors:
    """Random directions."""
    rows = np.random.default_rng(seed).normal(size=(count, dimension))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


IMPLEMENTATIONS: dict[str, Callable[[Path], ClaimIndex]] = {
    "faiss": lambda folder: FaissClaimIndex.create(folder, model_id=MODEL_ID, dimension=DIMENSION),
    "brute force": lambda folder: BruteForceIndex(),
}


@pytest.fixture(params=IMPLEMENTATIONS)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> ClaimIndex:
    """An empty index of each kind."""
    return IMPLEMENTATIONS[request.param](tmp_path)


def test_an_empty_index_finds_nothing(index: ClaimIndex) -> None:
    """Each query gets its own empty list."""
    assert index.nearest(unit_vectors(2, seed=1), 5) == [[], []]
    assert index.claim_ids() == set()


def test_a_claim_is_nearest_to_itself_with_cosine_one(index: ClaimIndex) -> None:
    """The vector of a claim finds the claim first."""
    vectors = unit_vectors(4, seed=2)
    index.add(["a", "b", "c", "d"], vectors)
    firsts = [hits[0] for hits in index.nearest(vectors, 2)]
    assert [claim_id for claim_id, _ in firsts] == ["a", "b", "c", "d"]
    assert [cosine for _, cosine in firsts] == pytest.approx([1.0] * 4, abs=1e-6)


def test_opposite_claims_have_cosine_minus_one(index: ClaimIndex) -> None:
    """Similarity is a cosine, not a distance: higher is closer, down to -1."""
    vector = unit_vectors(1, seed=3)
    index.add(["there", "opposite"], np.concatenate([vector, -vector]))
    assert [(name, round(cosine, 5)) for name, cosine in index.nearest(vector, 9)[0]] == [
        ("there", 1.0),
        ("opposite", -1.0),
    ]


def test_adding_a_claim_again_replaces_its_vector(index: ClaimIndex) -> None:
    """The old vector no longer answers."""
    old, new = unit_vectors(2, seed=4)
    index.add(["a"], old[None])
    index.add(["a"], new[None])
    assert index.nearest(new[None], 5) == [[("a", pytest.approx(1.0, abs=1e-6))]]


def test_a_claim_that_comes_twice_in_one_call_keeps_its_last_vector(index: ClaimIndex) -> None:
    """As if it had been added twice."""
    vectors = unit_vectors(2, seed=5)
    index.add(["a", "a"], vectors)
    assert index.nearest(vectors[1:], 5) == [[("a", pytest.approx(1.0, abs=1e-6))]]


def test_removed_claims_are_not_found_and_unknown_ones_are_ignored(index: ClaimIndex) -> None:
    """Removal takes exactly what was named."""
    index.add(["a", "b"], unit_vectors(2, seed=6))
    index.remove(["a", "never added"])
    assert index.claim_ids() == {"b"}
    assert [name for name, _ in index.nearest(unit_vectors(1, seed=6), 5)[0]] == ["b"]


def test_the_vectors_of_claims_are_those_that_were_added(index: ClaimIndex) -> None:
    """One row a claim, in the order asked for; a claim that was never added is named."""
    vectors = unit_vectors(3, seed=7)
    index.add(["a", "b", "c"], vectors)
    assert index.vectors_of(["c", "a", "c"]) == pytest.approx(vectors[[2, 0, 2]])
    assert len(index.vectors_of([])) == 0
    with pytest.raises(IndexOutOfStep, match="claim d is not in the index"):
        index.vectors_of(["a", "d"])


def test_no_claims_and_no_queries_are_fine(index: ClaimIndex) -> None:
    """Empty in, empty out."""
    nothing = np.zeros((0, DIMENSION), dtype=np.float32)
    index.add([], nothing)
    index.remove([])
    assert index.nearest(nothing, 5) == []


def same_nearest(index: ClaimIndex, oracle: ClaimIndex, queries: Vectors, count: int) -> None:
    """Fail unless both give the same cosines, and each claim the cosine that it really has."""
    for found, expected in zip(index.nearest(queries, count), oracle.nearest(queries, count), strict=True):
        assert [cosine for _, cosine in found] == pytest.approx([cosine for _, cosine in expected], abs=1e-5)
    for found, everything in zip(index.nearest(queries, count), oracle.nearest(queries, 10_000), strict=True):
        assert dict(found) == pytest.approx({name: dict(everything)[name] for name, _ in found}, abs=1e-5)


NAMES = st.sampled_from([f"claim-{number}" for number in range(12)])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.lists(NAMES, max_size=6), st.integers(0, 99)),
        st.tuples(st.just("remove"), st.lists(NAMES, max_size=6), st.just(0)),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, count=st.integers(1, 15))
def test_faiss_answers_as_brute_force_does(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, list[str], int]], count: int
) -> None:
    """After any adds and removals, and after saving and opening, both indexes hold and find the same."""
    folder = tmp_path_factory.mktemp("index")
    index, oracle = FaissClaimIndex.create(folder, model_id=MODEL_ID, dimension=DIMENSION), BruteForceIndex()
    for action, names, seed in steps:
        for each in (index, oracle):
            if action == "add":
                each.add(names, unit_vectors(len(names), seed=seed))
            else:
                each.remove(names)
    index.save()
    for each in (index, FaissClaimIndex.open(folder, model_id=MODEL_ID, dimension=DIMENSION)):
        assert each.claim_ids() == oracle.claim_ids()
        same_nearest(each, oracle, unit_vectors(3, seed=1000), count)
        held = sorted(oracle.claim_ids())
        assert each.vectors_of(held).tolist() == oracle.vectors_of(held).tolist()
