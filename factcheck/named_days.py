"""Which days a month, season, holiday, part of a year or count of days and weeks is."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from math import ceil, floor

from factcheck.numerals import WORDS, plain_value

Days = tuple[date, date]

NEAR_DAYS = 90
"""A day and month without year is the one so near, on whichever side of the day of publication."""

VAGUE_COUNTS = {"couple of": 2.0, "few": 3.0}
"""Counts that name no number, with the one they are taken for."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ORDER = ("first", "second", "third", "fourth")
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_HOLIDAYS = {
    "christmas eve": (12, 24, 24),
    "christmas day": (12, 25, 25),
    "christmas": (12, 24, 26),
    "new year's eve": (12, 31, 31),
    "new year's day": (1, 1, 1),
    "valentine's day": (2, 14, 14),
    "halloween": (10, 31, 31),
    "fourth of july": (7, 4, 4),
}
HOLIDAY = rf"(?:{'|'.join(_HOLIDAYS)})"
"""A pattern for the holidays that fall on the same days everywhere, in small letters."""

_OF_SOME_YEAR = re.compile(
    rf"(?:(?:early|late|in|during|for|over|since|by|until) )*(?:the )?(?P<which>{'|'.join(_ORDER)}|last|final)[ -]"
    rf"(?P<part>quarter|half|(?:(?P<count>{WORDS}|\d\d?) )?months?)"
    r"(?: of)? (?P<year>\d{4}|(?:this|last|next|the) year)(?:'s)?"
)
_SOME_SEASON = re.compile(
    rf"(?:(?:early|late|mid)[ -])?(?P<which>this past|last|past|this|next|coming) (?P<season>{'|'.join(_SEASONS)})"
)
_SOME_HOLIDAY = re.compile(
    rf"(?:the )?(?:(?P<which>this past|last|past|this|next|coming) )?(?P<holiday>{HOLIDAY})"
    r"(?:(?:,| of| in)? (?P<year>\d{4}))?"
)


def part_of_year(text: str, published_on: date | None, *, is_future: bool) -> Days | None:
    """ "The second quarter of 2020", "the first nine months of this year", "the first half of the year".

    "The year" is the one of publication; where the part has not begun by then, it is the year before.
    """
    found = _OF_SOME_YEAR.fullmatch(text)
    if not found:
        return None
    if found["part"] in {"quarter", "half"}:
        length = 3 if found["part"] == "quarter" else 6
    else:
        length = int(plain_value(found["count"] or "one"))
    place = 12 // length - 1 if found["which"] in {"last", "final"} else _ORDER.index(found["which"])
    first = 13 - length if found["which"] in {"last", "final"} else place * length + 1
    if not 1 <= first <= first + length - 1 <= 12 or (found["count"] and place and first != 13 - length):
        return None
    if found["year"].isdigit():
        year = int(found["year"])
    elif published_on is None:
        return None
    else:
        year = published_on.year + {"last": -1, "next": 1}.get(found["year"].split()[0], 0)
        if found["year"] == "the year" and not is_future and date(year, first, 1) > published_on:
            year -= 1
    return date(year, first, 1), month_days(year, first + length - 1)[1]


def season(text: str, published_on: date | None) -> Days | None:
    """ "Last summer", "this winter": four months of the northern half, which is where most news is written.

    As much as a season by the sun and one by the months have between them. None where the words leave open which one
    it is: "last summer" in the autumn, "next summer" in the spring.
    """
    found = _SOME_SEASON.fullmatch(text)
    if not found or published_on is None:
        return None
    which, month = found["which"], _SEASONS[found["season"]]
    own = published_on.year - (month == 12 and published_on.month <= 6)
    begins, ends = date(own, month, 1), _months_on(own, month, 2)
    if which in {"next", "coming"}:
        if which == "next" and begins > published_on:
            return None
        own += begins <= published_on
    elif which != "this":
        if which == "last" and ends < published_on <= ends + timedelta(NEAR_DAYS):
            return None
        own -= ends >= published_on
    return date(own, month, 1), _months_on(own, month, 3)


