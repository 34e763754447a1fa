"""Who stands on which side of a dispute, in which order, and what a side says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from factcheck.records import Article, Claim, Finding, Relation, ScoredPair, Side
from factcheck.sides import Card, shortened, sides_of
from factcheck.verdicts import OperatingPoint, SidedClaim, find
from tests.sample_claims import article, claim, count, facts, scored

POINT = OperatingPoint(name="any", conflict=0.1, update=0.1, tension=0.1)


def told(claims: Sequence[Claim], days: Mapping[str, str | None]) -> tuple[dict[str, Claim], dict[str, Article]]:
    """Claims by id, and their articles with the days that they were published on."""
    articles = {one.article_id: article(one.article_id, one.text, days.get(one.article_id)) for one in claims}
    return {one.claim_id: one for one in claims}, articles


def stand(
    claims: Sequence[Claim],
    flagged: Sequence[ScoredPair],
    agreements: Sequence[ScoredPair] = (),
    days: Mapping[str, str | None] | None = None,
) -> tuple[Side, ...]:
    """The sides of one card with these findings."""
    by_id, articles = told(claims, days or {})
    sided = {key: SidedClaim(claim=one, article=articles[one.article_id]) for key, one in by_id.items()}
    found = [find(pair, sided[pair.pair.left_id], sided[pair.pair.right_id], POINT, "run") for pair in flagged]
    findings: list[Finding] = sorted((one for one in found if one), key=lambda one: -one.probability)
    return sides_of(Card(findings, by_id, articles), agreements)


def ids(sides: Sequence[Side]) -> list[tuple[str, ...]]:
    """The claims side by side."""
    return [side.claim_ids for side in sides]


def plain(key: str, text: str = "Russia spoke.", **more: object) -> Claim:
    """A claim of an article of its own."""
    return claim(key, key, text, facts(text, "Russia"), **more)


def test_whoever_conflicts_with_one_claim_stands_against_it():
    """A against B and B against C: A and C are on one side."""
    sides = stand(
        [plain("a"), plain("b"), plain("c")], [scored("a", "b", conflict=0.9), scored("b", "c", conflict=0.8)]
    )
    assert ids(sides) == [("a", "c"), ("b",)]


def test_three_tolls_are_three_sides():
    """12, 15 and 20: nobody flagged 15 against 20, but no number is both."""
    claims = []
    for key, number in (("a", "12"), ("b", "15"), ("c", "20")):
        text = f"{number} soldiers died in Pulwama."
        known = facts(text, "Pulwama", quantities=(count(text, number, float(number), "soldier"),))
        claims.append(claim(key, key, text, known))
    sides = stand(claims, [scored("a", "b", conflict=0.9), scored("a", "c", conflict=0.8)])
    assert sorted(ids(sides)) == [("a",), ("b",), ("c",)]


def test_an_agreement_across_a_finding_is_dropped():
    """The model calls A and B conflicting, and both agreeing with C: C joins the stronger agreement only."""
    sides = stand(
        [plain("a"), plain("b"), plain("c"), plain("d")],
        [scored("a", "b", conflict=0.9), scored("c", "d", conflict=0.5)],
        [scored("a", "c", agree=0.9), scored("b", "c", agree=0.8)],
    )
    assert ids(sides) == [("a", "c"), ("b", "d")]


def test_a_supporter_of_both_sides_stands_on_neither():
    """What agrees with everybody decides nothing."""
    sides = stand(
        [plain("a"), plain("b"), plain("c")],
        [scored("a", "b", conflict=0.9)],
        [scored("a", "c", agree=0.9), scored("b", "c", agree=0.9)],
    )
    assert ids(sides) == [("a",), ("b",)]


def test_one_speaker_stands_on_one_side():
    """Two findings without a common claim: the two claims of one official go together."""
    sides = stand(
        [
            claim("a", "x", "Russia spoke.", speaker="the official"),
            claim("b", "x", "Russia spoke up.", start=20, speaker="the official"),
            plain("c"),
            plain("d"),
        ],
        [scored("a", "c", conflict=0.9), scored("b", "d", conflict=0.8)],
    )
    assert ids(sides) == [("c", "d"), ("a", "b")]


def test_the_sides_of_an_update_are_in_order_of_publication():
    """Three states of one thing on three days, the undated one last."""
    sides = stand(
        [plain("a"), plain("b"), plain("c"), plain("d")],
        [scored("a", "b", update=0.9), scored("b", "c", update=0.8), scored("a", "d", update=0.7)],
        days={"a": "2019-08-03", "b": "2019-08-01", "c": "2019-08-02"},
    )
    assert ids(sides) == [("b",), ("c",), ("a",), ("d",)]


def test_what_two_outlets_tell_on_one_day_is_one_step_of_an_update():
    """Two reports of the first day against one of the second."""
    sides = stand(
        [plain("a"), plain("b"), plain("c")],
        [scored("a", "c", update=0.9), scored("b", "c", update=0.8)],
        days={"a": "2019-08-01", "b": "2019-08-01", "c": "2019-08-02"},
    )
    assert ids(sides) == [("a", "b"), ("c",)]


def test_claims_of_a_side_are_oldest_first():
    """A reader sees who said it first."""
    sides = stand(
        [plain("a"), plain("b"), plain("c")],
        [scored("a", "b", conflict=0.9), scored("b", "c", conflict=0.8)],
        days={"a": "2019-08-03", "b": "2019-08-01", "c": "2019-08-02"},
    )
    assert ids(sides) == [("c", "a"), ("b",)]


def test_a_position_is_the_clause_that_clashes():
    """Of a long sentence only what is in dispute is quoted."""
    long = (
        "The official, who was tired, said that Russia backed the resolution on Kashmir, "
        "diplomatic sources in the capital added yesterday."
    )
    sides = stand([plain("a", long), plain("b", "Russia voiced support for India.")], [scored("a", "b", conflict=0.9)])
    assert sides[0].position == "Russia backed the resolution on Kashmir"
    assert sides[1].position == "Russia voiced support for India."


def test_a_long_position_is_cut_after_a_word():
    """Two hundred characters are enough to know a position."""
    assert shortened("word " * 60) == "word " * 39 + "word …"
    assert shortened("two\nlines") == "two lines"


@pytest.mark.parametrize("relation", [Relation.CONFLICT, Relation.TENSION, Relation.UPDATE])
def test_a_dispute_has_at_least_two_sides(relation: Relation):
    """One finding is enough for one."""
    sides = stand([plain("a"), plain("b")], [scored("a", "b", **{relation.value: 0.9})])
    assert sorted(ids(sides)) == [("a",), ("b",)]
