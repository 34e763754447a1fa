"""Quantities: the range that a number admits, and what it counts."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given, settings, strategies as st

from factcheck.attribution import load_parser
from factcheck.numerals import numerals_in
from factcheck.quantities import quantities_in


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("at least 20", 20, inf),
        ("no more than five", 0, 5),
        ("nearly 50", 45, 50),
        ("just over 200", 200, 220),
        ("10 to 15", 10, 15),
        ("between 5,000 and 6,000", 5000, 6000),
        ("2 to 3 million", 2e6, 3e6),
        ("1,50,000", 150_000, 150_000),
        ("one hundred and twenty", 120, 120),
        ("half a dozen", 5.4, 6.6),
        ("40 or more", 40, inf),
        ("2.1m", 2.05e6, 2.15e6),
        ("dozens", 24, 99),
    ],
)
def test_a_number_has_its_range(text, low, high):
    """Comparators open a range, rounding widens it a little, words and lakhs are numbers too."""
    (numeral,) = numerals_in(f"{text} people")
    assert (numeral.low, numeral.high) == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize("text", ["F-16s", "the 1990s", "5:30", "24/7", "the 5th", "at 5pm", "COVID-19"])
def test_what_only_looks_like_a_number_is_none(text):
    """Names, clock times and ordinals count nothing."""
    assert numerals_in(text) == []


@settings(deadline=None)
@given(st.text(alphabet="0123456789 ,.-%$mbn atwoleshundrm", max_size=60))
def test_ranges_and_spans_are_sound_in_any_text(text):
    """Low never exceeds high, and spans stay inside the text, in order of their start."""
    found = numerals_in(text)
    assert all(one.low <= one.high and 0 <= one.start < one.end <= len(text) for one in found)
    assert [one.start for one in found] == sorted(one.start for one in found)


@pytest.mark.model
def test_a_quantity_says_what_is_counted_and_what_happened_to_it():
    """ "12 killed, 15 injured" counts two different things."""
    doc = load_parser()("Police said 12 people were killed and 15 soldiers injured, and seized 20 kg of heroin.")
    found = [(one.low, one.unit, one.counted, one.verb) for one in quantities_in(doc)]
    assert found == [(12, "", "person", "kill"), (15, "", "soldier", "injure"), (20, "kilogram", "heroin", "seize")]


@pytest.mark.model
def test_the_number_of_an_article_of_law_counts_nothing():
    """ "Article 370" and "Resolution 1172" are names."""
    assert quantities_in(load_parser()("The government scrapped Article 370 despite Resolution 1172.")) == []