def holiday(text: str, published_on: date | None, *, is_future: bool) -> Days | None:
    """ "Christmas", "New Year's Eve 2018", "last Halloween"; without more it is one near, or as the text looks."""
    found = _SOME_HOLIDAY.fullmatch(text)
    if not found or (published_on is None and not found["year"]):
        return None
    month, first, last = _HOLIDAYS[found["holiday"]]
    if found["year"]:
        return date(int(found["year"]), month, first), date(int(found["year"]), month, last)
    if published_on is None:
        return None
    days = [(date(year, month, first), date(year, month, last)) for year in _years_around(published_on)]
    if found["which"] in {"last", "past", "this past"}:
        return next((one for one in reversed(days) if one[1] < published_on), None)
    if found["which"] in {"next", "coming"}:
        return next((one for one in days if one[0] > published_on), None)
    return nearest(days, published_on, is_future=is_future)


def nearest(days: list[Days], published_on: date, *, is_future: bool) -> Days | None:
    """Of the days of several years those that are near, else the latest, or the next where the text looks ahead."""
    near = [one for one in days if abs(one[0] - published_on).days <= NEAR_DAYS]
    chosen = near or [one for one in days if (one[0] >= published_on) == is_future] or days
    return min(chosen, key=lambda one: abs(one[0] - published_on), default=None)


def bare_month(month: int, published_on: date | None, *, is_future: bool) -> Days | None:
    """A month without year: the latest that has begun, or the next where the text looks ahead."""
    if published_on is None:
        return None
    year = published_on.year
    if is_future:
        year += month < published_on.month
    else:
        year -= month > published_on.month
    return month_days(year, month)


def bare_day(text: str, published_on: date | None, *, is_future: bool) -> Days | None:
    """A day and month without year: the one that is near, else the latest, or the next where the text looks ahead."""
    if published_on is None:
        return None
    days = [day for year in _years_around(published_on) if (day := named_day(f"{text} {year}"))]
    return nearest(days, published_on, is_future=is_future)


def named_day(text: str) -> Days | None:
    """The day that "august 5 2019", "5 august 2019" or "2019-08-05" names; None for a day that does not exist."""
    name, numbers = re.search(r"[a-z]+", text), [int(number) for number in re.findall(r"\d+", text)]
    year, month, day = (numbers[1], month_number(name[0]), numbers[0]) if name else numbers
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found, found


def days_in(count: str, unit: str) -> float:
    """How many days so many units are: "three", "week"."""
    number = VAGUE_COUNTS.get(count) or plain_value(count)
    return number * {"hour": 1 / 24, "day": 1, "week": 7, "month": 30, "year": 365, "decade": 3652}[unit]


def days_away(count: str, unit: str, published_on: date, *, sign: int) -> Days:
    """The days so many units before or after the day of publication, as exact as the unit; its hour is unknown."""
    near, day = (published_on + sign * timedelta(whole(days_in(count, unit))) for whole in (floor, ceil))
    if unit in {"hour", "day"}:
        return min(near, day), max(near, day)
    if unit == "week":
        return day - timedelta(3), day + timedelta(3)
    if unit == "month":
        return month_days(day.year, day.month)
    margin = 5 if unit == "decade" else 0
    return date(day.year - margin, 1, 1), date(day.year + margin, 12, 31)


def month_number(text: str) -> int:
    """The number of the month with whose name the text begins, from 1."""
    return _MONTHS.index(text[:3]) + 1


def month_days(year: int, month: int) -> Days:
    """The first and last day of a month."""
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _months_on(year: int, month: int, months: int) -> date:
    """The last day of the month so many months after another."""
    years, place = divmod(year * 12 + month - 1 + months, 12)
    return month_days(years, place + 1)[1]


def _years_around(published_on: date) -> Iterator[int]:
    yield from range(published_on.year - 1, published_on.year + 2)
