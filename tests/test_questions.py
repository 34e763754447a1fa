"""The question on a card reads well and takes no side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from factcheck.aligned import is_name
from factcheck.disputes import Vocabulary
from factcheck.questions import question_for
from factcheck.records import ConflictType, Facts
from factcheck.verdicts import OperatingPoint, SidedClaim, find
from tests.sample_claims import article, claim, count, day, facts, name, scored

POINT = OperatingPoint(name="any", conflict=0.1, update=0.1, tension=0.1)


def asked(
    left: str,
    left_facts: Facts,
    right: str,
    right_facts: Facts,
    *,
    speaker: str | None = None,
    name_rarity: float = 2.0,
    of_type: ConflictType | None = None,
    **likely: float,
) -> str:
    """The question of the finding about two texts, both said by the speaker if one is given; nouns have rarity 1.

    `of_type` is what the model says that they clash in.
    """
    sides = [
        SidedClaim(claim=claim(key, key, text, known, speaker=speaker), article=article(key, text))
        for key, text, known in (("a", left, left_facts), ("b", right, right_facts))
    ]
    read = scored("a", "b", **(likely or {"conflict": 0.9}))
    read = replace(read, scores=replace(read.scores, conflict_type=of_type))
    finding = find(read, *sides, POINT, "run")
    assert finding is not None
    claims = {side.claim.claim_id: side.claim for side in sides}
    rarity = {True: name_rarity, False: 1.0}
    return question_for([finding], claims, lambda key: rarity[is_name(key)], Vocabulary(claims).stands_alone)


def soldiers(text: str, number: str) -> Facts:
    """Facts of a text that counts soldiers."""
    return facts(text, "Pulwama", quantities=(count(text, number, float(number[-2:]), "soldier", verb="kill"),))


def test_a_number_asks_how_many_of_what():
    """What is counted, what befell it, and both answers."""
    left, right = "In Pulwama 40 soldiers were killed.", "Some 44 soldiers were killed in Pulwama."
    assert asked(left, soldiers(left, "40"), right, soldiers(right, "Some 44")) == (
        "How many soldiers were killed: “40” or “Some 44”?"
    )


def test_people_are_asked_for_as_people():
    """What is counted is kept as "person", which the word in the text does not look like."""
    left, right = "In Pulwama 12 people were killed.", "In Pulwama 15 people were killed."
    ours = facts(left, "Pulwama", quantities=(count(left, "12", 12, "person", verb="kill"),))
    theirs = facts(right, "Pulwama", quantities=(count(right, "15", 15, "person", verb="kill"),))
    assert asked(left, ours, right, theirs) == "How many people were killed: “12” or “15”?"


def test_what_is_no_number_does_not_answer_how_many():
    """The model says that a number clashes where the words show none: no figure is asked for."""
    left, right = "Rebels struck the northern hub of Pulwama.", "Rebels struck the Kashmiri city of Pulwama."
    ours, theirs = (facts(text, "Pulwama") for text in (left, right))
    assert asked(left, ours, right, theirs, of_type=ConflictType.NUMBER) == "Accounts differ on Pulwama"


def test_of_words_around_a_number_the_number_answers():
    """“left up to 32” is no number, “up to 32” is."""
    left, right = "The raid left up to 32 soldiers dead in Pulwama.", "The raid killed 40 soldiers in Pulwama."
    ours = facts(left, "Pulwama", quantities=(count(left, "up to 32", 0, "soldier", high=32.0),))
    theirs = facts(right, "Pulwama", quantities=(count(right, "40", 40, "soldier"),))
    assert asked(left, ours, right, theirs) == "How many soldiers: “up to 32” or “40”?"


def test_an_amount_of_money_counts_nothing_beside_it():
    """A $103 offer to two giants does not ask how many giants."""
    left, right = "Acme made a $103 offer to two giants.", "Acme made an $82 offer to two giants."
    ours = facts(left, "Acme", quantities=(count(left, "$103", 103, unit="usd"), count(left, "two", 2, "giant")))
    theirs = facts(right, "Acme", quantities=(count(right, "$82", 82, unit="usd"), count(right, "two", 2, "giant")))
    assert asked(left, ours, right, theirs) == "What is the figure for Acme: “$103” or “$82”?"


def test_the_more_is_nothing_that_accounts_differ_on():
    """ "The more than 200 girls" are girls."""
    left, right = "Acme freed a few of the more than 200 girls.", "Acme lost a few of the more than 200 girls."
    assert asked(left, facts(left, "Acme"), right, facts(right, "Acme")) == "Accounts differ on Acme"


def test_amounts_that_measure_two_things_are_no_two_answers():
    """The price of a share and of the firm are not offered as one or the other."""
    left, right = "Acme bid $121 billion again.", "Acme offered $82 a share."
    ours = facts(left, "Acme", quantities=(count(left, "$121 billion", 121e9, unit="usd"),))
    theirs = facts(right, "Acme", quantities=(count(right, "$82", 82, unit="usd"),))
    assert asked(left, ours, right, theirs, of_type=ConflictType.NUMBER) == "What is the figure for Acme?"


@pytest.mark.parametrize(
    ("kind", "left", "right", "question"),
    [
        (
            ConflictType.PLACE,
            "Gunfire was reported by Acme.",
            "Smoke was noticed by Acme.",
            "Where was it? Accounts of Acme differ.",
        ),
        (
            ConflictType.DATE,
            "Acme shut about an hour before midnight.",
            "Acme shut at around 11:30pm.",
            "When was it: “hour before midnight” or “around 11:30pm”? Accounts of Acme differ.",
        ),
    ],
    ids=["no place", "times of day"],
)
def test_only_what_answers_the_question_is_offered(kind: ConflictType, left: str, right: str, question: str):
    """The model says what clashes, the words that differ need not be it."""
    assert asked(left, facts(left, "Acme"), right, facts(right, "Acme"), of_type=kind) == question


def test_a_growing_number_asks_without_answers():
    """A timeline shows the answers in order; none of them is called wrong."""
    left, right = "In Pulwama 40 soldiers were killed.", "Some 44 soldiers were killed in Pulwama."
    assert asked(left, soldiers(left, "40"), right, soldiers(right, "Some 44"), update=0.9) == (
        "How many soldiers were killed, as time passed?"
    )


def test_a_measure_asks_for_the_figure():
    """Nothing is counted; the names say what it is about."""
    left, right = "Raite fell 60m in Aoraki.", "Raite fell 200m in Aoraki."
    ours = facts(left, "Raite|Aoraki", quantities=(count(left, "60m", 60, unit="metre"),))
    theirs = facts(right, "Raite|Aoraki", quantities=(count(right, "200m", 200, unit="metre"),))
    assert asked(left, ours, right, theirs) == "What is the figure for Raite and Aoraki: “60m” or “200m”?"


@pytest.mark.parametrize(
    ("left", "right", "names", "question"),
    [
        (
            "The bomb exploded in Pulwama.",
            "The bomb exploded in Srinagar.",
            ("Pulwama", "Srinagar"),
            "Where was it: “Pulwama” or “Srinagar”?",
        ),
        (
            "China vetoed the resolution.",
            "Russia vetoed the resolution.",
            ("China", "Russia"),
            "Who was it: “China” or “Russia”? Accounts of the resolution differ.",
        ),
        (
            "India attacked Pakistan.",
            "Pakistan attacked India.",
            ("India|Pakistan", "India|Pakistan"),
            "Who did what to whom? Accounts of India and Pakistan differ.",
        ),
    ],
    ids=["place", "actor", "role"],
)
def test_places_and_actors_ask_where_and_who(left: str, right: str, names: tuple[str, str], question: str):
    """Both answers are quoted; neither is called right."""
    assert asked(left, facts(left, names[0]), right, facts(right, names[1])) == question


def test_a_date_asks_when():
    """Both days are quoted."""
    left, right = "The senate passed the bill on Monday.", "The bill was passed by the senate on Tuesday."
    ours = facts(left, dates=(day(left, "Monday", "2019-08-12"),))
    theirs = facts(right, dates=(day(right, "Tuesday", "2019-08-13"),))
    assert asked(left, ours, right, theirs) == (
        "When was it: “Monday” or “Tuesday”? Accounts of the bill and the senate differ."
    )


def test_dates_that_read_alike_are_asked_for_by_their_days():
    """Each article's Monday is another one."""
    left, right = "The senate passed the bill on Monday.", "The bill was passed by the senate on Monday."
    ours = facts(left, dates=(day(left, "Monday", "2019-08-12"),))
    theirs = facts(right, dates=(day(right, "Monday", "2019-08-05"),))
    assert asked(left, ours, right, theirs) == (
        "When was it: 12 August 2019 or 5 August 2019? Accounts of the bill and the senate differ."
    )


