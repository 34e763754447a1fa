"""Numbers as newspapers write them: digits, words, lakh and crore, "at least", "dozens", "$3.5bn"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf

ROUGHLY = 0.1
"""What "about", "nearly" and "a dozen" leave open, as a part of the value; also the most that rounding may."""

_DOLLARS = {"a$": "australian dollar", "au$": "australian dollar", "c$": "canadian dollar", "ca$": "canadian dollar"}
_DOLLARS |= {"nz$": "new zealand dollar", "hk$": "hong kong dollar", "s$": "singapore dollar"}
MONEY_UNITS = frozenset({"dollar", "pound", "euro", "rupee", "yen", "yuan", "real", *_DOLLARS.values()})
TIME_UNITS = frozenset({"second", "minute", "hour", "day", "week", "month", "year", "decade", "century"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeral:
    """A number in a text: its range, its unit, and where it stands with the words that qualify it.

    `value_start` and `value_end` bound the number alone. `is_hedged` holds where a word like "about" stands by it.
    """

    low: float
    high: float
    start: int
    end: int
    value_start: int
    value_end: int
    unit: str = ""
    is_hedged: bool = False


BELOW_TWENTY = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
"""The whole numbers below twenty in words, each at its own place."""

_SMALL = {word: float(value) for value, word in enumerate(BELOW_TWENTY)} | {
    f"{word}ty": 10.0 * value
    for value, word in enumerate(("twen", "thir", "for", "fif", "six", "seven", "eigh", "nine"), 2)
}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "lakh": 1e5, "lac": 1e5, "million": 1e6, "crore": 1e7, "billion": 1e9}
_SCALES |= {"trillion": 1e12, "k": 1e3, "m": 1e6, "mn": 1e6, "cr": 1e7, "b": 1e9, "bn": 1e9, "tn": 1e12, "dozen": 12.0}
_VAGUE = {
    "dozens": (24.0, 99.0),
    "scores": (40.0, 199.0),
    "hundreds of thousands": (200e3, 999_999.0),
    "tens of thousands": (20e3, 99_999.0),
    "hundreds of millions": (200e6, 999_999_999.0),
    "tens of millions": (20e6, 99_999_999.0),
    "hundreds of billions": (200e9, 999_999_999_999.0),
    "tens of billions": (20e9, 99_999_999_999.0),
    "hundreds": (200.0, 999.0),
    "thousands": (2e3, 99_999.0),
    "lakhs": (200e3, 9_999_999.0),
    "crores": (20e6, 999_999_999.0),
    "millions": (2e6, 999_999_999.0),
    "billions": (2e9, 999_999_999_999.0),
    "a couple of dozen": (24.0, 36.0),
    "a couple of hundred": (200.0, 300.0),
    "a couple of thousand": (2e3, 3e3),
    "a couple": (2.0, 3.0),
}
_PARTS = {"half": 1 / 2, "third": 1 / 3, "thirds": 2 / 3, "quarter": 1 / 4, "quarters": 3 / 4, "fifth": 1 / 5}
_CURRENCIES = {"$": "dollar", "us$": "dollar", "usd": "dollar", "£": "pound", "gbp": "pound", "€": "euro"}
_CURRENCIES |= {"eur": "euro", "₹": "rupee", "rs": "rupee", "inr": "rupee", "pkr": "rupee", "¥": "yen"}
_CURRENCIES |= {"r$": "real", **_DOLLARS}
_UNITS = {
    "percent": "percent|per cent|%|pc",
    "percentage point": "percentage points?",
    **{dollar: f"{dollar}s?" for dollar in _DOLLARS.values()},
    "dollar": "(?:us )?dollars?",
    "rupee": "rupees?",
    "euro": "euros?",
    "pound": "pounds?",
    "yen": "yen",
    "yuan": "yuan",
    "square kilometre": "square[ -](?:kilomet(?:re|er)s?|km)",
    "square mile": "square[ -]miles?",
    "square metre": "square[ -]met(?:re|er)s?",
    "square foot": "square[ -](?:feet|foot)",
    "kilometre per hour": "kph|km/h|kilomet(?:re|er)s (?:per|an) hour",
    "kilometre": "kilomet(?:re|er)s?|kms?",
    "mile per hour": "mph|miles (?:per|an) hour",
    "mile": "miles?",
    "inch": "inch(?:es)?",
    "cent": "cents?",
    "metre": "met(?:re|er)s?|(?<= )m",
    "centimetre": "centimet(?:re|er)s?|cm",
    "foot": "feet|foot|ft",
    "yard": "yards?",
    "light year": "light[ -]years?",
    "hectare": "hectares?",
    "acre": "acres?",
    "kilogram": "kilogram(?:me)?s?|kilos?|kgs?",
    "gram": "gram(?:me)?s?",
    "tonne": "(?:metric )?ton(?:ne)?s?",
    "ounce": "ounces?",
    "litre": "lit(?:re|er)s?",
    "gallon": "gallons?",
    "barrel": "barrels?",
    "megawatt": "megawatts?|mw",
    "degree celsius": "(?:degrees? |° ?)(?:celsius|centigrade|c)",
    "degree fahrenheit": "(?:degrees? |° ?)(?:fahrenheit|f)",
    "degree": "degrees?",
    "magnitude": "magnitude",
    "century": "centur(?:y|ies)",
} | {unit: f"{unit}s?" for unit in TIME_UNITS - {"century"}}

_AT_LEAST = (
    "at least|more than|no fewer than|no less than|not fewer than|not less than|over|above|upwards of|in excess of"
    "|exceeding|a minimum of|greater than"
)
_AT_MOST = (
    "fewer than|less than|under|below|up to|as many as|as much as|at most|no more than|not more than|a maximum of"
)
_BARELY_OVER = "just over|just above|slightly more than|(?:a )?little (?:over|more than)"
_ALMOST = "nearly|almost|close to|just under|nearing|approaching|slightly (?:less|fewer) than"
_ABOUT = "about|around|some|approximately|roughly|(?:an )?estimated"
# longer ones first: "just over" before "over", "no more than" before "more than"
_HEDGE = re.compile(
    rf"(?<!\w)(?:(?P<over>{_BARELY_OVER})|(?P<almost>{_ALMOST})|(?P<most>{_AT_MOST})|(?P<least>{_AT_LEAST})"
    rf"|(?P<about>{_ABOUT}))\s(?:the )?\Z",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?P<least>\+| or more\b| plus\b)|(?P<about> or so\b|[ -]odd\b)|(?P<most> or (?:fewer|less)\b)", re.I
)
_MAGNITUDE = re.compile(r"\bmagnitude[- ](?:of )?\Z", re.IGNORECASE)
_MONEY = re.compile(r"(?<!\w)((?:us|au?|ca?|nz|hk|s|r)\$|[$£€₹¥]|(?:rs\.?|inr|pkr|usd|eur|gbp)) ?\Z", re.IGNORECASE)
_SIGN = re.compile(r"((?:us|au?|ca?|nz|hk|s|r)\$|[$£€₹¥]) ?", re.IGNORECASE)
_NEAR_TIMES = 2.5
"""How many times the lower number the upper one of a range may be, in "two or three" and "5% to 10%"."""

_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_ONES = "|".join(sorted((word for word, value in _SMALL.items() if value < 20), key=len, reverse=True))
WORDS = rf"(?:(?:{_TENS})(?:[ -](?:{_ONES}))?|{_ONES})"
"""A pattern for the numbers below a hundred in words, in small letters."""

_LONG_SCALES = "|".join(sorted((name for name in _SCALES if len(name) > 2), key=len, reverse=True))
_SHARE = r"(?:(?:one|a|two|three)[ -](?:third|quarter)s?|half)"
_NEXT_VALUE = re.compile(
    r"(?P<digits>\d{1,3}(?:,\d{2,3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?!,?\d|[.:/]\d|(?:s|st|nd|rd|th)\b|\s?[ap]\.?m\b)"
    rf"|(?P<article>{_SHARE} of an?|a quarter|half an?|an?)(?= (?:{_LONG_SCALES})\b)"
    r"|(?P<half>half an?)(?= (?:century|decade|hour)\b)"
    rf"|(?P<words>{WORDS}(?: hundred(?: and)? {WORDS})?)\b(?!-(?:third|quarter|fifth)s?\b)",
    re.IGNORECASE,
)
_GLUED = r"(?=\d)(?:(?<=\brs)|(?<=\brs\.)|(?<=\b(?:inr|pkr|usd|eur|gbp)))"  # "Rs5,000"
_VALUE = re.compile(
    rf"(?:(?<![\w.:/])(?<!\d,)(?:(?<!\w[-–])|(?<=magnitude-))|{_GLUED})(?:{_NEXT_VALUE.pattern})", re.IGNORECASE
)
_SCALE = re.compile(rf"[ -]?({_LONG_SCALES})\b|(bn|mn|tn|cr|[mbk])\b| (bn|mn|tn|cr|m)\b", re.IGNORECASE)
_LINK = re.compile(r" ?[-–] ?| to | and | or ", re.IGNORECASE)
# "rose from", not "ranging from"
_CHANGED_FROM = re.compile(
    r"(?<!\w)(?<!any(?:where|thing) )(?<!(?:rang|vary)ing )(?<!(?:range[sd]|varie[sd]) )(?<!range )(?<!vary )from \Z",
    re.IGNORECASE,
)
_UNIT = re.compile("[ -]?(?:" + "|".join(f"({spelling})" for spelling in _UNITS.values()) + r")(?!\w)", re.IGNORECASE)
_VAGUE_WORDS = re.compile(
    r"\b(?:(?:(?:hundreds|tens) of )?(?:thousands|millions|billions)|hundreds|dozens)\b"
    r"|\ba couple of (?:dozen|hundred|thousand)\b"
    rf"|\b(?:{'|'.join(_VAGUE)})(?= of\b| more\b)",
    re.IGNORECASE,
)
_NO_SHARE = rf"(?! of an? (?:{_LONG_SCALES}|century|{'|'.join(_UNITS.values())})\b)"
_FRACTION = re.compile(
    rf"\b(?P<count>one|two|three|four)-(?P<share>third|quarter|fifth)s?\b{_NO_SHARE}"
    r"|\b(?:(?:one|a|two|three)[ -](?P<part>third|quarter|thirds|quarters)|(?<!first[ -])(?<!second[ -])(?P<half>half))"
    rf"(?= (?:of )?(?:the|its|all|of)\b){_NO_SHARE}"
    r"|\b(?P<few>one|two|three|\d) (?:in|out of) (?:every )?"
    rf"(?P<many>(?>{WORDS}\b|\d{{1,3}}))(?= [a-z])(?! (?:{'|'.join(TIME_UNITS)})s?\b)",
    re.IGNORECASE,
)


_PLAIN_I = {0x130: "I", 0x131: "i"}
"""A Turkish i passes for "i" in a pattern, but is no key of ours."""


def numerals_in(text: str) -> list[Numeral]:
    """The numbers of a text in order, disjoint; what they count is not looked at, and years are numbers too."""
    text = text.translate(_PLAIN_I)
    found = [_with_hedge(text, numeral) for numeral in (*_fractions(text), *_vague(text))]
    position = 0
    while match := _VALUE.search(text, position):
        numeral = _with_qualifiers(text, _read(text, match))
        position = max(numeral.end, match.end())
        if not any(numeral.value_start < other.end and other.start < numeral.value_end for other in found):
            found.append(numeral)
    return sorted(found, key=lambda numeral: numeral.start)


def _fractions(text: str) -> Iterator[Numeral]:
    for match in _FRACTION.finditer(text):
        if match["few"]:
            share = plain_value(match["few"]) / max(1.0, plain_value(match["many"]))
        elif match["count"]:
            share = plain_value(match["count"]) * _PARTS[match["share"].casefold()]
        else:
            share = _PARTS[(match["part"] or match["half"]).casefold()]
        if share <= 1:
            yield _bounded(match, (100 * share * (1 - ROUGHLY), 100 * share * (1 + ROUGHLY)), unit="percent")


def _vague(text: str) -> Iterator[Numeral]:
    for match in _VAGUE_WORDS.finditer(text):
        numeral = _bounded(match, _VAGUE[match[0].casefold()])
        measured = _UNIT.match(text, numeral.end + 3) if text.startswith(" of ", numeral.end) else None
        yield replace(numeral, end=measured.end(), unit=_unit_of(measured)) if measured else numeral


def _bounded(match: re.Match[str], bounds: tuple[float, float], unit: str = "") -> Numeral:
    start, end = match.span()
    low, high = bounds
    return Numeral(
        low=low, high=high, start=start, end=end, value_start=start, value_end=end, unit=unit, is_hedged=True
    )


def _read(text: str, match: re.Match[str]) -> Numeral:
    """The number that begins here: one value with its scale, or a range of two.

    "From 38 to 45" tells of a change: two numbers of one scale and unit, unless "anywhere" or "ranging" is before it.
    """
    value, step, end = _scaled(text, match)
    numeral = Numeral(
        low=value - step, high=value + step, start=match.start(), end=end, value_start=match.start(), value_end=end
    )
    link = _LINK.match(text, end)
    other = _NEXT_VALUE.match(text, link.end()) if link else None
    if link is None or other is None:
        return _up_to_a_like_measure(text, numeral, value)
    word, lead = link[0].strip().casefold(), _HEDGE.sub("", text[: match.start()])
    if word == "and" and not lead.casefold().endswith("between "):
        return numeral
    top, _, top_end = _scaled(text, other)
    scale = _SCALE.match(text, other.end())
    factor = _factor(scale) if scale and not _SCALE.match(text, match.end()) else 1.0  # "2 to 3 million"
    if word == "or" and top > _NEAR_TIMES * value * factor:
        return numeral
    is_change = word == "to" and _CHANGED_FROM.search(lead) is not None
    if is_change:
        numeral = replace(numeral, unit=_unit_of(_UNIT.match(text, top_end)))
    if value * factor >= top:  # "3-1" is a score
        return numeral
    if is_change:
        return replace(numeral, low=numeral.low * factor, high=numeral.high * factor)
    return replace(numeral, low=value * factor, high=top, end=top_end, value_end=top_end)


def _up_to_a_like_measure(text: str, numeral: Numeral, value: float) -> Numeral:
    """The number, or the range where its unit or currency is repeated: "5% to 10%", "between $3 and $5 million".

    "Rose $2 to $48" tells of a change: without "between" or "ranging from" the two lie close together.
    """
    measured, money = _UNIT.match(text, numeral.end), _MONEY.search(text, 0, numeral.start)
    link = _LINK.match(text, measured.end() if measured else numeral.end)
    sign = _SIGN.match(text, link.end()) if link and money else None
    other = _NEXT_VALUE.match(text, (sign or link).end()) if link else None
    if link is None or other is None or bool(measured) == bool(sign):
        return numeral
    word, lead = link[0].strip().casefold(), _HEDGE.sub("", text[: money.start() if money else numeral.start])
    top, _, top_end = _scaled(text, other)
    scale = _SCALE.match(text, other.end())
    if sign and scale and not _SCALE.search(text, numeral.start, numeral.end):  # "$3 to $5 million"
        value *= _factor(scale) if value * _factor(scale) < top else 1.0  # but "$300,000 to $1m"
    if sign and money:
        is_alike = _CURRENCIES[sign[1].casefold()] == _CURRENCIES[money[1].casefold().strip(".")]
    else:
        is_alike = word.isalpha() and _unit_of(measured) == _unit_of(_UNIT.match(text, top_end))  # "37%-57%" is a score
    is_said = lead.casefold().endswith("between " if word == "and" else ("from ", " to ", "range was ", "range of "))
    is_near = word != "and" and not is_said and top <= _NEAR_TIMES * value
    if not is_alike or value >= top or _CHANGED_FROM.search(lead) or not (is_said or is_near):
        return numeral
    return replace(numeral, low=value, high=top, end=top_end, value_end=top_end)


def _scaled(text: str, match: re.Match[str]) -> tuple[float, float, int]:
    """Value, what rounding leaves open on each side, and the end of the number."""
    value = plain_value(match[0])
    step = 10.0 ** -len(match[0].partition(".")[2]) if match["digits"] else 1.0
    factor, end = 1.0, match.end()
    while scale := _SCALE.match(text, end):
        if scale[3] in {"m", "M"} and not _MONEY.search(text, 0, match.start()):  # "30 m high": metres
            break
        factor, end = factor * _factor(scale), scale.end()
    if match["article"] or match["half"] or factor == _SCALES["dozen"]:
        return value * factor, value * factor * ROUGHLY, end
    is_rounded = step < 1 or factor >= 1000
    return value * factor, min(step / 2, value * ROUGHLY) * factor * is_rounded, end


def _with_qualifiers(text: str, numeral: Numeral) -> Numeral:
    """The number with its currency or unit, and the range that "at least" or "about" gives it."""
    start, end, unit = numeral.start, numeral.end, numeral.unit
    if money := _MONEY.search(text, 0, start):
        start, unit = money.start(), _CURRENCIES[money[1].casefold().strip(".")]
    elif named := _MAGNITUDE.search(text, 0, start):
        start, unit = named.start(), "magnitude"
    elif measured := _UNIT.match(text, end):
        end, unit = measured.end(), _unit_of(measured)
    low, high = numeral.low, numeral.high
    if unit == "percent" and low == high:  # "7 percent" is 6.5 to 7.5
        low, high = low - min(0.5, low * ROUGHLY), high + min(0.5, high * ROUGHLY)
    before = _HEDGE.search(text, 0, start)
    after = _AFTER.match(text, end)
    if after is None and unit:
        after = _AFTER.match(text, numeral.end)
    hedge = before or after
    if hedge is not None:
        low, high = _hedged(hedge.lastgroup or "", numeral)
        start, end = (before.start(), end) if before else (start, max(end, hedge.end()))
    return replace(numeral, low=low, high=high, unit=unit, start=start, end=end, is_hedged=hedge is not None)


def _with_hedge(text: str, numeral: Numeral) -> Numeral:
    """A fraction with "more than" or "up to" before it; for "hundreds" that adds nothing but the words."""
    before = _HEDGE.search(text, 0, numeral.start)
    if before is None or numeral.unit != "percent":
        return numeral
    middle = (numeral.low + numeral.high) / 2
    low, high = _hedged(before.lastgroup or "", replace(numeral, low=middle, high=middle))
    return replace(numeral, low=low, high=high, start=before.start())


def _hedged(hedge: str, numeral: Numeral) -> tuple[float, float]:
    value = (numeral.low + numeral.high) / 2
    if numeral.high - numeral.low > value * ROUGHLY * 2.01:  # "about 10 to 15" says no more than "10 to 15"
        return numeral.low, numeral.high
    return {
        "least": (value, inf),
        "most": (0.0, value),
        "over": (value, value * (1 + ROUGHLY)),
        "almost": (value * (1 - ROUGHLY), value),
        "about": (value * (1 - ROUGHLY), value * (1 + ROUGHLY)),
    }[hedge]


def plain_value(text: str) -> float:
    """The value of digits or words without their scale: "1,200", "one hundred and five", "a quarter of a"."""
    plain = text.casefold()
    if plain[0].isdigit():
        return float(plain.replace(",", ""))
    if share := re.search("half|(?:third|quarter)s?", plain):
        return _PARTS[share[0]]
    total = 0.0
    for word in re.split(r"[ -]", plain):
        if word == "hundred":
            total *= 100
        elif word in {"a", "an"}:
            total = 1.0
        elif word != "and":
            total += _SMALL[word]
    return total


def _unit_of(measured: re.Match[str] | None) -> str:
    return list(_UNITS)[(measured.lastindex or 1) - 1] if measured else ""


def _factor(scale: re.Match[str]) -> float:
    return _SCALES[next(name for name in scale.groups() if name).casefold()]


_SPELLED = re.compile(
    rf"(?<![\w-]){WORDS}(?: hundred(?: and)? {WORDS})?\b(?![-–](?:\w*(?:th|first|second|third|quarter|half)s?)\b)",
    re.IGNORECASE,
)
_LEAST_IN_DIGITS = 13
"""Newspapers write smaller numbers in words as often as in digits, and who reads many knows both."""


def in_digits(text: str) -> str:
    """The text with whole numbers from thirteen on in digits: "Twenty-one schoolgirls" are "21 schoolgirls"."""

    def told(match: re.Match[str]) -> str:
        value = plain_value(match[0].translate(_PLAIN_I))
        return f"{value:.0f}" if value >= _LEAST_IN_DIGITS else match[0]

    return _SPELLED.sub(told, text)
