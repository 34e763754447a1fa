"""The day of the calendar behind days that a text only names: "Thursday (18 October)"."""

from __future__ import annotations

import re
from datetime import date

from factcheck.dates import WEEKDAYS, resolve

_NAMED = re.compile(
    r"\b(?:(?:[Ll]ast |[Nn]ext |[Tt]his )?"
    rf"(?P<weekday>{'|'.join(map(str.title, WEEKDAYS))})"
    r"|(?P<today>today|tonight|this (?:morning|afternoon|evening))|(?P<yesterday>yesterday|last night)|tomorrow)\b"
)
_IS_NO_DAY = re.compile(
    r"\b(?:every|each|an?|by|until|till|for|through|good|black|super|easter|palm|news|bloody|cyber|ash|holy) \Z",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"(?:['’]ll|\b(?:will|wo|shall|would|could|may|might|must|should|due|(?:is|are|was|were|set|scheduled|expected"
    r"|planned|plans?|slated|agreed|vowed|hopes?|wants?|going) to))\b[^.;:!?\"“”]{0,60}\Z",
    re.IGNORECASE,
)
_HAS_DATE = re.compile(r",? ?(?:\(|\d|(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)[a-z]*\b\.? \d)")
_LOOK_BACK = 80


def with_calendar_days(text: str, published_on: date | None) -> str:
    """The text with the day of the calendar behind each weekday, "yesterday", "this morning" and the like.

    The "Thursday" of one article is the "yesterday" of another, and no reader of the words alone can tell. Left as they
    are: a weekday that may lie ahead ("will meet on Monday"), one that is a name or returns ("Good Friday", "every
    Monday"), one with its date, and everything where the day of publication is unknown.
    """
    if published_on is None:
        return text
    parts, done = [], 0
    for named in _NAMED.finditer(text):
        before = text[max(0, named.start() - _LOOK_BACK) : named.start()]
        is_open = named["weekday"] == named[0] and _AHEAD.search(before)
        if is_open or _IS_NO_DAY.search(before) or _HAS_DATE.match(text, named.end()):
            continue
        name = "today" if named["today"] else "yesterday" if named["yesterday"] else named[0]
        days = resolve(name, published_on)
        if days is not None and days[0] == days[1]:
            parts += [text[done : named.end()], f" ({days[0].day} {days[0]:%B})"]
            done = named.end()
    return "".join([*parts, text[done:]])