def test_a_denial_says_so():
    """One denies what another states; which is right is not said."""
    left, right = "France did not veto the session.", "France vetoed the session."
    assert asked(left, facts(left, "France", "not"), right, facts(right, "France")) == (
        "Accounts differ on France and the session: “not veto the session” or “vetoed the session”?"
    )


def test_a_long_answer_is_cut_after_a_word_that_tells_something():
    """Nobody reads headings of four lines; "of the" is no end."""
    left = "France praised the long session about the harvest in the south of Lyon of wines with all its great names."
    right = "France mocked the whole event."
    assert asked(left, facts(left, "France|Lyon"), right, facts(right, "France")) == (
        "Accounts differ on France: “praised the long session about the harvest in the south of Lyon …” or "
        "“mocked the whole event”?"
    )


def test_where_nothing_is_negated_nobody_denies():
    """What the model takes for a denial may be none: a heading that says so would be seen to be wrong."""
    left, right = "France praised the session in Lyon.", "France mocked the session at Lyon."
    asked_for = asked(left, facts(left, "France"), right, facts(right, "France"), of_type=ConflictType.DENIAL)
    assert asked_for == "Accounts differ on France and the session"


def test_stances_are_views():
    """Of a tension no fact is asked."""
    left, right = "The move was praised by India.", "Pakistan calls the move illegal."
    assert asked(left, facts(left, "India"), right, facts(right, "Pakistan"), tension=0.9) == "Views differ on the move"


