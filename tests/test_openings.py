"""How much two articles tell one story, and what that means for a finding."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from factcheck.events import ONE_STORY, SAME_STORY, STORY_MOVES, SidedClaim, demanded_likeness, is_one_story
from factcheck.openings import (
    OPENING_CHARS,
    TELLING_SHARE,
    likeness,
    opening,
    opening_text,
    telling,
    usual_words,
    words_of,
)
from factcheck.records import Relation
from tests.sample_claims import article, claim, day, facts

TRAM = "A tram overturned in Croydon on Wednesday. Seven people were killed and more than fifty taken to hospital."
TRAM_TOO = "Seven passengers were killed when a Croydon tram overturned, and more than fifty people went to hospital."
BLAST = (
    "A truck bomb hit the German consulate in Mazar-i-Sharif late on Thursday. Gunmen then stormed the compound, and "
    "foreign troops fought them until dawn; at least two people were killed."
)


def sided(body: str, published_at: str | None = None, stated: str = "") -> SidedClaim:
    """A claim of an article with this body, which states a day where one is given."""
    known = facts(body, dates=(day(body, body.split()[0], stated),)) if stated else None
    of_article = article(body[:12], body, published_at)
    return SidedClaim(claim=claim(body[:12], body[:12], body, known), article=of_article, opening=opening(of_article))


def test_rare_words_tell_a_story_and_common_ones_do_not():
    """Two reports of one crash are far more alike than reports of a crash and a bombing with their dead and hurt."""
    tram, tram_too, blast = (opening(article("a", text)) for text in (TRAM, TRAM_TOO, BLAST))
    assert likeness(tram, tram_too) > SAME_STORY
    assert likeness(tram, tram_too) > 2 * likeness(tram, blast)


def test_a_usual_word_tells_little_and_any_other_all():
    """From nothing for a word of every article to 1 for one that a fiftieth of them or fewer open with."""
    assert telling("the") == pytest.approx(0.0)
    assert 0.0 < telling("president") < telling("police") < 1.0
    assert telling("croydon") == telling("zxqv") == 1.0
    assert min(usual_words().values()) >= TELLING_SHARE
    assert max(usual_words().values()) <= 1.0


def test_only_title_and_beginning_count():
    """What stands far down in an article says little of what it is about."""
    long = article("a", "x" * OPENING_CHARS + " Croydon", title="Tram overturned")
    assert opening_text(long) == "Tram overturned\n" + "x" * OPENING_CHARS


def test_words_have_no_case_and_no_genitive():
    """Short words are left out; numbers of three digits and more stay."""
    assert words_of("Croydon’s tram, CROYDON at 300 in 51 mi-sharif's") == [
        "croydon",
        "tram",
        "croydon",
        "300",
        "mi-sharif",
    ]


@settings(deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_likeness_lies_between_none_and_all_and_has_no_direction(one: str, other: str):
    """Whatever the texts."""
    ours, theirs = (opening(article("a", f"Tram. {text}")) for text in (one, other))
    assert -1e-9 <= likeness(ours, theirs) <= 1 + 1e-9
    assert likeness(ours, theirs) == pytest.approx(likeness(theirs, ours))


@pytest.mark.parametrize(
    ("relation", "days", "demanded"),
    [
        (Relation.UPDATE, ("2016-11-09", "2016-11-09"), ONE_STORY),
        (Relation.UPDATE, ("2016-11-09", "2016-11-10"), ONE_STORY),
        (Relation.UPDATE, ("2016-11-09", "2016-11-12"), ONE_STORY + 2 * STORY_MOVES),
        (Relation.TENSION, ("2016-11-12", "2016-11-09"), ONE_STORY + 2 * STORY_MOVES),
        (Relation.UPDATE, ("2016-11-09", "2016-12-09"), SAME_STORY),
        (Relation.CONFLICT, ("2016-11-09", "2016-12-09"), ONE_STORY),
        (Relation.UPDATE, ("2016-11-09", None), ONE_STORY),
    ],
)
def test_an_update_needs_more_likeness_the_further_the_articles_lie_apart(
    relation: Relation, days: tuple[str, str | None], demanded: float
):
    """A day apart is as good as none; a conflict may be told of later; of an undated article the days say nothing."""
    assert demanded_likeness(sided(TRAM, days[0]), sided(BLAST, days[1]), relation) == pytest.approx(demanded)


def test_a_day_that_both_state_makes_up_for_days_of_publication():
    """Both speak of 9 November, one of them a month later."""
    early, late = sided(TRAM, "2016-11-09", "2016-11-09"), sided(BLAST, "2016-12-09", "2016-11-09")
    assert demanded_likeness(early, late, Relation.UPDATE) == ONE_STORY
    other = sided(BLAST, "2016-12-09", "2016-12-08")
    assert demanded_likeness(early, other, Relation.UPDATE) == SAME_STORY


def test_two_stories_are_two_events_and_one_story_is_one():
    """The crash and the bombing, a day apart; the crash in two reports; a claim of which no opening is known."""
    tram, tram_too, blast = sided(TRAM, "2016-11-09"), sided(TRAM_TOO, "2016-11-10"), sided(BLAST, "2016-11-10")
    for relation in (Relation.CONFLICT, Relation.UPDATE, Relation.TENSION):
        assert is_one_story(tram, tram_too, relation)
        assert not is_one_story(tram, blast, relation)
        assert is_one_story(tram, replace(blast, opening=None), relation)


def test_a_story_moves_on():
    """Two reports of one rocket are of one event a day apart and of two a month apart, unless they clash."""
    soon, month_on = (sided(ROCKET_LATER, when) for when in ("2018-01-11", "2018-02-06"))
    early = sided(ROCKET, "2018-01-10")
    assert is_one_story(early, soon, Relation.UPDATE)
    assert not is_one_story(early, month_on, Relation.UPDATE)
    assert is_one_story(early, month_on, Relation.CONFLICT)


ROCKET = "The rocket was fired on its pad as a test. It is to carry a red car past Mars, its owner wrote on Monday."
ROCKET_LATER = "Crowds lined the beaches to see the new rocket rise. Two boosters landed; the car flew on beyond Mars."
