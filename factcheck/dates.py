"""The days that a date expression can mean, seen from the day of publication."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING

from factcheck.named_days import (
    HOLIDAY,
    VAGUE_COUNTS,
    Days,
    bare_day,
    bare_month,
    days_away,
    days_in,
    holiday,
    month_days,
    month_number,
    named_day,
    part_of_year,
    season,
)
from factcheck.names import word_set
from factcheck.numerals import WORDS
from factcheck.quantities import is_year_of_something
from factcheck.records import DateMention, Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span as DocSpan, Token

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_STEPPED = frozenset({"week", "month", "year"})
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_WEEKDAY = rf"(?:{'|'.join(WEEKDAYS)})"
_PART = (
    r"(?:early|late|mid|this|the|of|on|in|at|since|by|until|from|during|for|around|about|month|year|summer|winter"
    r"|spring|autumn|fall|beginning|start|end|middle|morning|afternoon|evening|night|noon|midnight|dawn|local time)"
)
_COUNT = rf"(\d{{1,3}}|(?:half )?an?|{'|'.join(VAGUE_COUNTS)}|{WORDS})"
_UNIT = r"(hour|day|week|month|year|decade)s?"
_AHEAD = word_set("will 'll ’ll wo shall would")
_PERHAPS_AHEAD = word_set("to must can could may might should ought")
_PUT_OFF = word_set("set slate slat schedule fix adjourn postpone delay extend reschedule suspend")
_TIMETABLED = word_set("start begin open reopen resume meet vote arrive visit return host face travel")
"""Verbs whose present tense with a day of the week tells of what is to come: "the trial starts Wednesday"."""

_DONE_WITH_IT = word_set(
    "manage fail refuse decline try attempt struggle force compel vote use begin start continue cease "
    "help seem appear happen get come rush race gather say believe think report allege know "
    "spur prompt lead cause push"
)
"""Verbs after which an infinitive tells of the same time as they do: "managed to free", "used a knife to attack"."""

_ONE_OF_ALL = word_set("first second third last only latest")
_NO_DATE = re.compile(
    r"\b(?:every|each|daily|weekly|monthly|yearly|annual(?:ly)?|per|year[- ]olds?|years? old|earlier|later|after|before"
    r"|previous day|following|next day|same|(?:last|next) \w+ (?:of|in))\b",
    re.IGNORECASE,
)
_LATER = re.compile(rf"(earlier|later|so far) (?:on )?(?=(?:this|today|{_WEEKDAY})\b)")
"""A part of the stretch or day behind it, as seen from the day of publication: "earlier this year", "later Sunday"."""

_WINDOW = re.compile(
    rf"(?:(?:over|in|during|for|within) )?(?:the )?(past|last|previous|next|coming) (?:{_COUNT} )?{_UNIT}"
)
_COUNT_OF_UNITS = re.compile(rf"{_COUNT} {_UNIT}", re.IGNORECASE)
_WEEKEND = re.compile(
    r"(?:(?:over|at|on|during|by) )?(?:(?:all|the|this|last|next|past|coming|this past) )?weekend(?: long)?"
)
_OVERLOOKED = re.compile(
    rf"\b(?:(?:last|this|next) (?:week|month|year)|yesterday|{HOLIDAY}(?:,? (?:19|20)\d\d)?)(?=\W|\Z)", re.IGNORECASE
)
"""Dates for which the parser often has no eye, or another."""

_EXPECTED = frozenset({"due", "plan", "schedule", "expect"})
_TITLE = re.compile(r"[\"“‘](?:[A-Z][\w-]* ){0,4}[A-Z]\w*[,.]?[\"”’]")
"""A name in quotation marks, which has no date: “Fox News Sunday.”"""

_TOLD_IN = word_set("tweet statement interview email letter memo post")
"""What an outlet quotes and dates with a day: "said in a tweet Monday"."""

_DAY_FIRST = re.compile(rf"\d{{1,2}} {_MONTH}", re.IGNORECASE)
"""What goes with the day of the week before it: "Tuesday, 7 May", which the parser parts."""

_CUT_COUNT = re.compile(r"(?:[\d.,–-]|\b(?:hundred|thousand|and|or|to)[ -])\Z")
"""What stands before the rest of a longer count: "a hundred and" before "ten years ago"."""

_YEARS = re.compile(
    r"(?:(?<=\bfrom )|\bbetween )(?:19|20)\d\d (?:to|and|until|through|&) (?:19|20)\d\d\b", re.IGNORECASE
)
"""Of these the parser often takes one for a date, or none."""

_CENTURY = re.compile(r"(?:19|20)\d\d")
_CLOCK = re.compile(
    r"\b\d{1,2}(?:[:.]\d{2})?\s*(?:[ap]\.?m\b\.?|gmt\b)|\b\d{1,2}:\d{2}\b|\b\d{4} hours\b", re.IGNORECASE
)


def dates_in(doc: Doc, published_on: date | None) -> list[DateMention]:
    """The dates in a parsed text, in order, with spans from the start of the text.

    What only makes sense seen from the day of publication is left out where that day is unknown; so are
    durations, ages, recurring days and dates counted from another event ("a day earlier").
    """
    found: list[DateMention] = []
    for span in _date_spans(doc):
        days = resolve(span.text, published_on, is_future=_is_future(span)) if _names_a_time(span) else None
        if days is not None:
            where = Span(start=span.start_char, end=span.end_char)
            found.append(DateMention(first=days[0], last=days[1], span=where))
    return found


@lru_cache(maxsize=20_000)
def resolve(text: str, published_on: date | None, *, is_future: bool = False) -> Days | None:
    """The first and last day that a date expression can mean; None if it is no date or cannot be placed.

    A weekday, month or day without a year is the latest one up to the day of publication, or the next where
    `is_future`; the day of publication itself counts. A day and month without year may also be the one near to it.
    """
    plain = " ".join(_CLOCK.sub(" ", text.casefold().replace("’", "'")).split()).strip(" ,.'\"-")
    part = _LATER.search(plain)
    plain = _LATER.sub("", plain, count=1)
    try:
        readings = (reading(plain, published_on, is_future) for reading in (_range, _placed))
        days = next((days for days in readings if days is not None), None)
        return _part_of(days, part[1], published_on) if days and part and published_on else days
    except (OverflowError, ValueError):  # beyond the calendar: "May 0000", "999 decades ago"
        return None


def _part_of(days: Days, which: str, published_on: date) -> Days:
    """Of days around the day of publication those up to it, or from it on; of others all.

    "Later this week" on a Sunday, where the week ends for us, is the coming one.
    """
    first, last = days
    if not first <= published_on <= last:
        return days
    if which != "later":
        return first, published_on
    return published_on, last + timedelta(6 * (first < last == published_on))


def _date_spans(doc: Doc) -> Iterator[DocSpan]:
    """DATE and TIME entities: joined in "from 2014 to 2016", parted in "on Thursday and Friday".

    "Two hundred and six years ago" stays whole.
    """
    spans = _dated_spans(doc)
    while spans:
        span = spans.pop(0)
        if len(span) > 1 and span[0].lemma_ == "last" and span[0].pos_ == "VERB":  # "will last three days"
            span = span[1:]
        if span.text.casefold() in _STEPPED and span.start and doc[span.start - 1].lower_ in {"this", "last", "next"}:
            span = doc[span.start - 1 : span.end]  # "this year's budget", of which the parser takes the year alone
        if span.start > 1 and doc[span.start - 2 : span.start].text.casefold() == "so far":
            span = doc[span.start - 2 : span.end]
        lead = doc[span.start - 1].lower_ if span.start else ""
        if lead in {"every", "each"}:
            continue
        is_fronted = lead == "in" and doc[span.start - 1].head.i >= span.end
        if is_fronted and _COUNT_OF_UNITS.fullmatch(span.text) and _is_future(span):  # "in two years it may close"
            span = doc[span.start - 1 : span.end]
        is_cut = spans and spans[0].start == span.end + 1 and doc[span.end].text == ","
        if is_cut and span.text.casefold() in WEEKDAYS and _DAY_FIRST.match(spans[0].text):
            span = doc[span.start : spans.pop(0).end]
        link = doc[span.end].lower_ if span.end < len(doc) else ""
        leads = {lead, span[0].lower_}
        is_range = link in {"to", "until", "through", "-", "–"} or (link == "and" and "between" in leads)
        if is_range and leads & {"from", "between"} and spans and spans[0].start == span.end + 1:
            span = doc[span.start : spans.pop(0).end]
        middle = next((token.i for token in span if token.lower_ == "and" and token.i > span.start), None)
        if middle is None or "between" in leads or span[-1].lower_ == "ago":
            yield span
        else:
            yield from (doc[span.start : middle], doc[middle + 1 : span.end])


def _dated_spans(doc: Doc) -> list[DocSpan]:
    """What the parser takes for dates, with the years that it overlooks: "from 2014 to 2016", "a 2016 survey"."""
    stretches = (doc.char_span(*match.span(), alignment_mode="expand") for match in _YEARS.finditer(doc.text))
    found = [span for span in stretches if span is not None]
    taken = {token.i for span in found for token in span}
    for entity in doc.ents:
        if entity.label_ in {"DATE", "TIME"} and not any(token.i in taken for token in entity):
            found.append(doc[entity.start : entity.end])
            taken.update(token.i for token in entity)
    for match in _OVERLOOKED.finditer(doc.text):
        span = doc.char_span(*match.span())
        if span is not None and not any(token.i in taken for token in span):
            found.append(span)
            taken.update(token.i for token in span)
    if _CENTURY.search(doc.text):  # looking at every word of every claim takes long
        found += [doc[token.i : token.i + 1] for token in doc if token.i not in taken and is_year_of_something(token)]
    return sorted(found, key=lambda span: span.start)


def _names_a_time(span: DocSpan) -> bool:
    """Whether a date is none of something else: not "a Christmas card", nor the next week of a story that is past."""
    name, text = span.text.casefold().replace("’", "'"), span.doc.text
    if '"' in text or "“" in text or "‘" in text:
        titles = (match.span() for match in _TITLE.finditer(text))
        if any(start < span.start_char < span.end_char < end for start, end in titles):
            return False
    if re.search(HOLIDAY, name):
        is_at_it = span.root.dep_ == "pobj" and span.root.head.lower_ not in {"before", "after", "around"}
        return is_at_it or span.root.dep_ == "npadvmod"
    if not re.match(r"the (?:next|coming) ", name):
        return True
    verb = _verb_above(span.root)
    return verb is None or verb.tag_ != "VBD" or _is_future(span)


def _is_future(span: DocSpan) -> bool:
    """Whether the clause of a date looks ahead: "will meet on Friday", "is due to open", "adjourned until Monday"."""
    verb = _verb_above(span.root)
    before = span.doc[span.start - 1] if span.start else None
    is_told = before is not None and before.lemma_ in _TOLD_IN and before.dep_ == "pobj"
    if verb is None or (is_told and any(above.tag_ == "VBD" for above in verb.ancestors)):
        return False
    if _looks_ahead(verb):
        return True
    link = span.root.head.lower_
    if link == "for" and span.root.text.casefold() in WEEKDAYS:  # "called a meeting for Sunday"
        return True
    if link in {"until", "till", "to"} and verb.lemma_ in _PUT_OFF:
        return True
    if link in {"until", "till"} and verb.tag_ in {"VBP", "VBZ"}:
        return True
    if verb.tag_ in {"VBP", "VBZ"} and verb.dep_ == "advcl" and _looks_ahead(verb.head):  # "when it opens …, we will"
        return True
    if verb.tag_ in {"VBP", "VBZ"} and verb.lemma_ in _TIMETABLED and span.text.casefold() in WEEKDAYS:
        return True
    if verb.dep_ == "acl" and verb.tag_ == "VBN":  # "expected to pass the number of those held in April"
        return verb.lemma_ in _EXPECTED
    near = (verb, *verb.children, *verb.ancestors)
    is_over = any(child.lower_ == "have" for one in verb.children if one.dep_ == "xcomp" for child in one.children)
    return not is_over and any(token.lemma_ in _EXPECTED for token in near if token.dep_ in {"ROOT", "acomp"})


def _looks_ahead(verb: Token) -> bool:
    """Whether a verb's helpers tell of the future; what is done with another verb has the time of that one."""
    helpers = {child.lower_ for child in verb.children if child.dep_ == "aux"}
    if helpers & _AHEAD:
        return True
    was_unable = "could" in helpers and any(child.dep_ == "neg" for child in verb.children)
    is_over = "have" in helpers or verb.tag_ == "VBD"  # "may have died"; the parser's "May failed"
    if not helpers & _PERHAPS_AHEAD or is_over or was_unable:
        return False
    if "to" not in helpers:
        return True
    above = _verb_above(verb) if _is_done_with_it(verb) else None
    return above is None or _looks_ahead(above)


