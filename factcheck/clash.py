"""Where two claims clash and in what: a number, a date, a place, an actor, a role, a cause, a denial, or just words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise, product
from typing import NamedTuple

from factcheck.matching import is_one_name, same_counted
from factcheck.names import word_set
from factcheck.records import ConflictType, DateMention, Facts, Quantity, Span

FUNCTION_WORDS = word_set(
    "a an the this that these those some any such its his her their our your my it he she they we you i him them us "
    "who whom whose which what there here of in on at by for with from to into onto over under about against between "
    "among through during before after since until upon within without toward towards as than and or but nor so if "
    "while when where because though although be is are was were been being am has have had having do does did will "
    "would shall should can could may might must not no also too very just only then now still yet"
)
"""Words that hold a sentence together and carry no part of what it states."""

_WORD = re.compile(r"[^\W_]+(?:[.,'’-][^\W_]+)*")
_CLAUSE_END = re.compile(r"[,;:.!?—–()\[\]“”\"\n]")
_POSSESSIVE = re.compile(r"['’]s?$")
_WHERE = word_set("in at near outside around inside across from into to")
_WHY = re.compile(
    r"\b(?:because(?: of)?|due to|owing to|caused by|as a result of)\W+(?:(?:the|a|an|its|his|her)\W+)?\Z", re.I
)
_NEARBY = 8
_MOST_CLASH_WORDS = 12
_MOST_QUOTE_WORDS = 30
_QUOTE_MARGIN = 10


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
            stop = _CLAUSE_END.search(self.text, negation.end)
            until = stop.start() if stop else len(self.text)
            yield negation, [word for word in self.words if negation.end <= word.start and word.end <= until][:3]


def clash_between(left_text: str, left_facts: Facts, right_text: str, right_facts: Facts) -> TextClash:
    """What two texts that are known to clash clash in.

    The type comes from the facts, surest first. Where they show none, the stretch is the smallest one in which the
    aligned words differ, and the type is open. No stretch is given where the texts have no word in common.
    """
    left = side_of(left_text, left_facts)
    right = side_of(right_text, right_facts, alike=left_facts)
    ops = differing(left, right)
    return (
        number_clash(left, right)
        or date_clash(left, right)
        or role_clash(left, right)
        or denial_clash(left, right)
        or name_clash(left, right, ops)
        or wording_clash(left, right, ops)
    )


def side_of(text: str, facts: Facts, *, alike: Facts | None = None) -> Side:
    """A text ready for comparison; a name that also stands in `alike` takes the key that it has there."""
    known = [name.normal for name in alike.names] if alike else []
    words = []
    in_names: set[int] = set()
    for name in facts.names:
        key = next((other for other in known if is_one_name(name.normal, other)), name.normal)
        words.append(Word(f"name:{key}", name.span.start, name.span.end, is_name=True))
        in_names.update(range(name.span.start, name.span.end))
    for match in _WORD.finditer(text):
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


def number_clash(left: Side, right: Side) -> TextClash | None:
    """Two numbers that cannot both be right, once those that agree are set aside; of several the likest placed.

    Numbers of the same thing need one word around them in common, others of one unit two: "people" are "protesters".
    """
    ours, theirs = list(left.facts.quantities), list(right.facts.quantities)
    for one, other in product(left.facts.quantities, right.facts.quantities):
        if one in ours and other in theirs and one.unit == other.unit and numbers_agree(one, other):
            ours.remove(one)
            theirs.remove(other)
    clashing = []
    for one, other in product(ours, theirs):
        shared = len(left.keys_near(one.span) & right.keys_near(other.span))
        if one.unit == other.unit and shared >= (1 if is_same_measure(one, other) else 2):
            clashing.append((shared, one, other))
    if not clashing:
        return None
    _, one, other = max(clashing, key=lambda found: (found[0], -found[1].span.start, -found[2].span.start))
    return TextClash(ConflictType.NUMBER, one.span, other.span)


def is_same_measure(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities measure one thing: the same is counted and befell it, or one unit of who knows what."""
    is_counted_alike = same_counted(one, other) or (bool(one.unit) and not (one.counted and other.counted))
    return is_counted_alike and (one.verb == other.verb or not one.verb or not other.verb)


