"""What becomes a finding, as which relation, how likely, and with which reasons."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from factcheck.events import (
    OTHER_TIME_ODDS,
    SAME_DAY_ODDS,
    UNKNOWN_TIME_ODDS,
    SidedClaim,
    event_decision,
    same_time_odds,
    with_odds,
)
from factcheck.records import (
    FLAGGED,
    ConflictType,
    Finding,
    Modality,
    ModalMention,
    Relation,
    RelationScores,
    ScoredPair,
    Span,
    Speaker,
)
from factcheck.verdicts import OperatingPoint, find, quoted, sentence_case
from tests.sample_claims import article, claim, count, day, facts, scored, scores, span

POINT = OperatingPoint(name="strict", conflict=0.6, update=0.6, tension=0.6)
BACKED = "The official said that Russia backed the resolution on Kashmir despite its ties with India."
SUPPORTED = "This has come after Russia voiced its support in the favour of India."


def side(
    key: str, text: str, known=None, published_at: str | None = None, *, before: str = "", **more: object
) -> SidedClaim:
    """A claim in an article of its own, after the words `before`."""
    of_article = {name: more.pop(name) for name in ("source", "title") if name in more}
    return SidedClaim(
        claim=claim(key, key, text, known, start=len(before), **more),
        article=article(key, before + text, published_at, **of_article),  # type: ignore[arg-type]
    )


OFFICIAL = side("002", BACKED, facts(BACKED, "Russia|Kashmir|India"), before="Lead. ", speaker="the official")
OUTLET = side("000", SUPPORTED, facts(SUPPORTED, "Russia|India"), before="A longer lead. ")


def found(left: SidedClaim, right: SidedClaim, point: OperatingPoint = POINT, **likely: float) -> Finding | None:
    """The finding about two claims with these probabilities; the claim with the smaller id is the left one."""
    left, right = sorted((left, right), key=lambda side: side.claim.claim_id)
    return find(scored(left.claim.claim_id, right.claim.claim_id, **likely), left, right, point, "run")


def test_a_likely_conflict_becomes_a_finding():
    """Its clash cuts the words out of the bodies, and its reasons name who says what."""
    finding = found(OUTLET, OFFICIAL, conflict=0.8)
    assert finding is not None
    assert (finding.relation, finding.probability, finding.conflict_type) == (Relation.CONFLICT, 0.8, None)
    assert finding.clash is not None
    clash = finding.clash
    assert OUTLET.article.body[clash.left.start : clash.left.end] == "voiced its support in the favour"
    assert OFFICIAL.article.body[clash.right.start : clash.right.end] == (
        "backed the resolution on Kashmir despite its ties"
    )
    assert finding.reasons == (
        "000 says “This has come after Russia voiced its support in the favour of India”; "
        "the official, in 002, says “Russia backed the resolution on Kashmir despite its ties with India”.",
        "A speaker and an outlet disagree: the official and 000.",
        "Taken for one event: who and where (Russia and India); to the model two events are 4% likely.",
        "Grounds for comparing: similarity 0.70.",
        "The publication date of 000 is unknown.",
        "Whom or what “this” means in 000 is not resolved.",
        "The publication date of 002 is unknown.",
    )


def test_two_who_speak_are_not_what_clashes():
    """The words that say who speaks are no part of the clash: it is in what they say."""
    said = {"the mayor": "The Karsten bridge was closed to traffic when it collapsed, the mayor said."}
    said["witnesses"] = "The Karsten bridge was open to traffic when it collapsed, witnesses said."
    sides = []
    for name, text in said.items():
        one = side(name, text, facts(text, "Karsten"))
        speaker = Speaker(name=name, cue=span(text, f"{name} said"))
        sides.append(replace(one, claim=replace(one.claim, speaker=speaker)))
    finding = found(*sides, conflict=0.8)
    assert finding is not None
    assert finding.clash is not None
    cut = {
        (one.article.body, place) for one, place in zip(sides, (finding.clash.left, finding.clash.right), strict=True)
    }
    assert {body[place.start : place.end] for body, place in cut} == {"closed", "open"}


def spoken(key: str, cue: str, said: str, quantity: str, unit: str = "", negations: str = "") -> SidedClaim:
    """A report of 15 August (`a`) or 16 August (`b`) that begins with who says it and counts something."""
    text = f"{cue} {said}"
    counted = count(text, quantity, float(quantity.split()[0]), "official", unit=unit)
    one = side(key, text, facts(text, negations=negations, quantities=(counted,)), f"2019-08-{15 + (key == 'b')}")
    return replace(one, claim=replace(one.claim, speaker=Speaker(name=cue, cue=span(text, cue))))


def test_how_many_speak_is_not_what_clashes():
    """That two officials spoke and then three is no count that grew, so it stays a conflict, about what they say."""
    finding = found(
        spoken("a", "2 officials said", "the dam in Genoa had failed.", "2"),
        spoken("b", "3 officials said", "the dam in Genoa had held.", "3"),
        conflict=0.65,
        update=0.25,
    )
    assert finding is not None
    assert (finding.relation, finding.conflict_type) == (Relation.CONFLICT, None)
    assert finding.clash is not None
    assert (finding.clash.left, finding.clash.right) == (Span(start=38, end=44), Span(start=38, end=42))


def test_how_many_deny_is_not_what_clashes_either():
    """Where the words that say who speaks deny, they stay; the count of those who speak does not."""
    finding = found(
        spoken("a", "2 officials denied", "saying that the dam held.", "2", negations="denied"),
        spoken("b", "3 officials denied", "knowing that the dam held.", "3", negations="denied"),
        conflict=0.8,
    )
    assert finding is not None
    assert finding.conflict_type is not ConflictType.NUMBER


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (("Police said", "3 officials died.", "3"), ("Police said", "5 officials died.", "5")),
        (
            ("51 percent say", "he lied.", "51 percent", "percent"),
            ("63 percent say", "he lied.", "63 percent", "percent"),
        ),
    ],
    ids=["in what is said", "of those who were asked"],
)
def test_numbers_that_are_stated_clash(ours: tuple[str, ...], theirs: tuple[str, ...]):
    """A number outside the words that say who speaks, and a share that a poll found."""
    finding = found(spoken("a", *ours), spoken("b", *theirs), conflict=0.8)
    assert finding is not None
    assert (finding.relation, finding.conflict_type) == (Relation.CONFLICT, ConflictType.NUMBER)


@pytest.mark.parametrize("relation", FLAGGED)
def test_the_threshold_is_inclusive(relation: Relation):
    """At the threshold a relation is flagged, just below it is not."""
    point = OperatingPoint(name="edge", **{one.value: 0.75 if one is relation else 1.0 for one in FLAGGED})
    finding = found(OUTLET, OFFICIAL, point, **{relation.value: 0.75})
    assert finding is not None
    assert (finding.relation, finding.probability) == (relation, 0.75)
    assert found(OUTLET, OFFICIAL, point, **{relation.value: 0.7499}) is None


@pytest.mark.parametrize("relation", ["agree", "compatible", "different"])
def test_what_is_not_flagged_is_no_finding(relation: str):
    """Agreement and other events are nothing that a person must look at."""
    assert found(OUTLET, OFFICIAL, **{relation: 0.9}) is None


def test_two_relations_can_be_likely_enough_together():
    """The model is sure that something is wrong and torn between two names for it: the likelier one, said openly."""
    finding = found(OUTLET, OFFICIAL, conflict=0.45, tension=0.35)
    assert finding is not None
    assert (finding.relation, finding.probability) == (Relation.CONFLICT, pytest.approx(0.8))
    assert "Likely enough only as one of two: conflict (45%) or tension (35%)." in finding.reasons


def test_a_faint_second_relation_lifts_nothing():
    """0.58 conflict is below the threshold; 0.05 tension beside it does not make the model undecided."""
    assert found(OUTLET, OFFICIAL, conflict=0.58, tension=0.05) is None


def test_the_same_words_do_not_disagree():
    """A line that stands in two articles, but for case and a comma, is no finding however sure the model is."""
    same = [side(key, text) for key, text in (("000", "Please, re-enter."), ("002", "please re-enter"))]
    assert found(same[0], same[1], conflict=0.99) is None
    other = side("002", "Please do not re-enter.")
    assert found(same[0], other, conflict=0.99) is not None


@pytest.mark.parametrize(
    ("framed", "negations", "is_one"),
    [
        ("“This is not a swap,” the minister told reporters.", "not", True),
        ("The minister did not say: “This is not a swap.”", "did not|not", False),
        ("This is a swap, the minister told reporters.", "", False),
    ],
)
def test_who_quotes_a_claim_does_not_contradict_it(framed: str, negations: str, is_one: bool):
    """The words of one claim within the other are the same statement, unless something around them negates it."""
    text = "This is not a swap."
    plain = side("000", text, facts(text, "", "not"))
    other = side("002", framed, facts(framed, "", negations))
    assert (found(plain, other, conflict=0.9) is None) == is_one


@pytest.mark.parametrize(
    ("text", "parts", "is_flagged"),
    [
        (
            "The crash killed 10 tourists and 2 pilots.",
            (("10", 10, "tourist", "kill"), ("2", 2, "pilot", "kill")),
            False,
        ),
        (
            "The crash killed 10 tourists and 3 pilots.",
            (("10", 10, "tourist", "kill"), ("3", 3, "pilot", "kill")),
            True,
        ),
        (
            "The crash killed 2 and injured 10 people.",
            (("2", 2, "person", "kill"), ("10", 10, "person", "injure")),
            True,
        ),
    ],
)
def test_parts_that_make_the_whole_do_not_contradict_it(text: str, parts, is_flagged: bool):
    """Ten tourists and two pilots are the twelve that the other text counts; two dead and ten injured are not."""
    whole = "In all 12 people were killed in the crash."
    known = tuple(count(text, surface, float(low), counted, verb=verb) for surface, low, counted, verb in parts)
    left = side("000", whole, facts(whole, quantities=(count(whole, "12", 12.0, "person", verb="kill"),)))
    finding = found(left, side("002", text, facts(text, quantities=known)), conflict=0.9)
    assert (finding is not None) == is_flagged


LETTER = "Qureshi sent a letter to the UN on Monday."
DATED = side("004", LETTER, facts(LETTER, "Qureshi|UN", dates=(day(LETTER, "Monday", "2019-02-18"),)), "2019-02-19")


@pytest.mark.parametrize(
    ("days", "assumed", "odds"),
    [
        (("2019-08-15", "2019-08-15"), False, SAME_DAY_ODDS),
        (("2019-08-15", "2019-08-16"), False, 1.0),
        ((None, None), False, 1.0),
        (("2019-08-15", "2019-08-15"), True, 1.0),
    ],
)
def test_within_one_day_a_story_seldom_moves_on(days: tuple[str | None, str | None], assumed: bool, odds: float):
    """The odds of an update between two articles of one day are lower, unless a day is only assumed."""
    text, other = "The bridge over the canal is closed.", "The bridge over the canal is open."
    left, right = side("000", text, published_at=days[0]), side("002", other, published_at=days[1])
    finding = found(left, replace(right, is_date_assumed=assumed), update=0.9, compatible=0.1)
    assert finding.relation is Relation.UPDATE
    assert finding.probability / (1 - finding.probability) == pytest.approx(odds * 0.9 / 0.1)
    assert finding.scores.update == 0.9


def test_an_act_of_a_known_day_may_be_another_than_one_of_an_unknown_time():
    """A letter of 18 February 2019 and a letter of nobody knows when: less sure, and said why."""
    text = "Qureshi sent a letter to the UN president."
    undated = side("000", text, facts(text, "Qureshi|UN"))
    finding = found(undated, DATED, conflict=0.9)
    assert finding is not None
    assert finding.probability == pytest.approx(with_odds(finding.scores, UNKNOWN_TIME_ODDS).conflict)
    assert finding.probability < 0.85
    assert finding.scores.conflict == pytest.approx(0.9)
    assert "Perhaps two events: 004 speaks of 18 February 2019, and nothing says the time of 000." in finding.reasons
    assert found(undated, DATED, conflict=0.75) is None


def test_a_dated_article_may_be_of_another_time_than_an_undated_one():
    """One outlet's report has a day, the other's has none: they are not taken to be of one time."""
    text = "Qureshi sent a letter to the UN."
    dated, undated = side("004", text, facts(text, "Qureshi|UN"), "2019-02-19"), side("000", text)
    odds, remark = same_time_odds(undated, dated)
    assert odds == UNKNOWN_TIME_ODDS
    assert remark == "Perhaps two events: 004 is dated, and nothing says the time of 000."
    assert same_time_odds(undated, side("001", text)) == (1.0, "")


def test_acts_of_days_far_apart_are_two_events():
    """A letter of February and a letter of August of the same year."""
    text = "Qureshi sent a letter to the UN on 6 August."
    later = side("005", text, facts(text, "Qureshi|UN", dates=(day(text, "6 August", "2019-08-06"),)), "2019-08-07")
    odds, remark = same_time_odds(DATED, later)
    assert odds == OTHER_TIME_ODDS
    assert remark == "Perhaps two events: 004 speaks of 18 February 2019; 005 speaks of 6 August 2019."


def test_days_close_together_may_be_one_event_told_wrongly():
    """Monday against Tuesday is what a conflict about a date looks like."""
    text = "Qureshi sent a letter to the UN on Tuesday."
    next_day = side("005", text, facts(text, "Qureshi|UN", dates=(day(text, "Tuesday", "2019-02-19"),)), "2019-02-20")
    finding = found(DATED, next_day, conflict=0.9)
    assert finding is not None
    assert (finding.probability, finding.conflict_type) == (0.9, ConflictType.DATE)


def test_articles_far_apart_without_a_common_date_speak_of_two_events():
    """Six years lie between them, and no claim says that it looks back."""
    left = side("003", SUPPORTED, None, "2025-02-07")
    right = side("004", BACKED, None, "2019-02-19")
    assert same_time_odds(left, right) == (
        OTHER_TIME_ODDS,
        "Perhaps two events: the articles were published 2180 days apart.",
    )


def test_a_common_date_makes_up_for_articles_far_apart():
    """Both speak of 5 August 2019."""
    early, late = "On August 5 India revoked it.", "India revoked it on Aug. 5, 2019."
    left = side("1", early, facts(early, dates=(day(early, "August 5", "2019-08-05"),)), "2019-08-06")
    right = side("2", late, facts(late, dates=(day(late, "Aug. 5, 2019", "2019-08-05"),)), "2025-02-07")
    assert same_time_odds(left, right) == (1.0, "")


def test_two_undated_claims_are_taken_as_they_are():
    """Nothing speaks for or against one event; that both dates are unknown is said as a caveat."""
    assert same_time_odds(OUTLET, OFFICIAL) == (1.0, "")


def toll(key: str, number: str, published_at: str) -> SidedClaim:
    """A report of so many soldiers killed."""
    text = f"{number} soldiers were killed in Pulwama."
    known = facts(text, "Pulwama", quantities=(count(text, number, float(number), "soldier", verb="kill"),))
    return side(key, text, known, published_at)


def test_a_count_that_grew_until_a_later_report_is_an_update():
    """40 on Friday and 44 on Saturday: where the model allows for an update, it is one."""
    finding = found(toll("a", "40", "2019-02-15"), toll("b", "44", "2019-02-16"), conflict=0.65, update=0.25)
    assert finding is not None
    assert (finding.relation, finding.conflict_type) == (Relation.UPDATE, ConflictType.NUMBER)
    assert "The later report counts more, as a running count does: an update, not a conflict." in finding.reasons


def price(key: str, text: str, surface: str, low: float, published_at: str, **dates: tuple[object, ...]) -> SidedClaim:
    """A report of what a share cost."""
    verb = "fall" if "fell" in text else "say"
    known = facts(text, "Vistula", quantities=(count(text, surface, low, "share", unit="dollar", verb=verb),), **dates)
    return side(key, text, known, published_at)


def test_prices_of_two_days_that_move_are_an_update():
    """Fell to $12 on one day and to $11 on the next; not where both speak of one day, nor where a price is said."""
    early, late = "Vistula shares fell to $12 at noon.", "Vistula shares fell to $11 at noon."
    left, right = price("a", early, "$12", 12.0, "2019-02-15"), price("b", late, "$11", 11.0, "2019-02-16")
    finding = found(left, right, conflict=0.65, update=0.25)
    assert finding is not None
    assert finding.relation is Relation.UPDATE
    assert "Both tell how a figure moved, on two days: an update, not a conflict." in finding.reasons
    early, late = "Vistula shares fell to $12 on Friday.", "Vistula shares fell to $11 on Friday."
    left = price("a", early, "$12", 12.0, "2019-02-15", dates=(day(early, "Friday", "2019-02-15"),))
    right = price("b", late, "$11", 11.0, "2019-02-16", dates=(day(late, "Friday", "2019-02-15"),))
    finding = found(left, right, conflict=0.65, update=0.25)
    assert finding is not None
    assert finding.relation is Relation.CONFLICT
    said = "The Vistula share is worth $12.", "The Vistula share is worth $11."
    left, right = price("a", said[0], "$12", 12.0, "2019-02-15"), price("b", said[1], "$11", 11.0, "2019-02-16")
    finding = found(left, right, conflict=0.65, update=0.25)
    assert finding is not None
    assert finding.relation is Relation.CONFLICT


@pytest.mark.parametrize(
    ("later_day", "update"),
    [("2019-02-15", 0.25), ("2019-02-14", 0.25), ("2019-02-16", 0.05)],
    ids=["same day", "grew backwards", "the model sees no update"],
)
def test_other_tolls_stay_in_conflict(later_day: str, update: float):
    """First reports of one day, counts that shrink, and pairs that the model is sure about."""
    finding = found(toll("a", "40", "2019-02-15"), toll("b", "44", later_day), conflict=0.65, update=update)
    assert finding is not None
    assert finding.relation is Relation.CONFLICT


def test_a_tension_has_no_conflict_type():
    """Nothing checkable differs, so no type is claimed, but the differing words are still shown."""
    finding = found(OUTLET, OFFICIAL, tension=0.9)
    assert finding is not None
    assert finding.conflict_type is None
    assert finding.clash is not None


@pytest.mark.parametrize(
    ("ours", "theirs", "told"),
    [
        ({"source": "Dawn"}, {"source": "NDTV"}, "Two outlets disagree."),
        ({"source": "Dawn"}, {"source": "Dawn", "title": "Later"}, "Two reports of one outlet disagree."),
        (
            {"speaker": "the official"},
            {"speaker": "Shah Mahmood Qureshi"},
            "Two speakers disagree: the official and Shah Mahmood Qureshi.",
        ),
        (
            {"speaker": "Qureshi"},
            {"speaker": "Shah Mahmood Qureshi"},
            "Two reports of what one speaker said disagree: Qureshi.",
        ),
        ({"speaker": "unnamed"}, {"source": "NDTV"}, "A speaker and an outlet disagree: an unnamed source and NDTV."),
        (
            {"speaker": "unnamed"},
            {"speaker": "he"},
            "Two speakers, neither of them named, disagree.",
        ),
        ({"speaker": "he"}, {"speaker": "Qureshi"}, "Two speakers disagree: he and Qureshi."),
        *(
            ({"speaker": name}, {"speaker": name}, f"Two speakers, both called “{name}”, disagree.")
            for name in ("officials", "US officials", "a witness", "a UN official", "the official", "police")
        ),
    ],
)
def test_outlets_and_speakers_that_disagree_are_told_apart(ours: dict, theirs: dict, told: str):
    """A quoted speaker is not the outlet that quotes him, and one name makes one speaker only of somebody."""
    finding = found(side("a", SUPPORTED, **ours), side("b", BACKED, **theirs), conflict=0.9)
    assert finding is not None
    assert finding.reasons[1] == told


def test_two_articles_of_one_outlet_are_named_by_their_days():
    """A reader must see which is which."""
    left, right = (
        side(key, text, None, published_at, source="Dawn")
        for key, text, published_at in (("a", SUPPORTED, "2019-08-18"), ("b", BACKED, "2019-08-19"))
    )
    finding = found(left, right, conflict=0.9)
    assert finding is not None
    assert finding.reasons[0].startswith("Dawn of 18 August 2019 says “")
    assert "; Dawn of 19 August 2019 says “" in finding.reasons[0]


def test_a_headline_is_called_one():
    """The headline may promise more than the article says."""
    finding = found(side("a", SUPPORTED, headline=True, source="Dawn"), OFFICIAL, conflict=0.9)
    assert finding is not None
    assert finding.reasons[0].startswith("The official, in 002, says")
    assert "the headline of Dawn says" in finding.reasons[0]


def test_a_threshold_outside_its_limits_is_refused():
    """A threshold is a probability."""
    with pytest.raises(ValueError, match=r"threshold update must be between 0 and 1, got 1\.5"):
        OperatingPoint(name="wrong", conflict=0.5, update=1.5, tension=0.5)


@st.composite
def any_scores(draw: st.DrawFn) -> RelationScores:
    """Any six probabilities that sum to 1."""
    parts = [draw(st.integers(min_value=0, max_value=100)) for _ in range(6)]
    total = sum(parts) or 1
    parts = parts if sum(parts) else [1, 0, 0, 0, 0, 0]
    return RelationScores(
        **dict(
            zip(
                ("conflict", "update", "tension", "agree", "compatible", "different"),
                (part / total for part in parts),
                strict=True,
            )
        )
    )


@settings(deadline=None)
@given(any_scores(), st.floats(min_value=0.05, max_value=1), st.booleans())
def test_a_finding_is_always_at_least_as_likely_as_its_threshold(scores: RelationScores, least: float, dated: bool):
    """Event checks only lower a probability, and nothing below the threshold gets through."""
    point = OperatingPoint(name="any", conflict=least, update=least, tension=least)
    pair = scored("000", "004" if dated else "002", conflict=0.5).pair
    finding = find(
        ScoredPair(pair=pair, scores=scores, model_id="m"), OUTLET, DATED if dated else OFFICIAL, point, "run"
    )
    together = scores.conflict + max(scores.update, scores.tension)
    assert (finding is None) or least <= finding.probability <= max(together, scores.update, scores.tension) + 1e-9


def test_what_the_model_takes_for_two_events_is_no_finding():
    """However low the thresholds: two events are likelier than all that could be flagged."""
    low = OperatingPoint(name="low", conflict=0.1, update=0.1, tension=0.1)
    assert found(OUTLET, OFFICIAL, low, conflict=0.2, different=0.5) is None
    assert found(OUTLET, OFFICIAL, low, conflict=0.2, different=0.1) is not None


def test_the_event_decision_says_who_when_and_what_is_counted():
    """Its reason names what both share; a shared day goes before days of publication."""
    left_text, right_text = "Twelve soldiers died in Kabul on Monday.", "Fifteen soldiers died in Kabul on Monday."
    sides = [
        side(
            key,
            text,
            facts(
                text,
                "Kabul",
                dates=(day(text, "Monday", "2019-02-18"),),
                quantities=(count(text, text.split()[0], number, "soldier"),),
            ),
            "2019-02-19",
        )
        for key, text, number in (("a", left_text, 12), ("b", right_text, 15))
    ]
    decision = event_decision(*sides, scores(conflict=0.8))
    assert decision.reason == (
        "Taken for one event: who and where (Kabul), when (18 February 2019), what is counted (soldier); "
        "to the model two events are 4% likely."
    )
    assert (decision.is_one, decision.odds) == (True, 1.0)


def test_that_two_claims_only_read_alike_is_said():
    """No name, no date, nothing counted."""
    left, right = side("a", "Rain fell.", facts("Rain fell.")), side("b", "It rained.", facts("It rained."))
    assert "nothing that can be compared" in event_decision(left, right, scores(conflict=0.8)).reason


def test_that_the_articles_open_alike_is_said_where_nothing_else_is_shared():
    """Beside a name it says nothing: nearly all articles that are compared open alike."""
    texts = "Rain fell.", "It rained."
    left, right = (
        replace(side(key, text, facts(text)), opening={"rain": 1.0}) for key, text in zip("ab", texts, strict=True)
    )
    assert "what story (their articles open alike)" in event_decision(left, right, scores(conflict=0.8)).reason
    texts = "Rain fell on Kabul.", "It rained in Kabul."
    left, right = (
        replace(side(key, text, facts(text, "Kabul")), opening={"rain": 1.0})
        for key, text in zip("ab", texts, strict=True)
    )
    reason = event_decision(left, right, scores(conflict=0.8)).reason
    assert reason.startswith("Taken for one event: who and where (Kabul); to the model")


def test_a_plan_beside_a_fact_is_said():
    """What is planned and what happened differ without contradicting each other."""
    text = "Russia will back the resolution."
    plan = side(
        "p",
        text,
        replace(facts(text), modals=(ModalMention(modality=Modality.PLANNED, span=span(text, "will"), is_main=True),)),
    )
    reasons = found(plan, OUTLET, conflict=0.8).reasons
    assert "P tells of what is planned, 000 of a fact." in reasons


@pytest.mark.parametrize(
    ("speaker", "verb"),
    [
        ("sources", "say"),
        ("two officials of the ministry", "say"),
        ("police", "say"),
        ("Carter and Lee", "say"),
        ("the official", "says"),
        ("Reuters", "says"),
        ("the United States", "says"),
        ("the ministry of trade and industry", "says"),
        ("the boss", "says"),
    ],
)
def test_several_speakers_say_and_one_says(speaker: str, verb: str):
    """The verb has the number of its subject."""
    several = side("s", BACKED, facts(BACKED, "Russia|Kashmir|India"), speaker=speaker)
    told = found(several, OUTLET, conflict=0.8).reasons[0]
    assert f"{speaker}, in s, {verb} “".casefold() in told.casefold()


def test_an_opening_that_says_nothing_is_not_all_that_is_quoted():
    """Where nothing is known to clash, the quote has a few words at least, and ends with a clause."""
    text = "Separately, the OIC, a bloc of Muslim-majority nations, reiterated its position."
    assert quoted(text, None) == "Separately, the OIC, a bloc of Muslim-majority nations"
    assert quoted("Rain fell.", None) == "Rain fell"


def test_a_web_address_keeps_its_small_letter():
    """An outlet is called by its address, which no capital letter begins; a sentence begins with one."""
    assert sentence_case("www.example.com says so") == "www.example.com says so"
    assert sentence_case("the paper says so") == "The paper says so"


@pytest.mark.parametrize(
    ("text", "word", "told"),
    [
        ("What’s more, any firm can use it.", "more", "What’s more, any firm can use it"),
        ("Results are often blurry, noisy and dark.", "blurry", "Results are often blurry, noisy and dark"),
        ("“We fell,” Ada Field said.", "fell", "We fell"),
    ],
)
def test_a_short_sentence_is_quoted_whole_rather_than_a_scrap_of_it(text: str, word: str, told: str):
    """Words that say nothing alone are quoted with the rest; a quotation stays what its speaker said."""
    assert quoted(text, span(text, word)) == told