def _is_done_with_it(infinitive: Token) -> bool:
    """Whether "to" and a verb tell of the time of the verb above: "came to help", "the first to win"."""
    head = infinitive.head
    is_purpose = infinitive.dep_ == "advcl" and head.tag_ in {"VBD", "VBN"}
    is_had_to = head.lemma_ == "have" and head.tag_ == "VBD"
    is_sent = head.lemma_ in {"call", "send", "deploy"} and any(child.dep_ == "auxpass" for child in head.children)
    is_known = head.lemma_ in _DONE_WITH_IT or head.lower_ in _ONE_OF_ALL
    return is_purpose or is_had_to or is_sent or is_known


def _verb_above(token: Token) -> Token | None:
    return next((above for above in token.ancestors if above.pos_ in {"VERB", "AUX"}), None)


def _range(text: str, published_on: date | None, is_future: bool) -> Days | None:
    """ "August 5-7, 2019", "August 5 to August 9", "2014 to 2016"."""
    if season := re.fullmatch(r"(1[5-9]|20)(\d\d) ?[-–] ?(\d\d)", text):  # "2015-16"
        text = f"{season[1]}{season[2]}-{season[1]}{season[3]}"
    short = re.fullmatch(rf"({_MONTH} )(\d{{1,2}}) ?(?:-|–|to) ?(\d{{1,2}})(,? \d{{4}})?", text)
    if short:
        month, first, last, year = short.groups(default="")
        ends = (f"{month}{first}{year}", f"{month}{last}{year}")
    else:
        bare = re.sub(r"^(?:from|between) ", "", text)
        parts = re.split(r" (?:to|through|until|and|&) |(?<=\d{4}) ?[-–] ?(?=\d{4}$)", bare)
        if len(parts) != 2:
            return None
        ends = (parts[0], parts[1])
    days = [_placed(end, published_on, is_future) for end in ends]
    if days[0] is None or days[1] is None or days[0][0] > days[1][1]:
        return None
    return days[0][0], days[1][1]


