"""Quantities: the range that a number admits, and what it counts."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given, settings, strategies as st

from factcheck.attribution import load_parser
from factcheck.numerals import in_digits, numerals_in
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
        ("hundreds of thousands of", 200_000, 999_999),
        ("FİVE", 5, 5),
        ("sıx", 6, 6),
        ("2 MİLLİON", 1.8e6, 2.2e6),
        ("anywhere from 38 to 45", 38, 45),
        ("ranging from 38 to 45", 38, 45),
    ],
)
def test_a_number_has_its_range(text, low, high):
    """Comparators open a range, rounding widens it a little, words and lakhs are numbers too."""
    (numeral,) = numerals_in(f"{text} people")
    assert (numeral.low, numeral.high) == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Death toll rises to 38: officials", [(38, 38, "")]),
        ("Toll reaches 1,200: police", [(1200, 1200, "")]),
        ("PKR 2,500: minister", [(2500, 2500, "rupee")]),
        ("Magnitude 6.5: what we know", [(6.45, 6.55, "magnitude")]),
        ("costs $1,000/month", [(1000, 1000, "dollar")]),
        ("Rs5,000 crore", [(49_995e6, 50_005e6, "rupee")]),
        ("Rs 3,500cr", [(34_995e6, 35_005e6, "rupee")]),
        ("Rs 20 cr", [(195e6, 205e6, "rupee")]),
        ("$30 m and 5m people", [(29.5e6, 30.5e6, "dollar"), (4.5e6, 5.5e6, "")]),
        ("The wall, 30 m high, fell", [(30, 30, "metre")]),
        ("a couple of hundred protesters", [(200, 300, "")]),
        ("Rs.500", [(500, 500, "rupee")]),
        ("Rs.5,000", [(5000, 5000, "rupee")]),
        ("PKR5,000", [(5000, 5000, "rupee")]),
        ("The toll rose from 38 to 45", [(38, 38, ""), (45, 45, "")]),
        ("The toll fell from 45 to 38", [(45, 45, ""), (38, 38, "")]),
        ("rose from about 40 to 50 km", [(36, 44, "kilometre"), (50, 50, "kilometre")]),
        ("grew from 2 to 3 million", [(2e6, 2e6, ""), (2.7e6, 3.3e6, "")]),
        ("Hundreds of thousands marched", [(200_000, 999_999, "")]),
        ("tens of thousands marched", [(20_000, 99_999, "")]),
        ("killing three in 24 hours", [(3, 3, ""), (24, 24, "hour")]),
        ("the deadliest one in twenty four years", [(1, 1, ""), (24, 24, "year")]),
        ("in the second half of 2019", [(2019, 2019, "")]),
        ("one in twenty tenants", [(4.5, 5.5, "percent")]),
        ("half of the town", [(45, 55, "percent")]),
        ("half of a village", [(45, 55, "percent")]),
        ("about 40 percent to 60 percent", [(40, 60, "percent")]),
        ("between $65,000 and $120,000", [(65_000, 120_000, "dollar")]),
        ("between $310,000 and $1m", [(310_000, 1e6, "dollar")]),
        ("$40 to $50 billion", [(40e9, 50e9, "dollar")]),
        ("costs $20-$30", [(20, 30, "dollar")]),
        ("ranging from 5% to 25%", [(5, 25, "percent")]),
        ("rose from 10% to 20%", [(9.5, 10.5, "percent"), (19.5, 20.5, "percent")]),
        ("rose $2 to $48", [(2, 2, "dollar"), (48, 48, "dollar")]),
        ("led by 56% to 42%", [(55.5, 56.5, "percent"), (41.5, 42.5, "percent")]),
        ("had 37%-57%", [(36.5, 37.5, "percent"), (56.5, 57.5, "percent")]),
        ("5 km to 7 miles", [(5, 5, "kilometre"), (7, 7, "mile")]),
        ("£5 to $7", [(5, 5, "pound"), (7, 7, "dollar")]),
        ("a quarter of a mile away", []),
        ("two-thirds of a mile away", []),
        ("a two-thirds majority", [(60, 73.3333, "percent")]),
        ("at least one-fifth were", [(20, inf, "percent")]),
        ("tens of millions of dollars", [(20e6, 99_999_999, "dollar")]),
        ("Hundreds of billions of pounds", [(200e9, 999_999_999_999, "pound")]),
        ("thousands of feet up", [(2000, 99_999, "foot")]),
        ("400 gallons, five yards", [(400, 400, "gallon"), (5, 5, "yard")]),
        ("a 5,000-square-foot house", [(5000, 5000, "square foot")]),
        ("12 square miles", [(12, 12, "square mile")]),
        ("four light years", [(4, 4, "light year")]),
        ("a quarter of a million marched", [(225_000, 275_000, "")]),
        ("nearly a quarter million marched", [(225_000, 250_000, "")]),
        ("Three quarters of a billion", [(675e6, 825e6, "")]),
        ("A$50 for C$20", [(50, 50, "australian dollar"), (20, 20, "canadian dollar")]),
        ("US$35 for 5 Australian dollars", [(35, 35, "dollar"), (5, 5, "australian dollar")]),
        ("HK$3, NZ$7 and R$5", [(3, 3, "hong kong dollar"), (7, 7, "new zealand dollar"), (5, 5, "real")]),
        ("46 degrees Celsius, 46°C", [(46, 46, "degree celsius")] * 2),
        ("two or three boats", [(2, 3, "")]),
        ("$30 or $40 billion", [(30e9, 40e9, "dollar")]),
        ("3% or 4%", [(3, 4, "percent")]),
        ("more than half a century", [(0.5, inf, "century")]),
        ("more than half a million", [(500_000, inf, "")]),
        ("rocketed to $7.3 million to $33.1 million", [(7.3e6, 33.1e6, "dollar")]),
        ("the range was $3 million to $12 million", [(3e6, 12e6, "dollar")]),
        ("one or 20 boats", [(1, 1, ""), (20, 20, "")]),
        ("115 degrees Fahrenheit or 20 degrees", [(115, 115, "degree fahrenheit"), (20, 20, "degree")]),
    ],
)
def test_a_text_has_its_numbers(text, found):
    """A colon ends a number, a currency may touch it, a change has two, and what happens "in 24 hours" is no share.

    Each country's dollar and each scale of degrees is a unit of its own, and a quarter of a million is a value.
    """
    assert [(one.low, one.high, one.unit) for one in numerals_in(text)] == [
        (pytest.approx(low), pytest.approx(high), unit) for low, high, unit in found
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("F-16s", "the 1990s", "5:30", "24/7", "the 5th", "at 5pm", "COVID-19", "at 10:30", "9/11", "12:30:45"),
        *("the 1,000th day", "10.30pm"),
    ],
)
def test_what_only_looks_like_a_number_is_none(text):
    """Names, clock times and ordinals count nothing."""
    assert numerals_in(text) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Twenty-one schoolgirls", "21 schoolgirls"),
        ("one hundred and twenty men", "120 men"),
        ("thirty thousand", "30 thousand"),
        ("a seventeen-year-old", "a 17-year-old"),
        ("sıxteen dogs", "16 dogs"),
        *(
            (text, text)
            for text in ("twelve men", "the twenty-first time", "two hundred", "F-thirteen", "the twenties")
        ),
    ],
)
def test_numbers_from_thirteen_on_are_put_in_digits(text, told):
    """Smaller ones and ordinals stay, and so does a scale behind the number."""
    assert in_digits(text) == told


@settings(deadline=None)
@given(st.text(alphabet="0123456789 ,.-%$°mbn atwoleshundrmRİı:/", max_size=60))
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


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Police put the death toll at 12.", [(12, "toll", "put")]),
        ("Police put the number of injured people at 40.", [(40, "person", "put")]),
        ("The death toll was put at 12.", [(12, "toll", "put")]),
        ("The bank cut its growth forecast to $5.", [(5, "forecast", "cut")]),
        ("Officials estimated the cost at $50.", [(50, "cost", "estimate")]),
        ("The toll has risen to 45.", [(45, "toll", "rise")]),
        ("She received a bill of more than $284.", [(284, "bill", "receive")]),
        ("The town has a population of 40,000.", [(40_000, "population", "have")]),
        ("He spent part of the $50.", [(50, "", "spend")]),
        ("He is a father of four.", []),
        ("In the blast, nine were killed.", [(9, "kill", "kill")]),
        ("At least 59 are dead.", [(59, "dead", "dead")]),
    ],
)
def test_a_measure_is_said_of_the_object_before_it(text, found):
    """Who "put the toll at 12" is not what is counted, and a bill of $284 is a bill."""
    assert [(one.low, one.counted, one.verb) for one in quantities_in(load_parser()(text))] == found


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Senate voted 53 to 47 to confirm her.", [53]),
        ("Lawmakers voted 312 to 256 to reject the deal.", []),
        ("Lawmakers voted by 312 to 256 against the deal.", [312]),
        ("The house passed the bill by 232 votes to 196.", [232]),
        ("The motion won 312 votes against 256.", [312]),
        ("He was confirmed in a 53 to 47 vote.", [53]),
        ("The vote was 14 to 1 in the council.", [14]),
        ("Support for the party fell from 312 votes to 256 votes.", [312, 256]),
        ("The party went from 38 to 45 votes.", [45]),
    ],
)
def test_votes_against_are_no_number_of_their_own(text, found):
    """ "312 to 256" agrees with "312 votes"; what changed from one number to another has two."""
    assert [one.low for one in quantities_in(load_parser()(text))] == found


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In a 2015 survey by the firm, 40 pupils agreed.", [(40, "pupil")]),
        ("The group fought Norway’s 2015 fishing deal.", []),
        ("He spoke about the 1991 hearings.", []),
        ("The army sent over 2000 soldiers.", [(2000, "soldier")]),
        ("The school has 1,984 pupils.", [(1984, "pupil")]),
    ],
)
def test_the_year_of_something_is_no_number_of_it(text, found):
    """A survey of 2015 is no 2015 surveys; a round number of many, and one with a comma, still counts."""
    assert [(one.low, one.counted) for one in quantities_in(load_parser()(text))] == found


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("John Smith, 66, pleaded not guilty.", [(66, "year", "age")]),
        ("The suspect was named as Omar Haddad, 23.", [(23, "year", "age")]),
        ("A man aged 33 was arrested.", [(33, "year", "age")]),
        ("Leo Marsh, six, was found.", [(6, "year", "age")]),
        ("She died at the age of 70.", [(70, "year", "age")]),
        ("The 22-year-old nurse resigned.", [(22, "year", "age")]),
        ("On June 14, 45, he said, were left.", []),
        ("The march went through Paris, 12, and Lyon.", []),
        ("The bus line, 14, and the tram stopped.", []),
    ],
)
def test_the_age_of_somebody_is_a_quantity(text, found):
    """A bare number behind a name is an age, as is one behind "aged"."""
    quantities = quantities_in(load_parser()(text))
    assert [(one.low, one.unit, one.counted) for one in quantities if one.unit or one.counted == "age"] == found


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The council approved the plan by a vote of 12-10.", [("12-10", 12)]),
        ("The House voted 237–187 to end it.", [("237–187", 237)]),
        ("The bill passed 61-16 after a debate.", [("61-16", 61)]),
        ("She was confirmed on a 54-45 vote.", [("54-45", 54)]),
        ("It was settled in a 5-4 decision.", [("5-4", 5)]),
        ("The Lions won 3-1 at home.", []),
        ("They voted 5-10 times.", []),
    ],
)
def test_a_tally_of_votes_tells_how_many_were_for_it(text, found):
    """ "237-187" counts votes where the words around it speak of a vote; a score counts nothing."""
    quantities = [one for one in quantities_in(load_parser()(text)) if one.counted == "vote"]
    assert [(text[one.span.start : one.span.end], one.low) for one in quantities] == found


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Police held 300 divers across the harbour, 53 of whom were minors.", [("diver", "hold"), ("diver", "be")]),
        ("The board wrote five reports and published three of them.", [("report", "write"), ("report", "publish")]),
        ("The deficit hit a record $41 billion.", [("deficit", "hit")]),
        ("He was freed after 40 years’ wrongful imprisonment.", [("imprisonment", "")]),
        ("The court ruled in a 5-4 case.", [("vote", "")]),
        ("They guard a 150 mile (241 km) stretch of border.", [("stretch", ""), ("", "")]),
        ("She spent five decades in Congress.", [("", "spend")]),
        ("Turnout dropped from 65 percent to 59 percent.", [("turnout", "drop"), ("turnout", "drop")]),
        ("The minister wept at one point.", []),
        ("The Fortune 500 firms met in Oslo.", []),
        ("Sales fell in the first nine months of 2018.", []),
        ("They spent $5 billion of it on ferries.", [("", "spend")]),
    ],
)
def test_a_number_counts_what_its_pronoun_or_possessive_means(text, found):
    """Of "53 of whom" it is the noun before, of "40 years' imprisonment" the noun behind, of a name nothing."""
    assert [(one.counted, one.verb) for one in quantities_in(load_parser()(text))] == found
