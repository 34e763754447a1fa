"""Days of the calendar behind days that a text only names."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from factcheck.calendar_days import with_calendar_days

WEDNESDAY = date(2018, 10, 17)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("On Thursday a witness said so.", "On Thursday (11 October) a witness said so."),
        ("Wednesday's vote failed.", "Wednesday (17 October)'s vote failed."),
        (
            "He left yesterday and slept last night.",
            "He left yesterday (16 October) and slept last night (16 October).",
        ),
        ("Police came this morning.", "Police came this morning (17 October)."),
        ("They meet next Friday.", "They meet next Friday (19 October)."),
        ("The trial opens tomorrow.", "The trial opens tomorrow (18 October)."),
        ("He said Monday the talks would go on Tuesday.", "He said Monday (15 October) the talks would go on Tuesday."),
        ("He told a judge on Monday.", "He told a judge on Monday (15 October)."),
    ],
)
def test_a_named_day_gets_its_date(text: str, told: str) -> None:
    """Weekdays are the latest ones up to the day of publication."""
    assert with_calendar_days(text, WEDNESDAY) == told


@pytest.mark.parametrize(
    "text",
    [
        "The council will meet on Monday.",
        "She’ll speak Friday.",
        "It is due to open Sunday.",
        "Every Monday he walks.",
        "Black Friday sales fell.",
        "They have until Friday.",
        "On Monday, Oct. 15, he left.",
        "On Monday (15 October) he left.",
        "On Tuesday 16 October he left.",
        "The Sundays played.",
    ],
)
def test_other_days_stay_as_they_are(text: str) -> None:
    """What may lie ahead, recurs, is a name or has its date gets none."""
    assert with_calendar_days(text, WEDNESDAY) == text


def test_nothing_is_known_of_a_text_without_a_day() -> None:
    """Without a day of publication no weekday has a date."""
    assert with_calendar_days("He left on Monday.", None) == "He left on Monday."


@given(st.text(alphabet="Mondayesti lawr’'(1).,", max_size=80))
def test_dates_are_only_added(text: str) -> None:
    """Without what was added the text is what it was, and a second time adds nothing."""
    told = with_calendar_days(text, WEDNESDAY)
    assert with_calendar_days(told, WEDNESDAY) == told
    left = iter(told)
    assert all(letter in left for letter in text)