def _placed(text: str, published_on: date | None, is_future: bool) -> Days | None:
    """One date, by the calendar or as seen from the day of publication."""
    return (
        part_of_year(text, published_on, is_future=is_future)
        or season(text, published_on)
        or holiday(text, published_on, is_future=is_future)
        or _absolute(text, published_on, is_future)
        or _relative(text, published_on, is_future)
    )


def _absolute(text: str, published_on: date | None, is_future: bool) -> Days | None:
    """Dates of the calendar: day and month, month, quarter, year, decade."""
    if _NO_DATE.search(text):
        return None
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return named_day(text)
    bare = re.sub(rf"(?:\b{_PART}\b[ -]?)+", " ", re.sub(rf"\b{_WEEKDAY},? ", " ", text))
    bare = " ".join(re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", bare.replace(",", " ")).split()).strip(" -'.")
    if decade := re.fullmatch(r"(1[5-9]\d|20\d)0'?s", bare):
        return date(int(decade[1]) * 10, 1, 1), date(int(decade[1]) * 10 + 9, 12, 31)
    if re.fullmatch(r"1[5-9]\d\d|20\d\d", bare):
        return date(int(bare), 1, 1), date(int(bare), 12, 31)
    if re.fullmatch(rf"{_MONTH} \d{{4}}", bare):
        return month_days(int(bare[-4:]), month_number(bare))
    if re.fullmatch(rf"{_MONTH}", bare):
        return bare_month(month_number(bare), published_on, is_future=is_future)
    if re.fullmatch(rf"(?:{_MONTH} \d{{1,2}}|\d{{1,2}} {_MONTH})(?: \d{{4}})?", bare):
        return named_day(bare) if re.search(r"\d{4}$", bare) else bare_day(bare, published_on, is_future=is_future)
    return None


def _relative(text: str, published_on: date | None, is_future: bool) -> Days | None:
    """Dates that count from the day of publication."""
    if published_on is None:
        return None
    window = _WINDOW.fullmatch(text)
    if window and (window[2] or window[1] == "past" or window[3] == "decade"):
        length = timedelta(ceil(days_in(window[2] or "one", window[3])))
        is_ahead = window[1] in {"next", "coming"}
        return (published_on, published_on + length) if is_ahead else (published_on - length, published_on)
    if (ago := re.search(rf"\b{_COUNT} {_UNIT} ago$", text)) and not _CUT_COUNT.search(text, 0, ago.start()):
        return days_away(ago[1], ago[2], published_on, sign=-1)
    if ahead := re.fullmatch(rf"(?:in )?{_COUNT} {_UNIT} from now|in {_COUNT} {_UNIT}(?:' time)?", text):
        count, unit = (ahead[1], ahead[2]) if ahead[1] else (ahead[3], ahead[4])
        return days_away(count, unit, published_on, sign=1)
    if _NO_DATE.search(text):
        return None
    return _named_relative(text, published_on, is_future=is_future)


def _named_relative(text: str, published_on: date, *, is_future: bool) -> Days | None:
    if re.search(r"\byesterday\b|^(?:last night|overnight)$", text):
        return (published_on - timedelta(1),) * 2
    if re.search(r"\btomorrow\b", text):
        return (published_on + timedelta(1),) * 2
    if re.fullmatch(r"(?:earlier |late |early )?(?:today|tonight|this (?:morning|afternoon|evening))", text):
        return published_on, published_on
    if _WEEKEND.fullmatch(text):
        saturday = published_on - timedelta((published_on.weekday() - 5) % 7)
        is_next = "next" in text or (is_future and not re.search(r"\b(?:last|past)\b", text))
        saturday += timedelta(7 * is_next)
        return saturday, saturday + timedelta(1)
    stepped = re.search(rf"\b(last|this|next|past|coming|current) (week|month|year|{_WEEKDAY}|{_MONTH})\b", text)
    if stepped:
        return _stepped(stepped[1], stepped[2], published_on)
    if weekday := re.search(rf"\b{_WEEKDAY}\b", text):
        day = _weekday(weekday[0], published_on, is_future=is_future)
        return day, day
    return None


def _stepped(which: str, unit: str, published_on: date) -> Days:
    """ "last week", "next Monday", "this year" as days of the calendar."""
    step = {"last": -1, "past": -1, "next": 1, "coming": 1}.get(which, 0)
    if unit == "year":
        year = published_on.year + step
        return date(year, 1, 1), date(year, 12, 31)
    if unit == "month":
        year, month = divmod(published_on.year * 12 + published_on.month - 1 + step, 12)
        return month_days(year, month + 1)
    if unit == "week":
        monday = published_on - timedelta(published_on.weekday() - 7 * step)
        return monday, monday + timedelta(6)
    if unit in WEEKDAYS:
        day = _weekday(unit, published_on + timedelta(step), is_future=step > 0)
        return day, day
    month = month_number(unit)
    year = published_on.year - (step < 0 and month >= published_on.month) + (step > 0 and month <= published_on.month)
    return month_days(year, month)


def _weekday(name: str, start: date, *, is_future: bool) -> date:
    """The next such day from `start` on, or the latest up to it; `start` itself counts."""
    target = WEEKDAYS.index(name)
    if is_future:
        return start + timedelta((target - start.weekday()) % 7)
    return start - timedelta((start.weekday() - target) % 7)