def test_an_update_asks_for_the_latest():
    """What is asked is how things stand."""
    left, right = "Qureshi will send the letter.", "Qureshi sent the letter."
    assert asked(left, facts(left, "Qureshi"), right, facts(right, "Qureshi"), update=0.9) == (
        "What is the latest on Qureshi and the letter?"
    )


def test_an_article_before_a_name_is_kept():
    """ "On the UN", not "on UN"; and a possessive is no part of a name."""
    left, right = "The UN met on India’s move.", "The UN refused to meet on India’s move."
    assert asked(left, facts(left, "UN|India’s=india"), right, facts(right, "UN|India’s=india")) == (
        "Accounts differ on the UN and India"
    )


@pytest.mark.parametrize(
    ("before", "surface", "kind", "after", "told"),
    [
        ("the", "Kabul", "GPE", "blast", "Kabul"),
        ("the", "Hong Kong", "GPE", "protests", "Hong Kong"),
        ("the", "Brexit", "PERSON", "vote", "Brexit"),
        ("the", "Trump", "ORG", "administration", "Trump"),
        ("the", "Pentagon", "ORG", "budget", "the Pentagon"),
        ("the", "US", "GPE", "budget", "the US"),
        ("the", "Czech Republic", "GPE", "as well", "the Czech Republic"),
        ("in", "Kabul", "GPE", "as well", "Kabul"),
    ],
)
def test_the_article_of_another_noun_stays_away_from_a_name(before, surface, kind, after, told):
    """ "The Kabul blast" is about Kabul, "the Pentagon budget" about the Pentagon."""
    left, right = (f"It rose by {number} per cent for {before} {surface} {after}." for number in (43, 48))
    ours, theirs = (
        Facts(
            names=(replace(name(text, surface), kind=kind),),
            quantities=(count(text, number, float(number[:2]), unit="percent"),),
        )
        for text, number in ((left, "43 per cent"), (right, "48 per cent"))
    )
    assert asked(left, ours, right, theirs) == f"What is the figure for {told}: “43 per cent” or “48 per cent”?"


def test_whoever_is_quoted_without_a_name_is_no_topic():
    """ "The sources" say it; it is about the session."""
    left, right = "The session was a success, said the sources.", "The session was a failure, said the sources."
    told = (left, facts(left), right, facts(right))
    assert asked(*told, speaker="the sources") == "Accounts differ on the session"
    assert asked(*told) == "Accounts differ on the session and the sources"


def test_names_stand_before_nouns():
    """Also where every article has the name and few the noun."""
    left, right = "Chad has failed to raise the issue.", "Chad has brought the issue to everybody."
    question = asked(left, facts(left, "Chad"), right, facts(right, "Chad"), name_rarity=0.1)
    assert question.startswith("Accounts differ on Chad and the issue")


def test_a_name_that_stands_alone_somewhere_has_no_article():
    """ "The Golan issue" is about Golan where a text says "in Golan"; the UN stays the UN."""
    left, right = "Chad has failed on the Golan issue in Golan.", "Chad has not failed on the Golan issue."
    assert "on Golan" in asked(left, facts(left, "Golan"), right, facts(right, "Golan"))
    left, right = "Chad has failed in the UN, UN officials say.", "Chad has not failed in the UN."
    assert "on the UN" in asked(left, facts(left, "UN"), right, facts(right, "UN"))


@pytest.mark.parametrize(
    ("surface", "told"), [("Afghan", "Afghanistan"), ("Afghans", "Afghanistan"), ("American", "the United States")]
)
def test_a_dispute_is_about_a_country_not_about_its_adjective(surface: str, told: str):
    """ "Afghan" stands for Afghanistan in "the Afghan peace process", but not in a question."""
    left, right = f"The {surface} talks have failed.", f"The {surface} talks have not failed."
    country = told.removeprefix("the ").casefold()
    ours, theirs = (Facts(names=(replace(name(text, surface), kind="NORP", normal=country),)) for text in (left, right))
    assert f" on {told}" in asked(left, ours, right, theirs)


def test_claims_that_share_no_name_are_about_the_countries_they_name():
    """Also there the country stands for its adjective."""
    left, right = "An envoy helped the Afghan process.", "A campaign began."
    ours = Facts(names=(replace(name(left, "Afghan"), kind="NORP", normal="afghanistan"),))
    assert asked(left, ours, right, facts(right), tension=0.9) == "Views differ on Afghanistan"


def test_what_somebody_was_asked_to_do_is_no_answer():
    """ "Chad to veto the draft" is what others wished for."""
    left, right = "Chad backed the old treaty.", "Mali asked Chad to veto the draft."
    told = asked(left, facts(left, "Chad"), right, facts(right, "Mali|Chad"))
    assert told == "Accounts differ on Chad"
    right = "In the end Chad vetoed the draft."
    assert "“vetoed the draft”" in asked(left, facts(left, "Chad"), right, facts(right, "Chad"))