def numbers_agree(one: Quantity, other: Quantity) -> bool:
    """Whether some number satisfies both ranges; round thousands stand for what rounds to them."""
    return max(one.low - rounding(one.low), other.low - rounding(other.low)) <= min(
        one.high + rounding(one.high), other.high + rounding(other.high)
    )


def rounding(value: float) -> float:
    """By how much a number may be off for being round: half of its last digit before at least three zeros."""
    if not 1000 <= abs(value) < 1e15 or value % 1000:
        return 0.0
    digits = str(int(abs(value)))
    return float(10 ** (len(digits) - len(digits.rstrip("0")))) / 2


def date_clash(left: Side, right: Side) -> TextClash | None:
    """Two dates that cannot be one day, with two words around them in common, once shared dates are set aside."""
    ours = [date for date in left.facts.dates if not any(can_be_one(date, other) for other in right.facts.dates)]
    theirs = [date for date in right.facts.dates if not any(can_be_one(date, other) for other in left.facts.dates)]
    near = {pair: len(left.keys_near(pair[0].span) & right.keys_near(pair[1].span)) for pair in product(ours, theirs)}
    if not near or max(near.values()) < 2:
        return None
    one, other = max(near, key=lambda pair: (near[pair], -pair[0].span.start, -pair[1].span.start))
    return TextClash(ConflictType.DATE, one.span, other.span)


def can_be_one(one: DateMention, other: DateMention) -> bool:
    """Whether two dates can mean one day."""
    return one.first <= other.last and other.first <= one.last


def role_clash(left: Side, right: Side) -> TextClash | None:
    """Who did it to whom: the same two names around the same words, the other way round."""
    for (one, middle, two), (three, other_middle, four) in product(between_names(left), between_names(right)):
        if [word.key for word in middle] != [word.key for word in other_middle] or not middle:
            continue
        is_swapped = (one.key, two.key) == (four.key, three.key)
        is_same = (one.key, two.key) == (three.key, four.key)
        turned = is_passive(left.text[one.end : two.start]) != is_passive(right.text[three.end : four.start])
        if (is_swapped and not turned) or (is_same and turned):
            return TextClash(
                ConflictType.ROLE, Span(start=one.start, end=two.end), Span(start=three.start, end=four.end)
            )
    return None


def between_names(side: Side) -> Iterator[tuple[Word, Sequence[Word], Word]]:
    """Each two neighbouring names of a text, with the few content words between them."""
    places = [index for index, word in enumerate(side.words) if word.is_name]
    for first, second in pairwise(places):
        if second - first <= 4 and side.words[first].key != side.words[second].key:
            yield side.words[first], side.words[first + 1 : second], side.words[second]


def is_passive(between: str) -> bool:
    """Whether the words between two names make the second one the doer."""
    return re.search(r"\bby\W+(?:the\W+)?\Z", between) is not None


def denial_clash(left: Side, right: Side) -> TextClash | None:
    """What one side negates, the other states."""
    if stated := denied_word(left, right):
        negation, word, other = stated
        return TextClash(ConflictType.DENIAL, Span(start=negation.start, end=word.end), span_of(other))
    if stated := denied_word(right, left):
        negation, word, other = stated
        return TextClash(ConflictType.DENIAL, span_of(other), Span(start=negation.start, end=word.end))
    return None


def denied_word(denying: Side, stating: Side) -> tuple[Span, Word, Word] | None:
    """A negation, a word that it negates, and the same word on the other side, where no negation reaches any of it."""
    negated_there = {word.key for _, words in stating.negated() for word in words}
    for negation, words in denying.negated():
        if any(word.key in negated_there for word in words):
            continue
        for word in words:
            same = next((other for other in stating.words if other.key == word.key and not word.is_name), None)
            if same:
                return negation, word, same
    return None


def name_clash(left: Side, right: Side, ops: Sequence[Places]) -> TextClash | None:
    """One name against another in a place that is the same otherwise: who did it, or where it was."""
    for first, last, start, stop in ops:
        if last - first != 1 or stop - start != 1 or not is_framed(left, right, (first, start)):
            continue
        one, other = left.words[first], right.words[start]
        if is_other_name(one, right) and is_other_name(other, left):
            is_where = all(word_before(side.text, word) in _WHERE for side, word in ((left, one), (right, other)))
            return TextClash(ConflictType.PLACE if is_where else ConflictType.ACTOR, span_of(one), span_of(other))
    return None


