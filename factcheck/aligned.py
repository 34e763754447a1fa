"""Two texts side by side: their content words and names under comparable keys, and where these differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from factcheck.matching import is_one_name
from factcheck.names import word_set
from factcheck.records import ConflictType, Facts, Span

FUNCTION_WORDS = word_set(
    "a an the this that these those some any such its his her their our your my it he she they we you i him them us "
    "who whom whose which what there here of in on at by for with from to into onto over under about against between "
    "among through during before after since until upon within without toward towards as than and or but nor so if "
    "while when where because though although be is are was were been being am has have had having do does did will "
    "would shall should can could may might must not no also too very just only then now still yet "
    "said says told according mr mrs ms dr"
)
"""Words that hold a sentence together and carry no part of what it states: who says it and how he is called, too."""

WORD = re.compile(r"[^\W_]+(?:[.,'’-][^\W_]+)*")
CLAUSE_END = re.compile(r"[,;:.!?—–()\[\]“”\"\n]")
_POSSESSIVE = re.compile(r"['’]s?$")
_NEARBY = 8
_MOST_CLASH_WORDS = 12
_MOST_QUOTE_WORDS = 30
_QUOTE_MARGIN = 10
_HANGING = word_set(
    "although though while whereas if unless as given despite following after before like unlike since because when"
)
_JOINING = frozenset({"and", "or", "but"})
_RELATIVES = word_set("which who whom whose where when with without including and or")
_VERBS = word_set(
    "was were is are has had have did does said says say added told will would could can may might must should"
)
_NO_END = re.compile(r"(?<=\d):(?=\d)|(?<=\w)\.(?= [a-z])|(?:(?<=\b[DM][rs])|(?<=\bMrs)|(?<=\bGen)|(?<=\bSen))\.")
"""A mark within a time of day, or behind an abbreviation or a title: "at 9:34", "Field Inc. has", "at Ms. Field's"."""
_ACTED = re.compile(
    r"[a-z]{2,}ed|left|led|hit|shot|made|took|gave|brought|went|came|fell|rose|won|lost|began|cost|held|struck|sent|saw"
)
_AT_LEAST = re.compile(r"\bat\s\Z", re.IGNORECASE)
_LEANS_ON = re.compile(r"\s*[,–—]\s*|\s[“\"]")
_CLOSING = re.compile(r"[,.]?[”\"]")
_MARK = re.compile(r"[“”\"]")
_FEW_WORDS = 5
_MOST_ASIDES = 4
_LEAST = frozenset({"least", "most"})
_CURRENCIES = frozenset("$£€¥₹")


Places = tuple[int, int, int, int]
"""Content words that differ: left from and to, right from and to, by number."""


class TextClash(NamedTuple):
    """What two texts clash in, where the facts show it, and the stretches that clash, from the start of each text."""

    conflict_type: ConflictType | None
    left: Span | None
    right: Span | None


@dataclass(frozen=True, slots=True)
class Word:
    """A content word or a whole name, under a key that its inflections and spellings share."""

    key: str
    start: int
    end: int
    is_name: bool = False

    @property
    def span(self) -> Span:
        """Where the word stands."""
        return Span(start=self.start, end=self.end)


@dataclass(frozen=True, slots=True)
class Side:
    """A text with its facts and content words."""

    text: str
    facts: Facts
    words: tuple[Word, ...]

    def keys_near(self, span: Span) -> set[str]:
        """The keys of the words around a span, those inside it left out."""
        before = [word.key for word in self.words if word.end <= span.start][-_NEARBY:]
        after = [word.key for word in self.words if word.start >= span.end][:_NEARBY]
        return {*before, *after}

    def negated(self) -> Iterator[tuple[Span, list[Word]]]:
        """Each negation with what it negates: the first three content words after it in its clause."""
        for negation in self.facts.negations:
            stop = CLAUSE_END.search(self.text, negation.end)
            until = stop.start() if stop else len(self.text)
            yield negation, [word for word in self.words if negation.end <= word.start and word.end <= until][:3]


def is_name(key: str) -> bool:
    """Whether the key of a word is that of a name."""
    return key.startswith("name:")


def side_of(text: str, facts: Facts, *, alike: Facts | None = None) -> Side:
    """A text ready for comparison; a name that also stands in `alike` takes the key that it has there."""
    known = [name.normal for name in alike.names] if alike else []
    words = []
    in_names: set[int] = set()
    for name in facts.names:
        key = next((other for other in known if is_one_name(name.normal, other)), name.normal)
        words.append(Word(f"name:{key}", name.span.start, name.span.end, is_name=True))
        in_names.update(range(name.span.start, name.span.end))
    for match in WORD.finditer(text):
        is_free = match.start() not in in_names and match.end() - 1 not in in_names
        if is_free and match.group().casefold() not in FUNCTION_WORDS:
            words.append(Word(stem(match.group()), match.start(), match.end()))
    return Side(text, facts, tuple(sorted(words, key=lambda word: (word.start, word.end))))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A word without the endings of English inflection: a key to compare by, not a dictionary form."""
    plain = _POSSESSIVE.sub("", word.casefold())
    for ending in ("ings", "ing", "ies", "ied", "ed", "es", "s", "e", "y"):
        if plain.endswith(ending) and len(plain) - len(ending) >= 3:
            return plain.removesuffix(ending) + ("i" if ending in ("ies", "ied", "y") else "")
    return plain


