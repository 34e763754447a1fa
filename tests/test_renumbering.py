"""Pairs that clash in a number, time or weekday which both sentences told alike."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, strategies as st

from factcheck.numerals import numerals_in
from factcheck.training.pairs import TrainingPair
from factcheck.training.renumbering import another, renumbered, renumbered_inferences, respelled, shared


def agreeing(left: str, right: str, days: tuple[str | None, str | None] = (None, None)) -> dict[str, Any]:
    """A labelled pair of two texts that agree, of these days."""
    return {
        "id": "1",
        "relation": "agree",
        "a": {"text": left, "published_at": days[0]},
        "b": {"text": right, "published_at": days[1]},
    }


def test_another_number_makes_a_conflict() -> None:
    """Only the number changes, on one side, and never to what the other side tells; one of three is spelled anew."""
    row = agreeing("Police arrested twelve men in Turin.", "Turin: police say 12 men were arrested.")
    pairs = list(renumbered([row], 3, random.Random(1)))
    assert [pair.labels for pair in pairs] == [("conflict",), ("conflict",), ("agree",)]
    for pair in pairs:
        left, right = ([one.low for one in numerals_in(text)] for text in (pair.left, pair.right))
        assert (left == right) == (pair.labels == ("agree",))
        assert 12.0 in (left + right)
        assert pair.left.startswith("Police arrested ")
        assert pair.right.endswith("men were arrested.")


def test_a_number_of_another_day_may_be_an_update() -> None:
    """A later report may count more; it does not move the day of what happened."""
    days = ("2019-08-05", "2019-08-06")
    [counted] = renumbered([agreeing("Bus crash kills 12 people", "12 people died.", days)], 1, random.Random(1))
    assert counted.labels == ("conflict", "update")
    day = agreeing("He resigned Monday, he said.", "He quit on Monday.", days)
    [moved] = renumbered([day], 2, random.Random(1))
    assert moved.labels == ("conflict",)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("About 12 men were arrested.", "12 men were arrested."),
        ("In 2019 men were arrested.", "The men were arrested in 2019."),
        ("Flight 370 vanished.", "The plane of Flight 370 is lost."),
        ("He paid 12 euros.", "The 12 dogs ran."),
        ("On June 12 men came.", "Men came on June 12."),
        ("Police came.", "The police arrived."),
    ],
)
def test_what_is_open_or_a_name_stays(left: str, right: str) -> None:
    """A rounded number, a year, a name, the day of a month, and one number of two things are no place for a clash."""
    assert list(renumbered([agreeing(left, right)], 3, random.Random(1))) == []


def test_only_pairs_that_agree_are_changed() -> None:
    """Of others nobody knows what they are with another number."""
    row = agreeing("12 men came.", "12 men left.") | {"relation": "compatible"}
    assert list(renumbered([row], 3, random.Random(1))) == []


def test_an_entailed_number_is_contradicted() -> None:
    """The premise stays; pairs that are not entailed are left out."""
    pair = TrainingPair(
        left="The band played 14 songs on stage.", right="They played 14 songs.", labels=("entailment",)
    )
    other = TrainingPair(left="14 songs", right="14 songs", labels=("neutral",))
    [changed] = renumbered_inferences([pair, other], random.Random(1))
    assert changed.left == pair.left
    assert changed.labels == ("contradiction",)
    assert changed.right != pair.right


def test_times_and_weekdays_are_shared_where_each_text_has_one() -> None:
    """Of two weekdays nobody knows which is which."""
    assert [one.kind for one in shared("He scored with 7:41 left.", "At 7:41 he scored.")] == ["time"]
    assert [one.kind for one in shared("He left Monday.", "On Monday he left.")] == ["weekday"]
    assert list(shared("He left Monday and came Friday.", "On Monday he left.")) == []


def test_numbers_up_to_twenty_have_two_spellings() -> None:
    """Others have one here."""
    assert [respelled(one) for one in ("twelve", "12", "Three", "21", "1.5")] == ["12", "twelve", "3", None, None]


@given(
    st.one_of(
        st.integers(2, 10**7).map(str),
        st.integers(1000, 10**7).map("{:,}".format),
        st.decimals(min_value="0.1", max_value="999.9", places=1).map(str),
        st.sampled_from(["two", "twelve", "Twenty"]),
    ),
    st.integers(),
)
def test_another_number_is_another(old: str, seed: int) -> None:
    """It is spelled as the old one, above zero, and where there are thousands not the same once rounded."""
    new = another(old, "number", random.Random(seed))
    assert new is not None
    [before], [after] = (numerals_in(f"{text} men") for text in (old, new))
    assert after.low > 0
    assert (after.low, after.high) != (before.low, before.high)
    assert ("." in new) == ("." in old)
