"""Reviewers split articles out of origins and join them, and nothing computed later overrules them."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from factcheck.errors import BadInput, NotFound
from factcheck.ingest import ingest
from factcheck.origin_review import join, split
from factcheck.origins import OriginReview, with_reviews
from factcheck.parts import Parts
from factcheck.pipeline import scan
from tests.fakes import fake_parts, make_article

WIRE = (
    "A cargo ship ran aground near the harbour of Port Ellis on Tuesday evening, the coast guard said. "
    "Nobody on board was hurt, and the eleven members of the crew were taken ashore by a lifeboat. "
    "Divers will look for leaks in the hull as soon as the sea is calmer, a spokeswoman told reporters."
)
ALPHA, BETA = make_article(WIRE, "alpha"), make_article(WIRE + " It carried timber.", "beta")
GAMMA = make_article("The cargo ship never ran aground near the harbour of Port Ellis, its owner wrote.", "gamma")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def review(article_id: str, joined_to: str | None = None) -> OriginReview:
    """What a reviewer says of an article."""
    return OriginReview(article_id=article_id, joined_to=joined_to, reviewer="Ada", note="", made_at=NOON)


def origins(parts: Parts) -> dict[str, str]:
    """The origin of every outlet, by the outlet that it is named after."""
    names = {article.article_id: article.label for article in parts.store.articles()}
    return {article.label: names[article.origin_id] for article in parts.store.articles()}


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    """An index with two copies of one text and one report of its own."""
    made = fake_parts(tmp_path)
    ingest(made, [ALPHA, BETA, GAMMA])
    return made


def test_a_split_article_has_an_origin_of_its_own(parts: Parts):
    """Also after another ingest, and after the article comes in again with new words."""
    split(parts, BETA.article_id, "Ada", "another reporter")
    assert origins(parts) == {"alpha": "alpha", "beta": "beta", "gamma": "gamma"}
    ingest(parts, [make_article("Divers found no leak in the hull of the cargo ship.", "delta")])
    newer = WIRE + " It carried timber from Norway."
    ingest(parts, [replace(BETA, body=newer, content_hash="newer")])
    assert origins(parts)["beta"] == "beta"
    assert [one.note for one in parts.store.origin_reviews(BETA.article_id)] == ["another reporter"]


def test_a_join_overrules_an_earlier_split(parts: Parts):
    """The last word counts."""
    split(parts, BETA.article_id, "Ada")
    join(parts, BETA.article_id, ALPHA.article_id, "Grace")
    found = origins(parts)
    assert found["alpha"] == found["beta"] != found["gamma"]
    assert parts.store.others_of_origin(parts.store.article(ALPHA.article_id)) == [parts.store.article(BETA.article_id)]


def test_findings_within_one_origin_go_at_the_next_scan(parts: Parts):
    """And come back when the reviewer changes his mind."""
    scan(parts)
    before = {finding.finding_id for finding in parts.store.findings()}
    assert before
    join(parts, GAMMA.article_id, ALPHA.article_id, "Ada")
    scan(parts)
    assert parts.store.findings() == []
    split(parts, GAMMA.article_id, "Ada")
    scan(parts)
    assert {finding.finding_id for finding in parts.store.findings()} == before


def test_former_copies_are_compared_after_a_split(parts: Parts):
    """Two claims that were one origin's become a pair."""
    scan(parts)
    counted = scan(parts).counts["candidates"]
    split(parts, BETA.article_id, "Ada")
    assert scan(parts).counts["candidates"] > counted


def test_what_cannot_be_done_is_said(parts: Parts):
    """Nothing to split, nothing to join, nobody to say so."""
    with pytest.raises(BadInput, match="shares its origin with no other"):
        split(parts, GAMMA.article_id, "Ada")
    with pytest.raises(BadInput, match="share an origin already"):
        join(parts, ALPHA.article_id, BETA.article_id, "Ada")
    with pytest.raises(BadInput, match="to itself"):
        join(parts, ALPHA.article_id, ALPHA.article_id, "Ada")
    with pytest.raises(BadInput, match="reviewer has 0 characters"):
        split(parts, ALPHA.article_id, " ")
    with pytest.raises(NotFound):
        join(parts, ALPHA.article_id, "none", "Ada")
    assert parts.store.origin_reviews() == []


def test_the_log_can_be_neither_changed_nor_deleted(parts: Parts):
    """The database itself refuses."""
    split(parts, BETA.article_id, "Ada")
    for statement in ("UPDATE origin_reviews SET note = 'x'", "DELETE FROM origin_reviews"):
        with pytest.raises(sqlite3.DatabaseError, match="never"), parts.store.writing() as db:
            db.execute(statement)


def test_splitting_the_middle_one_leaves_the_others_together():
    """A and C are copies through B; that B is none does not part them."""
    assert with_reviews({"a": "a", "b": "a", "c": "a"}, [review("b")]) == {"a": "a", "b": "b", "c": "a"}
    assert with_reviews({"a": "a", "b": "a", "c": "a"}, [review("a")]) == {"a": "a", "b": "b", "c": "b"}


def test_splitting_out_who_was_joined_leaves_the_others_together():
    """It does not matter whether a text or a reviewer had put them together."""
    joined = [review("a", "b"), review("c", "b"), review("b")]
    assert with_reviews({"a": "a", "b": "b", "c": "c"}, joined) == {"a": "a", "b": "b", "c": "a"}
    assert with_reviews({"a": "a", "b": "a", "c": "c"}, [review("c", "a"), review("a")]) == {
        "a": "a",
        "b": "b",
        "c": "b",
    }


def test_joining_one_copy_brings_its_copies():
    """Whoever is a copy of a copy is of the same origin."""
    assert set(with_reviews({"a": "a", "b": "a", "c": "c", "d": "c"}, [review("b", "d")]).values()) == {"a"}


def test_a_review_of_an_article_that_is_gone_changes_nothing():
    """It waits for the article to come back."""
    assert with_reviews({"a": "a"}, [review("a", "z"), review("z")]) == {"a": "a"}


IDS = st.sampled_from("abcde")


@given(st.lists(st.tuples(IDS, st.one_of(st.none(), IDS))))
def test_the_last_word_about_an_article_holds(said: list[tuple[str, str | None]]):
    """Whatever was said: a last split leaves it alone, a last join puts the two together, and ids are the smallest."""
    reviews = [review(one, other) for one, other in said if one != other]
    found = with_reviews({"a": "a", "b": "a", "c": "a", "d": "d", "e": "d"}, reviews)
    if reviews and reviews[-1].joined_to is None:
        assert list(found.values()).count(found[reviews[-1].article_id]) == 1
    if reviews and reviews[-1].joined_to is not None:
        assert found[reviews[-1].article_id] == found[reviews[-1].joined_to]
    assert all(origin == min(one for one in found if found[one] == origin) for origin in found.values())