def differing(left: Side, right: Side) -> list[Places]:
    """The places where the content words of two texts differ once aligned."""
    ours, theirs = ([word.key for word in side.words] for side in (left, right))
    # autojunk: from 200 words on, one that stands everywhere is no anchor; two long tables would take half a minute
    codes = SequenceMatcher(None, ours, theirs, autojunk=True).get_opcodes()
    return [(first, last, start, stop) for tag, first, last, start, stop in codes if tag != "equal"]


def is_framed(left: Side, right: Side, places: tuple[int, int]) -> bool:
    """Whether the words next to these places are the same on both sides, the end of the text included."""

    def neighbours(side: Side, place: int) -> list[str | None]:
        return [side.words[near].key if 0 <= near < len(side.words) else None for near in (place - 1, place + 1)]

    ours, theirs = neighbours(left, places[0]), neighbours(right, places[1])
    return ours == theirs and ours != [None, None]


def word_before(text: str, word: Word) -> str:
    """The word before a word, any article left out."""
    before = [match.group().casefold() for match in WORD.finditer(text, 0, word.start)]
    while before and before[-1] in {"the", "a", "an"}:
        before.pop()
    return before[-1] if before else ""


def stretch(side: Side, first: int, last: int) -> Span:
    """The span of some content words, up to the end of a clause or a dozen words, whichever comes first.

    The "at" of "at least" and the sign of a currency before the first word belong to it.
    """
    start, end = side.words[first].start, side.words[first].end
    for word in side.words[first + 1 : min(last, first + _MOST_CLASH_WORDS)]:
        if ends_clause(side.text, end, word.start, frozenset()):
            break
        end = word.end
    if at := _AT_LEAST.search(side.text, 0, start):
        start = at.start() if side.words[first].key in _LEAST else start
    if side.text[start - 1 : start] in _CURRENCIES:
        start -= 1
    return Span(start=start, end=end)


def quote_around(text: str, span: Span) -> Span:
    """The clause around a span; of a long clause the span with some words on each side. Never less than the span.

    What "if" or "although" begins is quoted with the clause that it hangs on, and what "which", "with" or a verb begins
    with the clause before: it says something else without. The marks around a few quoted words end no clause, and a
    closing mark is never left behind.
    """
    words = list(WORD.finditer(text))
    inner = marks_within(text)
    first = next((place for place, word in enumerate(words) if word.end() > span.start), 0)
    last = _last_word(words, span)
    end = _clause_end(text, words, last, inner)
    start = _clause_start(text, words, first, inner)
    while leaning := leans_on(text, words, start):
        start = _clause_start(text, words, start - 1, inner)
        while leaning > 1 and start > 0 and is_joined(text, words[start - 1], words[start]):
            start = _clause_start(text, words, start - 1, inner)
            leaning -= 1
    if words[start].group().casefold() in _HANGING and text.startswith(",", words[end].end()) and words[end + 1 :]:
        end = _clause_end(text, words, end + 1, inner)
    while end > last and words[end].group().casefold() in _JOINING:
        end -= 1
    if end - start >= _MOST_QUOTE_WORDS:
        start, end = max(start, first - _QUOTE_MARGIN), min(end, last + _QUOTE_MARGIN)
    found = Span(start=min(span.start, words[start].start()), end=max(span.end, words[end].end()))
    return closed(text, found)


