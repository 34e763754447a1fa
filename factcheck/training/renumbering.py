"""Changes a number, time or day of the week that both sentences of an agreeing pair tell, so that they clash in it, or
only spells it otherwise, so that they do not."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from factcheck.dates import WEEKDAYS
from factcheck.numerals import BELOW_TWENTY, Numeral, numerals_in
from factcheck.records import Relation
from factcheck.training.pairs import TrainingPair, labelled_pair, published_day

WEIGHT = 0.8
"""Of a changed pair: now and then the number counts two things."""

_WORDS = (*BELOW_TWENTY, "twenty")
_DAYS = tuple(map(str.title, WEEKDAYS))
_CLOCK = re.compile(r"(?<![\d:.])\d{1,2}:[0-5]\d(?![\d:])")
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(_DAYS)})\b")
_WORD = re.compile(r"[A-Za-z]{4,}")
_MONTH = re.compile(r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.? \Z")
_PLAIN = re.compile(r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A stretch of either text that tells the same: where it is, and what kind of thing it is."""

    left: tuple[int, int]
    right: tuple[int, int]
    kind: str


def renumbered(rows: Iterable[dict[str, Any]], variants: int, shuffle: random.Random) -> Iterator[TrainingPair]:
    """For each agreeing row whose texts share a number, up to `variants` pairs with another one on one side.

    They are a conflict, or where the days differ a conflict or an update; one of three variants spells the number
    otherwise and agrees.
    """
    for row in rows:
        if row["relation"] != Relation.AGREE:
            continue
        places = list(shared(row["a"]["text"], row["b"]["text"]))
        is_day = not any(one.kind != "weekday" for one in places)
        for at in range((variants // 2 if is_day else variants) if places else 0):
            changed = _changed(row, shuffle.choice(places), shuffle, is_respelled=at % 3 == 2)
            if changed is not None:
                yield changed


def renumbered_inferences(pairs: Iterable[TrainingPair], shuffle: random.Random) -> Iterator[TrainingPair]:
    """The entailed pairs whose texts share a number, with another one in the hypothesis: contradictions."""
    for pair in pairs:
        if pair.labels != ("entailment",):
            continue
        places = [one for one in shared(pair.left, pair.right) if one.kind == "number"]
        if places:
            place = shuffle.choice(places)
            start, end = place.right
            other = another(pair.right[start:end], place.kind, shuffle)
            if other:
                text = _put(pair.right, start, end, other)
                yield replace(pair, right=text, labels=("contradiction",), weight=WEIGHT)


def _changed(row: dict[str, Any], place: Stated, shuffle: random.Random, *, is_respelled: bool) -> TrainingPair | None:
    side = shuffle.choice("ab")
    start, end = place.left if side == "a" else place.right
    text = row[side]["text"]
    old = text[start:end]
    new = respelled(old) if is_respelled else another(old, place.kind, shuffle)
    if new is None:
        return None
    told = row | {side: row[side] | {"text": _put(text, start, end, new)}}
    if is_respelled:
        return labelled_pair(told, (Relation.AGREE,), WEIGHT)
    days = [published_day(row[one].get("published_at")) for one in "ab"]
    is_later = None not in days and days[0] != days[1]
    labels = (Relation.CONFLICT, Relation.UPDATE) if is_later and place.kind == "number" else (Relation.CONFLICT,)
    return labelled_pair(told, labels, WEIGHT)


def shared(left: str, right: str) -> Iterator[Stated]:
    """What both texts tell with a word near it in common: plain numbers, times of day, days of the week."""
    theirs = list(plain_numbers(right))
    for one in plain_numbers(left):
        for other in theirs:
            if one.low == other.low and one.unit == other.unit and _alike(left, one, right, other):
                yield Stated(
                    left=(one.value_start, one.value_end), right=(other.value_start, other.value_end), kind="number"
                )
    for pattern, kind in ((_CLOCK, "time"), (_WEEKDAY, "weekday")):
        ours = {match[0]: match.span() for match in pattern.finditer(left)}
        for match in pattern.finditer(right):
            if match[0] in ours and len(pattern.findall(left)) == len(pattern.findall(right)) == 1:
                yield Stated(left=ours[match[0]], right=match.span(), kind=kind)


def plain_numbers(text: str) -> Iterator[Numeral]:
    """The numbers that a text tells outright: none that is about, a year, a day of a month, or part of a name."""
    for one in numerals_in(text):
        told = text[one.value_start : one.value_end]
        before = text[: one.value_start]
        is_plain = _PLAIN.fullmatch(told) or told.casefold() in _WORDS[2:]
        is_year = one.low == one.high and 1500 <= one.low <= 2100 and "," not in told and not one.unit
        is_name = re.search(r"[a-z,] [A-Z][\w-]* \Z", before) is not None
        if is_plain and not one.is_hedged and not is_year and not is_name and not _MONTH.search(before):
            yield one


def _alike(left: str, one: Numeral, right: str, other: Numeral) -> bool:
    return bool(_near(left, one) & _near(right, other)) or bool(one.unit and one.unit == other.unit)


def _near(text: str, one: Numeral) -> set[str]:
    before = _WORD.findall(text[max(0, one.start - 25) : one.start])[-1:]
    behind = _WORD.findall(text[one.value_end : one.value_end + 45])[:3]
    return {word.casefold()[:5] for word in (*before, *behind)}


def _put(text: str, start: int, end: int, new: str) -> str:
    """The text with another stretch there, and wherever the same stands again."""
    old = text[start:end]
    if new[0].islower() and old[0].isupper():
        new = new.capitalize()
    return re.sub(rf"(?<![\w.,:]){re.escape(old)}(?![\w:]|[.,]\d)", lambda _: new, text)


def respelled(old: str) -> str | None:
    """A number up to twenty in words for digits, or in digits for words; None for others."""
    if old.casefold() in _WORDS:
        return str(_WORDS.index(old.casefold()))
    return _WORDS[int(old)] if old.isdigit() and 2 <= int(old) <= 20 else None


def another(old: str, kind: str, shuffle: random.Random) -> str | None:
    """Another number, time or day, spelled as the one that was there."""
    if kind == "weekday":
        return shuffle.choice([day for day in _DAYS if day != old])
    if kind == "time":
        hour, minute = old.split(":")
        other = shuffle.choice([one for one in (*range(0, 60, 5), int(minute) + 1) if one % 60 != int(minute)]) % 60
        return f"{hour}:{other:02d}"
    is_word = old.casefold() in _WORDS
    value = float(_WORDS.index(old.casefold())) if is_word else float(old.replace(",", ""))
    step = 10.0 ** -len(old.partition(".")[2]) if "." in old else 1.0
    for _ in range(10):
        new = _drawn(value, step, shuffle)
        is_other = abs(new - value) >= (step if value < 1000 else 0.1 * value)
        if is_other and new >= min(2.0, 2 * step):
            return _spelled(new, old, is_word)
    return None


def _drawn(value: float, step: float, shuffle: random.Random) -> float:
    way = shuffle.random()
    if way < 0.4:
        return value + shuffle.choice((-3, -2, -1, 1, 2, 3)) * step
    if way < 0.85:
        return max(step, round(value * shuffle.uniform(0.3, 2.5) / step) * step)
    return value * shuffle.choice((10, 0.1, 2, 3))


def _spelled(new: float, old: str, is_word: bool) -> str:
    if "." in old:
        return f"{new:.{len(old.partition('.')[2])}f}"
    whole = round(new)
    if is_word and whole <= 20:
        return _WORDS[whole]
    return f"{whole:,}" if "," in old or (whole >= 1000 and is_word) else str(whole)