def is_other_name(word: Word, side: Side) -> bool:
    """Whether a word is a name that a side does not speak of."""
    return word.is_name and all(word.key != other.key for other in side.words)


def is_framed(left: Side, right: Side, places: tuple[int, int]) -> bool:
    """Whether the words next to these places are the same on both sides, the end of the text included."""

    def neighbours(side: Side, place: int) -> list[str | None]:
        return [side.words[near].key if 0 <= near < len(side.words) else None for near in (place - 1, place + 1)]

    ours, theirs = neighbours(left, places[0]), neighbours(right, places[1])
    return ours == theirs and ours != [None, None]


def word_before(text: str, word: Word) -> str:
    """The word before a word, any article left out."""
    before = [match.group().casefold() for match in _WORD.finditer(text, 0, word.start)]
    while before and before[-1] in {"the", "a", "an"}:
        before.pop()
    return before[-1] if before else ""


def wording_clash(left: Side, right: Side, ops: Sequence[Places]) -> TextClash:
    """The smallest stretch in which the aligned words differ; between two common words if there is one.

    It is the cause where both sides introduce it as such.
    """
    candidates = [(first, last, start, stop) for first, last, start, stop in ops if last > first and stop > start]
    if not candidates or candidates == [(0, len(left.words), 0, len(right.words))]:
        return TextClash(None, None, None)

    def worth(op: Places) -> tuple[int, int, int]:
        first, last, start, stop = op
        follows, goes_on = first > 0, last < len(left.words) and stop < len(right.words)
        return (2 * follows + goes_on, -(last - first + stop - start), -first)

    first, last, start, stop = max(candidates, key=worth)
    ours, theirs = stretch(left, first, last), stretch(right, start, stop)
    is_cause = all(_WHY.search(side.text[: span.start]) for side, span in ((left, ours), (right, theirs)))
    return TextClash(ConflictType.CAUSE if is_cause else None, ours, theirs)


def differing(left: Side, right: Side) -> list[Places]:
    """The places where the content words of two texts differ once aligned."""
    ours, theirs = ([word.key for word in side.words] for side in (left, right))
    codes = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    return [(first, last, start, stop) for tag, first, last, start, stop in codes if tag != "equal"]


def stretch(side: Side, first: int, last: int) -> Span:
    """The span of some content words, up to the end of a clause or a dozen words, whichever comes first."""
    start, end = side.words[first].start, side.words[first].end
    for word in side.words[first + 1 : min(last, first + _MOST_CLASH_WORDS)]:
        if _CLAUSE_END.search(side.text, end, word.start):
            break
        end = word.end
    return Span(start=start, end=end)


def span_of(word: Word) -> Span:
    """Where a word stands."""
    return Span(start=word.start, end=word.end)


def quote_around(text: str, span: Span) -> Span:
    """The clause around a span; of a long clause the span with some words on each side. Never less than the span."""
    words = list(_WORD.finditer(text))
    first = next((place for place, word in enumerate(words) if word.end() > span.start), 0)
    last = max((place for place, word in enumerate(words) if word.start() < span.end), default=len(words) - 1)
    start, end = first, last
    while start > 0 and not is_clause_start(text, words[start - 1], words[start]):
        start -= 1
    while end + 1 < len(words) and not _CLAUSE_END.search(text, words[end].end(), words[end + 1].start()):
        end += 1
    if end - start >= _MOST_QUOTE_WORDS:
        start, end = max(start, first - _QUOTE_MARGIN), min(end, last + _QUOTE_MARGIN)
    return Span(start=min(span.start, words[start].start()), end=max(span.end, words[end].end()))


def is_clause_start(text: str, before: re.Match[str], word: re.Match[str]) -> bool:
    """Whether a clause starts at a word: after a mark, or after "that"."""
    return before.group().casefold() == "that" or _CLAUSE_END.search(text, before.end(), word.start()) is not None
