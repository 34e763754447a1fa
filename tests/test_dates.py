"""Dates: what an expression can mean, seen from the day of publication."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings, strategies as st

from factcheck.attribution import load_parser
from factcheck.dates import dates_in, resolve

WEDNESDAY = date(2019, 8, 14)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Wednesday", (2019, 8, 14), (2019, 8, 14)),
        ("early Tuesday", (2019, 8, 13), (2019, 8, 13)),
        ("Monday night", (2019, 8, 12), (2019, 8, 12)),
        ("the month of August", (2019, 8, 1), (2019, 8, 31)),
        ("August 5", (2019, 8, 5), (2019, 8, 5)),
        ("last week", (2019, 8, 5), (2019, 8, 11)),
        ("the past four days", (2019, 8, 10), (2019, 8, 14)),
        ("next Monday", (2019, 8, 19), (2019, 8, 19)),
        ("November", (2018, 11, 1), (2018, 11, 30)),
        ("three weeks ago", (2019, 7, 21), (2019, 7, 27)),
        ("February 29, 2020", (2020, 2, 29), (2020, 2, 29)),
        ("the 1990s", (1990, 1, 1), (1999, 12, 31)),
        ("twenty-five years ago", (1994, 1, 1), (1994, 12, 31)),
        ("twenty one days ago", (2019, 7, 24), (2019, 7, 24)),
        ("half a decade ago", (2009, 1, 1), (2019, 12, 31)),
        ("three decades ago", (1984, 1, 1), (1994, 12, 31)),
        ("two hours ago", (2019, 8, 13), (2019, 8, 14)),
        ("half an hour ago", (2019, 8, 13), (2019, 8, 14)),
        ("24 hours ago", (2019, 8, 13), (2019, 8, 13)),
        ("30 hours ago", (2019, 8, 12), (2019, 8, 13)),
        ("in two hours", (2019, 8, 14), (2019, 8, 15)),
        ("2015-16", (2015, 1, 1), (2016, 12, 31)),
        ("earlier this year", (2019, 1, 1), (2019, 8, 14)),
        ("earlier this week", (2019, 8, 12), (2019, 8, 14)),
        ("later this month", (2019, 8, 14), (2019, 8, 31)),
        ("earlier today", (2019, 8, 14), (2019, 8, 14)),
        ("earlier on Tuesday", (2019, 8, 13), (2019, 8, 13)),
        ("so far this year", (2019, 1, 1), (2019, 8, 14)),
        ("the next two years", (2019, 8, 14), (2021, 8, 13)),
        ("over the next decade", (2019, 8, 14), (2029, 8, 13)),
        ("the last decade", (2009, 8, 14), (2019, 8, 14)),
        ("last summer", (2018, 6, 1), (2018, 9, 30)),
        ("early last fall", (2018, 9, 1), (2018, 12, 31)),
        ("this past winter", (2018, 12, 1), (2019, 3, 31)),
        ("this winter", (2019, 12, 1), (2020, 3, 31)),
        ("next summer", (2020, 6, 1), (2020, 9, 30)),
        ("Christmas", (2018, 12, 24), (2018, 12, 26)),
        ("New Year's Eve 2016", (2016, 12, 31), (2016, 12, 31)),
        ("next Valentine's Day", (2020, 2, 14), (2020, 2, 14)),
        ("all weekend long", (2019, 8, 10), (2019, 8, 11)),
        ("last Halloween", (2018, 10, 31), (2018, 10, 31)),
        ("this Christmas", (2018, 12, 24), (2018, 12, 26)),
        ("the first nine months of 2018", (2018, 1, 1), (2018, 9, 30)),
        ("the last month of 2018", (2018, 12, 1), (2018, 12, 31)),
        ("the second half of last year", (2018, 7, 1), (2018, 12, 31)),
        ("late in the third quarter of 2018", (2018, 7, 1), (2018, 9, 30)),
        ("the first half of the year", (2019, 1, 1), (2019, 6, 30)),
        ("the final quarter of the year", (2018, 10, 1), (2018, 12, 31)),
    ],
)
def test_an_expression_resolves_to_its_days(text, first, last):
    """Weekdays look back and count the day itself; months, weeks and decades are as long as they are."""
    assert resolve(text, WEDNESDAY) == (date(*first), date(*last))


@pytest.mark.parametrize("text", ["370", "may", "two years", "a day earlier", "every Friday", "February 30, 2019"])
def test_what_is_no_date_resolves_to_nothing(text):
    """Numbers, durations, recurring days and days that do not exist stay out."""
    assert resolve(text, None) is None


@pytest.mark.parametrize(
    ("text", "published_on"),
    [
        ("999 decades ago", WEDNESDAY),
        ("May 0000", None),
        ("yesterday", date.min),
        ("last year", date.min),
        ("tomorrow", date.max),
        ("2,000 years ago", WEDNESDAY),
        ("3,500 years ago", WEDNESDAY),
    ],
)
def test_what_lies_beyond_the_calendar_resolves_to_nothing(text, published_on):
    """No date breaks the reading of an article, and of a grouped number the last digits are no count of years."""
    assert resolve(text, published_on) is None


@pytest.mark.parametrize(
    "text",
    [
        *("a hundred and ten years ago", "10 to 15 years ago", "two or three days ago", "two and a half years ago"),
        *("the last week of July", "the last Friday of August", "the next week in July"),
    ],
)
def test_a_count_cut_short_and_the_last_of_something_else_resolve_to_nothing(text):
    """Part of a longer count is no count, and the last week of July is not last week."""
    assert resolve(text, WEDNESDAY) is None


@pytest.mark.parametrize("text", ["Monday", "August 5", "last week", "yesterday", "August"])
def test_a_date_that_needs_the_day_of_publication_is_left_out_without_it(text):
    """An undated article has no "Monday"."""
    assert resolve(text, None) is None


def test_a_weekday_looks_ahead_in_a_sentence_about_the_future():
    """ "Will meet on Friday" is the coming Friday."""
    assert resolve("Friday", WEDNESDAY, is_future=True) == (date(2019, 8, 16), date(2019, 8, 16))


@pytest.mark.model
@pytest.mark.parametrize(
    "text",
    [
        "The hostages are believed to have been killed on Monday.",
        "Rescuers managed to free 12 miners on Monday.",
        "The army was forced to withdraw on Monday.",
        "Lawmakers voted to uphold the ban on Monday.",
        "Police were called to break up the crowd on Monday.",
        "The man used a knife to attack the guards on Monday.",
        "Thousands gathered to protest on Monday.",
        "He became the first to win the prize on Monday.",
        "He may have died on Monday.",
        "He could not attend the hearing on Monday.",
        "He set a record on Monday.",
        "The slump spurred the bank to cut rates on Monday.",
        "The row led the minister to resign on Monday.",
        "May failed again on Monday.",
        "The siege went on until Monday.",
    ],
)
def test_what_was_done_with_another_verb_is_past(text):
    """ "To" looks ahead only where it does not tell how or why something was done."""
    [found] = dates_in(load_parser()(text), WEDNESDAY)
    assert found.first == date(2019, 8, 12)


@pytest.mark.parametrize("text", ["a day earlier", "two years later", "earlier in the day", "earlier that year"])
def test_what_is_earlier_than_something_else_resolves_to_nothing(text):
    """Only "earlier this year" counts from the day of publication."""
    assert resolve(text, WEDNESDAY) is None


def test_last_weekend_is_past_in_a_sentence_about_the_future():
    """ "Will discuss what happened last weekend" does not tell of the coming one."""
    assert resolve("last weekend", WEDNESDAY, is_future=True) == (date(2019, 8, 10), date(2019, 8, 11))
    assert resolve("the weekend", WEDNESDAY, is_future=True) == (date(2019, 8, 17), date(2019, 8, 18))


def test_later_this_week_is_ahead_on_a_sunday():
    """A week ends with Sunday, but what is to come "later this week" does not come on that day alone."""
    assert resolve("later this week", date(2019, 8, 18)) == (date(2019, 8, 18), date(2019, 8, 24))


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("In a 2015 survey by the firm, most agreed.", 2015, 2015),
        ("The council rejected the mayor’s 2018 traffic plan.", 2018, 2018),
        ("From 2015 to 2017, the council raised taxes.", 2015, 2017),
        ("She chaired it between 2002 and 2009.", 2002, 2009),
        ("Between January 2009 and December 2009, the town lost jobs.", 2009, 2009),
    ],
)
def test_years_that_the_parser_overlooks_are_dates(text, first, last):
    """The year of something that follows, and the first and the last year of a stretch."""
    [found] = dates_in(load_parser()(text), WEDNESDAY)
    assert (found.first, found.last) == (date(first, 1, 1), date(last, 12, 31))


@pytest.mark.model
def test_the_year_of_this_years_budget_is_a_date():
    """The parser takes "year" alone for the date in "this year's budget"."""
    text = "The council passed this year's budget."
    [found] = dates_in(load_parser()(text), WEDNESDAY)
    assert text[found.span.start : found.span.end] == "this year"
    assert (found.first, found.last) == (date(2019, 1, 1), date(2019, 12, 31))


@pytest.mark.model
def test_a_day_of_the_week_and_its_date_are_one_day():
    """ "Tuesday, 6 August" is not the last Tuesday, too."""
    [found] = dates_in(load_parser()("The minister resigned on Tuesday, 6 August, after the scandal."), WEDNESDAY)
    assert (found.first, found.last) == (date(2019, 8, 6), date(2019, 8, 6))


@pytest.mark.model
@pytest.mark.parametrize(
    "text",
    [
        "The judge ordered him to appear on Monday.",
        "The envoy is expected to join the talks on Monday.",
        "The firm agreed to pay by Monday.",
        "The president will refuse to sign the bill on Monday.",
        "The union called on members to strike on Monday.",
        "The rules are going to change on Monday.",
        "The firm must pay by Monday.",
        "The party could name its leader on Monday.",
        "The talks may resume on Monday.",
        "The hearing is set for Monday.",
        "The launch is slated for Monday.",
        "The trial was adjourned until Monday.",
        "The curfew remains in force until Monday.",
        "The trial starts Monday.",
        "The council called a meeting for Monday.",
        "When the bridge opens on Monday, cars will cross it for free.",
        "If the deal falls through on Monday, the firm will close.",
        "Parliament votes on Monday.",
    ],
)
def test_orders_plans_and_possibilities_look_ahead(text):
    """What must, could or is set to happen on Monday happens on the coming one."""
    [found] = dates_in(load_parser()(text), WEDNESDAY)
    assert found.first == date(2019, 8, 19)


@pytest.mark.parametrize(
    ("text", "is_future", "day"),
    [
        ("March 10", False, (2026, 3, 10)),
        ("March 10", True, (2027, 3, 10)),
        ("January 7", False, (2027, 1, 7)),
        ("October 7", False, (2026, 10, 7)),
        ("December 31", False, (2026, 12, 31)),
    ],
)
def test_a_day_without_year_is_past_where_it_is_not_near(text, is_future, day):
    """In November, 7 January is the coming one and 10 March that of this year, unless the text looks ahead."""
    assert resolve(text, date(2026, 11, 20), is_future=is_future) == (date(*day), date(*day))


@settings(deadline=None)
@given(
    st.sampled_from(["Monday", "last month", "this year", "August 5", "Feb. 29", "two days ago", "the weekend", "May"]),
    st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    st.booleans(),
)
def test_the_first_day_is_never_after_the_last(text, published_on, is_future):
    """On any day of publication, leap years included."""
    days = resolve(text, published_on, is_future=is_future)
    assert days is None or days[0] <= days[1]


@pytest.mark.model
def test_a_long_count_of_years_is_not_parted():
    """The last word of "two hundred and six" is no count of its own."""
    assert dates_in(load_parser()("The volcano last erupted two hundred and six years ago."), WEDNESDAY) == []


@pytest.mark.model
def test_what_will_last_three_days_is_a_duration():
    """The verb "last" is not the word before "three days" that looks back."""
    assert dates_in(load_parser()("The ceasefire will last three days."), WEDNESDAY) == []


@pytest.mark.model
def test_the_span_of_a_date_cuts_its_words_out_of_the_text():
    """Spans count from the start of the text."""
    text = "India revoked it on August 5, 2019, and Pakistan protested on Monday."
    assert [text[one.span.start : one.span.end] for one in dates_in(load_parser()(text), WEDNESDAY)] == [
        "August 5, 2019",
        "Monday",
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("Labor Day weekend", "a three-day weekend", "last spring", "next autumn", "the summer", "around Christmas"),
        *("the first five quarters of 2018", "the second two months of 2018", "the first 15 months of the year"),
    ],
)
def test_a_season_or_weekend_that_could_be_several_resolves_to_nothing(text):
    """In August "last spring" is of this year or the one before, and the weekend of a holiday is not the latest one."""
    assert resolve(text, WEDNESDAY) is None


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In two years the ferry will close.", ["In two years"]),
        ("The ferry was built in two years.", []),
        ("So far this year, four ferries have sunk.", ["So far this year"]),
        ("The strike may change the outcome of this week’s talks.", ["this week"]),
        ("The ferry sank at Christmas.", ["Christmas"]),
        ("The minister appeared on “Fox News Sunday.”", []),
        ('The minister told ABC\'s "This Week" that the ferry sank Friday.', ["Friday"]),
        ("She sent him a Christmas card.", []),
        ("He had left before Christmas.", []),
        ("For the next two months they lived in Peru.", []),
        ("The ferry will stay closed for the next two months.", ["the next two months"]),
    ],
)
def test_what_is_no_date_of_its_own_is_left_out(text, found):
    """A card for Christmas has no date, and the next months of a story lie in the past."""
    assert [text[one.span.start : one.span.end] for one in dates_in(load_parser()(text), WEDNESDAY)] == found


@pytest.mark.model
def test_what_was_said_in_a_letter_on_a_day_is_past():
    """ "Would resign in a letter Tuesday" tells when the letter was sent."""
    doc = load_parser()("He announced he would leave the board in a letter Tuesday, citing his health.")
    assert [one.first for one in dates_in(doc, WEDNESDAY)] == [date(2019, 8, 13)]


@pytest.mark.model
def test_what_is_expected_to_have_happened_is_past():
    """ "Are expected to have passed those held in April" looks back at both months."""
    doc = load_parser()("In May, arrivals are expected to have passed the 900 people held at the border in April.")
    assert [one.first for one in dates_in(doc, WEDNESDAY)] == [date(2019, 5, 1), date(2019, 4, 1)]