def marks_within(text: str) -> frozenset[int]:
    """Where the marks stand around a few quoted words in the middle of a sentence: a “revenge attack” for air strikes.

    What is quoted as a clause, up to a comma or full stop, is not meant, nor what follows a comma or colon.
    """
    marks = [mark.start() for mark in _MARK.finditer(text)]
    found: set[int] = set()
    for opening, closing in pairwise(marks):
        is_pair = opening not in found and text[opening] != "”" and text[closing] != "“"
        quoted = text[opening + 1 : closing]
        is_within = text[:opening].rstrip()[-1:].isalnum() and len(WORD.findall(quoted)) <= _FEW_WORDS
        if is_pair and is_within and not CLAUSE_END.search(quoted.rstrip(",.")):
            found |= {opening, closing}
    return frozenset(found)


def to_clause_end(text: str, span: Span) -> Span:
    """A stretch with the rest of its clause: "urge to take the issue to court", where only the first words differ."""
    words = list(WORD.finditer(text))
    last = _clause_end(text, words, _last_word(words, span), marks_within(text))
    return Span(start=span.start, end=max(span.end, words[last].end()))


def closed(text: str, span: Span) -> Span:
    """A span with the closing mark behind it, if it holds the opening one."""
    shown, behind = text[span.start : span.end], _CLOSING.match(text, span.end)
    mark = behind.group()[-1] if behind else ""
    is_open = (mark == "”" and shown.count("“") > shown.count("”")) or (mark == '"' and shown.count('"') % 2 == 1)
    return Span(start=span.start, end=behind.end() if behind and is_open else span.end)


def leans_on(text: str, words: Sequence[re.Match[str]], place: int) -> int:
    """On how many clauses before it the clause leans, at most, that starts at a word, since it says nothing without.

    One for "…, which opened on Monday", several for a verb after asides: "Ada Field, 16, from Lyon, was charged".
    """
    if place == 0 or not is_joined(text, words[place - 1], words[place]):
        return 0
    if words[place].group() in _RELATIVES:
        return 1
    return _MOST_ASIDES if is_verb(words[place].group()) else 0


def is_verb(word: str) -> bool:
    """Whether a word in small letters is an auxiliary, a verb of saying or a verb in the past."""
    return word in _VERBS or _ACTED.fullmatch(word) is not None


def is_joined(text: str, before: re.Match[str], word: re.Match[str]) -> bool:
    """Whether only a comma, dash or opening mark stands between two words."""
    return _LEANS_ON.fullmatch(text, before.end(), word.start()) is not None


def _clause_start(text: str, words: Sequence[re.Match[str]], place: int, inner: Set[int]) -> int:
    """The place of the first word of the clause that a word is in."""
    while place > 0 and not is_clause_start(text, words[place - 1], words[place], inner):
        place -= 1
    return place


def _last_word(words: Sequence[re.Match[str]], span: Span) -> int:
    """The place of the last word that begins before the end of a span; of the last of all where none does."""
    return max((place for place, word in enumerate(words) if word.start() < span.end), default=len(words) - 1)


def _clause_end(text: str, words: Sequence[re.Match[str]], place: int, inner: Set[int]) -> int:
    """The place of the last word of the clause that a word is in."""
    while place + 1 < len(words) and not ends_clause(text, words[place].end(), words[place + 1].start(), inner):
        place += 1
    return place


def ends_clause(text: str, start: int, stop: int, inner: Set[int]) -> bool:
    """Whether a mark that ends a clause stands in a stretch; those at `inner` are none."""
    marks = (mark.start() for mark in CLAUSE_END.finditer(text, start, stop))
    return any(mark not in inner and not _NO_END.match(text, mark) for mark in marks)


def is_clause_start(text: str, before: re.Match[str], word: re.Match[str], inner: Set[int]) -> bool:
    """Whether a clause starts at a word: after a mark, or after "that", unless it stands for who or what did it.

    "… that killed 30" is said of something: the strikes that killed 30.
    """
    is_after_that = before.group().casefold() == "that" and not is_verb(word.group())
    return is_after_that or ends_clause(text, before.end(), word.start(), inner)
