"""Which findings agree with what else was read."""

from __future__ import annotations

import pytest

from factcheck.consistency import HARDLY_DISAGREES, SAYS_THE_SAME, consistent
from factcheck.records import Claim, ConflictType, Facts, Relation
from factcheck.sides import Readings
from factcheck.verdicts import OperatingPoint, SidedClaim, find
from tests.sample_claims import article, claim, count, facts, scored

POINT = OperatingPoint(name="any", conflict=0.1, update=0.1, tension=0.1)
SAME = scored("a", "c", agree=SAYS_THE_SAME)
APART = scored("b", "c", conflict=HARDLY_DISAGREES - 0.01, update=0.0, tension=0.0)


def plain(key: str, text: str, known: Facts | None = None) -> Claim:
    """A claim of an article of its own."""
    return claim(key, key, text, known or facts(text))


TOLD = (
    plain("a", "The girls were freed in the morning."),
    plain("b", "The girls are in the care of the ministry."),
    plain("c", "The girls went free before dawn."),
)


def stands(claims: tuple[Claim, ...], *read, relation: Relation = Relation.CONFLICT) -> bool:
    """Whether the finding about A and B stands beside what else was read."""
    by_id = {one.claim_id: one for one in claims}
    left, right = (SidedClaim(claim=one, article=article(one.article_id, one.text)) for one in claims[:2])
    finding = find(scored("a", "b", **{relation.value: 0.6}), left, right, POINT, "run")
    assert finding is not None
    return consistent([finding], Readings(read), by_id) == [finding]


@pytest.mark.parametrize("relation", [Relation.CONFLICT, Relation.UPDATE])
def test_who_says_the_same_and_does_not_disagree_speaks_against_a_finding(relation: Relation):
    """C says what A says, and B and C are no disagreement: then A and B are none."""
    assert not stands(TOLD, SAME, APART, relation=relation)


@pytest.mark.parametrize(
    "read",
    [
        (SAME,),
        (APART,),
        (scored("a", "c", agree=SAYS_THE_SAME - 0.01), APART),
        (SAME, scored("b", "c", conflict=HARDLY_DISAGREES, update=0.0, tension=0.0)),
    ],
)
def test_a_finding_stands_where_nothing_sure_speaks_against_it(read):
    """Both have to be read, agreement is to be sure, and a doubt about the other pair is enough."""
    assert stands(TOLD, *read)


def test_a_tension_stands_whatever_else_was_read():
    """Who says the same in milder words is in no tension."""
    assert stands(TOLD, SAME, APART, relation=Relation.TENSION)


def test_two_numbers_that_are_seen_to_clash_stand():
    """C agrees on the blast and leaves the toll out."""
    texts = {
        "a": "12 people were killed by the blast.",
        "b": "15 people were killed by the blast.",
        "c": "A blast hit.",
    }
    known = {
        key: facts(text, quantities=(count(text, text[:2], float(text[:2]), "person", verb="kill"),))
        for key, text in texts.items()
        if key != "c"
    }
    tolls = tuple(plain(key, text, known.get(key)) for key, text in texts.items())
    assert stands(tolls, SAME, APART)
    by_id = {one.claim_id: one for one in tolls}
    left, right = (SidedClaim(claim=by_id[key], article=article(key, texts[key])) for key in "ab")
    finding = find(scored("a", "b", conflict=0.6), left, right, POINT, "run")
    assert finding is not None
    assert finding.conflict_type is ConflictType.NUMBER
