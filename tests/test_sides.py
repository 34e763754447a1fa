"""Who stands on which side of a dispute, in which order, and what a side says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings, strategies as st

from factcheck.records import Article, Claim, ConflictType, Finding, Relation, ScoredPair, Side
from factcheck.sides import Card, Readings, shortened, sides_of
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
    return sides_of(Card(findings, by_id, articles), Readings(agreements))


OFFICIAL = (
    claim("a", "x", "Russia spoke.", speaker="the official"),
    claim("b", "x", "Russia spoke up.", start=20, speaker="the official"),
)


def ids(sides: Sequence[Side]) -> list[tuple[str, ...]]:
    """The claims side by side."""
    return [side.claim_ids for side in sides]


def plain(key: str, text: str = "", **more: object) -> Claim:
    """A claim of an article of its own, in words of its own."""
    text = text or f"Russia spoke {key}."
    return claim(key, key, text, facts(text, "Russia"), **more)


def test_the_opponents_of_one_claim_need_not_agree():
    """A against B and B against C: nothing says that A and C say the same, so there are three sides."""
    flagged = [scored("a", "b", conflict=0.9), scored("b", "c", conflict=0.8)]
    claims = [plain("a"), plain("b"), plain("c")]
    assert sorted(ids(stand(claims, flagged))) == [("a",), ("b",), ("c",)]


def test_two_that_have_one_opponent_and_lean_to_agree_are_one_side():
    """The same, and A and C agree more likely than not; without the common opponent that is not enough."""
    claims = [plain("a"), plain("b"), plain("c"), plain("d")]
    lean = [scored("a", "c", agree=0.6, compatible=0.4)]
    with_one = [scored("a", "b", conflict=0.9), scored("b", "c", conflict=0.8)]
    assert ids(stand(claims[:3], with_one, lean)) == [("a", "c"), ("b",)]
    with_two = [scored("a", "b", conflict=0.9), scored("c", "d", conflict=0.8)]
    assert sorted(ids(stand(claims, with_two, lean))) == [("a",), ("b",), ("c",), ("d",)]


def test_what_is_as_likely_to_disagree_is_on_no_common_side():
    """The model gives A and C 0.5 for agreeing, and 0.5 for a conflict that is not flagged."""
    flagged = [scored("a", "b", conflict=0.9), scored("b", "c", conflict=0.8)]
    torn = [scored("a", "c", agree=0.5, conflict=0.5)]
    assert sorted(ids(stand([plain("a"), plain("b"), plain("c")], flagged, torn))) == [("a",), ("b",), ("c",)]


def test_one_claim_that_disagrees_keeps_a_group_apart():
    """C agrees with A, and disagrees, though not flagged, with D, who stands with A: it is a side of its own."""
    claims = [plain(key) for key in "abcd"]
    flagged = [scored("a", "b", conflict=0.9), scored("b", "c", conflict=0.8), scored("b", "d", conflict=0.7)]
    agree = [scored("a", "d", agree=0.95), scored("a", "c", agree=0.9)]
    against = scored("c", "d", tension=0.3, agree=0.1, compatible=0.6)
    assert sorted(ids(stand(claims, flagged, agree))) == [("a", "c", "d"), ("b",)]
    assert sorted(ids(stand(claims, flagged, [*agree, against]))) == [("a", "d"), ("b",), ("c",)]


def test_one_agreement_does_not_outweigh_what_else_was_read():
    """C agrees with A alone; with D and E, who stand with A, it is merely compatible."""
    claims = [plain(key) for key in "abcde"]
    flagged = [scored("b", one, conflict=0.9) for one in "acde"]
    agree = [scored("a", "d", agree=0.97), scored("a", "e", agree=0.96), scored("d", "e", agree=0.95)]
    agree += [scored("a", "c", agree=0.9)]
    beside = [scored("c", one, agree=0.1, compatible=0.9) for one in "de"]
    assert sorted(ids(stand(claims, flagged, [*agree, *beside]))) == [("a", "d", "e"), ("b",), ("c",)]


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
    assert ids(sides) == [("a", "c"), ("b",), ("d",)]


def test_copies_of_one_sentence_are_one_side():
    """Two outlets print one sentence, each in its own quotation marks; the model does not compare copies."""
    claims = [
        claim("a", "a", "The mayor said the bridge was “safe” for all."),
        claim("b", "b", "The bridge was closed."),
        claim("c", "c", 'The mayor said the bridge was "safe" for all.'),
    ]
    flagged = [scored("a", "b", conflict=0.9), scored("b", "c", conflict=0.8)]
    assert ids(stand(claims, flagged)) == [("a", "c"), ("b",)]


@pytest.mark.parametrize(
    ("other", "are_one"),
    [
        ("The old bridge over the river was closed by the mayor of the town late on Friday night.", True),
        ("The bridge over the river was closed by the mayor of the town at 9 on Friday night.", False),
        ("Cars crossed the bridge over the river.", False),
    ],
    ids=["a word less", "another number", "another sentence"],
)
def test_an_edited_copy_is_still_one(other: str, are_one: bool):
    """A word may be cut from a copy of one text; a number may not differ, and other sentences are other claims."""
    text = "The bridge over the river was closed by the mayor of the town late on Friday night."
    claims = {key: claim(key, key, words) for key, words in (("a", text), ("c", other))}
    articles = {key: article(key, one.text, origin_id="wire") for key, one in claims.items()}
    assert Card([], claims, articles).are_copies("a", "c") is are_one


def test_a_supporter_of_both_sides_stands_on_neither():
    """What agrees with everybody decides nothing."""
    sides = stand(
        [plain("a"), plain("b"), plain("c")],
        [scored("a", "b", conflict=0.9)],
        [scored("a", "c", agree=0.9), scored("b", "c", agree=0.9)],
    )
    assert ids(sides) == [("a",), ("b",)]


def test_one_speaker_stands_on_one_side():
    """Two findings without a common claim: the two claims of one official go together, the others are two sides."""
    sides = stand([*OFFICIAL, plain("c"), plain("d")], [scored("a", "c", conflict=0.9), scored("b", "d", conflict=0.8)])
    assert ids(sides) == [("a", "b"), ("c",), ("d",)]


def test_agreement_joins_claims_before_their_outlet_does():
    """Two sentences of one outlet need not be of one side: C agrees with A, and B, beside A, is set off from C."""
    claims = [claim("a", "x", "Russia backed it."), claim("b", "x", "Russia spoke.", start=20)]
    claims += [plain("c", "It was backed by Russia."), plain("d"), plain("e")]
    flagged = [scored("a", "d", conflict=0.9), scored("c", "d", conflict=0.8), scored("b", "e", conflict=0.7)]
    read = [scored("a", "c", agree=0.9), scored("b", "c", tension=0.4, agree=0.1)]
    assert ids(stand(claims, flagged, read)) == [("c", "a"), ("d",), ("e",), ("b",)]


def test_a_speaker_keeps_his_side():
    """What else the official says of the matter is not put on the other side, whatever the model takes it for.

    "Russia voiced its support" against "Russia did not oblige": the same official's "Russia backed the resolution"
    reads like the former, and is none of it.
    """
    sides = stand([*OFFICIAL, plain("c")], [scored("a", "c", conflict=0.9)], [scored("b", "c", agree=0.85)])
    assert ids(sides) == [("a", "b"), ("c",)]


def test_a_claim_that_only_leans_to_a_side_stays_off_the_card():
    """Beyond the findings only what clearly agrees is gathered: 0.8 is the least."""
    claims, flagged = [plain("a"), plain("b"), plain("c")], [scored("a", "b", conflict=0.9)]
    assert ids(stand(claims, flagged, [scored("a", "c", agree=0.79)])) == [("a",), ("b",)]
    assert ids(stand(claims, flagged, [scored("a", "c", agree=0.8)])) == [("a", "c"), ("b",)]


def test_a_supporter_that_disagrees_with_the_like_of_a_claim_stays_off_the_card():
    """C agrees with A, but not with D, who says what A says."""
    told = ("Russia backed it.", "Russia opposed it.", "It was backed by Russia.", "Backed by Russia, it passed.")
    claims = [plain(key, text) for key, text in zip("abcd", told, strict=True)]
    flagged = [scored("a", "b", conflict=0.9), scored("b", "d", conflict=0.9)]
    agree = [scored("a", "d", agree=0.95), scored("a", "c", agree=0.9)]
    against = scored("c", "d", conflict=0.2, agree=0.1, compatible=0.7)
    assert ids(stand(claims, flagged, agree)) == [("a", "c", "d"), ("b",)]
    assert ids(stand(claims, flagged, [*agree, against])) == [("a", "d"), ("b",)]


def test_on_a_card_about_a_number_only_who_gives_it_supports_a_side():
    """That the blast tore a crater agrees with part of a sentence on 32 dead, and says nothing of how many died."""
    texts = {
        "a": "The blast tore a crater and 32 people were killed.",
        "b": "30 people were killed by the blast.",
        "c": "The blast tore a crater.",
        "d": "The blast left 32 people dead.",
    }
    tolls = {"a": 32, "b": 30, "d": 32}
    claims = [
        claim(
            key,
            key,
            text,
            facts(
                text, quantities=tuple(count(text, str(tolls[key]), tolls[key], "person") for _ in range(key in tolls))
            ),
        )
        for key, text in texts.items()
    ]
    agreements = [scored("a", "c", agree=0.9), scored("a", "d", agree=0.9)]
    assert ids(stand(claims, [scored("a", "b", conflict=0.9)], agreements)) == [("a", "d"), ("b",)]


def test_a_number_within_the_words_that_clash_is_at_issue_too():
    """ "Freed 21" does not support "more than 200 girls taken", whatever words around the 200 are highlighted."""
    texts = {
        "a": "Rebels of Lyon took more than 200 girls.",
        "b": "Rebels of Lyon took more than 270 pupils.",
        "c": "Rebels of Lyon freed 21 girls.",
    }
    counted = {"a": ("more than 200", 200, "girl"), "b": ("more than 270", 270, "pupil"), "c": ("21", 21, "girl")}
    claims = []
    for key, text in texts.items():
        surface, low, thing = counted[key]
        claims.append(
            claim(
                key,
                key,
                text,
                facts(text, "Lyon", quantities=(count(text, surface, low, thing, high="inf" if low > 21 else low),)),
            )
        )
    read = scored("a", "b", conflict=0.9)
    read = replace(read, scores=replace(read.scores, conflict_type=ConflictType.NUMBER))
    assert ids(stand(claims, [read], [scored("a", "c", agree=0.9)])) == [("a",), ("b",)]


def test_two_supporters_of_a_side_that_disagree_do_not_both_join_it():
    """C and D agree with A, and contradict each other: the surer one is on its side."""
    claims, flagged = [plain(key) for key in "abcd"], [scored("a", "b", conflict=0.9)]
    agree = [scored("a", "c", agree=0.95), scored("a", "d", agree=0.9)]
    assert ids(stand(claims, flagged, agree)) == [("a", "c", "d"), ("b",)]
    assert ids(stand(claims, flagged, [*agree, scored("c", "d", conflict=0.9)])) == [("a", "c"), ("b",)]


def test_who_tells_two_states_of_a_thing_is_on_two_sides_of_its_update():
    """An outlet that says what was and what is now does not contradict itself."""
    told_twice = [
        claim("a", "x", "Russia opposed the plan."),
        claim("b", "x", "Now it backs the plan of the bank.", start=30),
        plain("c", "Russia backs the plan."),
    ]
    sides = stand(told_twice, [scored("a", "c", update=0.9)], [scored("b", "c", agree=0.9)])
    assert sorted(ids(sides)) == [("a",), ("c", "b")]


def test_who_tells_of_another_part_of_the_matter_supports_no_side():
    """C agrees with A on the bridge, but not on what became of it; E says that it was reopened, too."""
    told_of_bridge = [
        plain("a", "Russia closed the bridge over the canal."),
        plain("b", "Russia reopened the bridge over the canal."),
        plain("c", "The bridge over the canal is Russia's longest."),
        plain("e", "The bridge was reopened by Russia."),
    ]
    agree = [scored("a", "c", agree=0.9), scored("b", "e", agree=0.9)]
    days = {"a": "2019-08-01", "b": "2019-08-02"}
    assert ids(stand(told_of_bridge, [scored("a", "b", update=0.9)], agree, days)) == [("a",), ("b", "e")]
    assert ids(stand(told_of_bridge, [scored("a", "b", conflict=0.9)], agree, days)) == [("b", "e"), ("a",)]


def test_where_no_number_is_highlighted_those_that_say_what_befell_are_at_issue():
    """The model finds that open numbers clash; who tells of the truck alone supports neither toll."""
    texts = {
        "a": ("A truck hit the gate in Lyon, killing at least two people.", "at least two", 2.0, "person"),
        "b": ("A truck hit the wall in Lyon, killing at least six civilians.", "at least six", 6.0, "civilian"),
    }
    claims = [
        claim(
            key,
            key,
            text,
            facts(text, "Lyon", quantities=(count(text, surface, low, thing, high="inf", verb="kill"),)),
        )
        for key, (text, surface, low, thing) in texts.items()
    ]
    claims.append(plain("c", "The truck hit the wall, Russia said."))
    read = scored("a", "b", update=0.9)
    read = replace(read, scores=replace(read.scores, conflict_type=ConflictType.NUMBER))
    assert sorted(ids(stand(claims, [read], [scored("b", "c", agree=0.9)]))) == [("a",), ("b",)]


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
        [scored("a", "c", agree=0.9)],
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


KEYS = [f"c{number}" for number in range(7)]
PAIRS = list(combinations(KEYS, 2))
ROWS = st.dictionaries(
    st.sampled_from(PAIRS),
    st.tuples(st.sampled_from(["conflict", "tension", "agree", "compatible"]), st.integers(min_value=15, max_value=99)),
    min_size=1,
)
VOICES = st.lists(st.tuples(st.integers(0, 6), st.sampled_from([None, "the official"])), min_size=7, max_size=7)


@settings(deadline=None, max_examples=80)
@given(ROWS, VOICES, st.randoms())
def test_no_side_holds_what_the_model_sets_apart(rows, voices, shuffle):
    """Whatever is read: no claim is on two sides, no two claims of a side are in a finding or likelier to disagree
    than to agree, every claim of a finding is on a side, and the order of what was read changes nothing.
    """
    claims = [
        claim(key, f"x{article}", f"Russia spoke {key}.", start=20 * number, speaker=speaker)
        for number, (key, (article, speaker)) in enumerate(zip(KEYS, voices, strict=True))
    ]
    articles_of = {one.claim_id: one.article_id for one in claims}
    rows = {pair: row for pair, row in rows.items() if articles_of[pair[0]] != articles_of[pair[1]]}
    every = {pair: scored(*pair, **{relation: share / 100}) for pair, (relation, share) in rows.items()}
    flagged = [one for one in every.values() if max(one.scores.conflict, one.scores.tension) >= 0.3]
    if not flagged:
        return
    sides = stand(claims, flagged, list(every.values()))
    members = {key for one in flagged for key in (one.pair.left_id, one.pair.right_id)}
    side_of = {key: number for number, side in enumerate(sides) for key in side.claim_ids}
    assert len(side_of) == sum(len(side.claim_ids) for side in sides)
    assert members <= side_of.keys()
    for (left, right), one in every.items():
        if left in members and right in members and one.scores.conflict + one.scores.tension >= one.scores.agree:
            assert side_of[left] != side_of[right]
    listed = list(every.values())
    shuffle.shuffle(listed)
    assert stand(claims, flagged, listed) == sides
