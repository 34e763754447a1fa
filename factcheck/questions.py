"""The question of a dispute in plain words, made from what its claims share; it never says who is right."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, product

from factcheck.aligned import (
    FUNCTION_WORDS,
    WORD,
    Side,
    Word,
    closed,
    is_name,
    quote_around,
    side_of,
    stem,
    to_clause_end,
)
from factcheck.clash import are_of_a_size
from factcheck.matching import days_in_words
from factcheck.names import country_as_written
from factcheck.quantities import SAME_NOUN
from factcheck.records import Claim, ConflictType, DateMention, Finding, NameMention, Quantity, Relation, Span

_BE = r"(?:was|were|are|is|been|being)\s+(\w+)"
_ENDS_PHRASE = "|".join(sorted(FUNCTION_WORDS - {"not"}))
_NOUN_AFTER = re.compile(
    r"\b(?:the|a|an|its|their|his|her|this|any)\s+([a-z]{4,})"
    rf"(?=\s*[,.;:?!”]|\s+(?:{_ENDS_PHRASE})\b|\s*$)"
)
"""A noun alone between its article and whatever ends its phrase: read off the text, for want of a parse."""

_CAPITALISED = re.compile(r"\b[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)+\b")
_PLACE_WITH_ARTICLE = re.compile(
    r"(?:U\.?S|U\.?K|UAE|EU|DRC|United|Netherlands|Philippines|Maldives|Bahamas|Seychelles|Gambia|Hague|Vatican|Kremlin"
    r"|Bronx|(?:[A-Z][\w-]+ )+(?:Republic|Union|Islands|Emirates|Kingdom|Federation|Bank|Strip|Coast|House))\b"
)
_OF_PERSON = re.compile(r" (?:administration|presidency|campaign|family|era)\b")
_NO_NOUNS = frozenset(
    {"more", "most", "least", "less", "fewer", "same", "other", "others", "latest", "latter", "former"}
)
"""What follows "the" and is no thing: "the more than 200 girls"."""

_CALENDAR = {word.casefold() for word in (*calendar.month_name, *calendar.day_name, *calendar.month_abbr)}
_FEWEST_TELLING_WORDS = 2
_MOST_ANSWER_WORDS = 8
_MOST_QUOTED_WORDS = 12
_PLACE_KINDS = frozenset({"GPE", "LOC", "FAC", "NAME", "ORG"})
_WHERE_BEFORE = re.compile(
    r"\b(?:in|at|on|near|outside|around|inside|across|from|into|to)\s+(?:the\s|an?\s)?$", re.IGNORECASE
)
_CLOCK = re.compile(
    r"\d|\b(?:midnight|noon|midday|dawn|dusk|hours?|morning|afternoon|evening|night|days?|weeks?|months?|years?)\b",
    re.IGNORECASE,
)
_ASKED = {
    ConflictType.DATE: "When was it",
    ConflictType.PLACE: "Where was it",
    ConflictType.ACTOR: "Who was it",
}
_WHAT = {ConflictType.ROLE: "Who did what to whom?", ConflictType.CAUSE: "What was the cause?"}

Rarity = Callable[[str], float]
StandsAlone = Callable[[str], bool]


def question_for(
    findings: Sequence[Finding], claims: Mapping[str, Claim], rarity: Rarity, stands_alone: StandsAlone
) -> str:
    """What the findings of one card disagree on, the one that it is named after first.

    `rarity` weighs the key of a word; `stands_alone` says whether a name is anywhere without "the" before it.
    """
    first = findings[0]
    pair = (claims[first.pair.left_id], claims[first.pair.right_id])
    topic = topic_of(findings, claims, rarity, stands_alone)
    if first.conflict_type is ConflictType.NUMBER and shows_number(first, pair):
        return number_question(first, pair, topic)
    topic = topic or ("" if first.conflict_type in (*_ASKED, *_WHAT) else names_of_either(pair, rarity))
    if first.relation is Relation.UPDATE:
        return f"What is the latest on {topic}?" if topic else "What is the latest?"
    if first.conflict_type in _ASKED:
        told = answers(first, pair)
        return f"{_ASKED[first.conflict_type]}{told}?{differing(topic) or ('' if told else ' Accounts differ.')}"
    if first.conflict_type in _WHAT:
        return f"{_WHAT[first.conflict_type]}{differing(topic)}"
    who = "Views" if first.relation is Relation.TENSION else "Accounts"
    told = f"{who} differ on {topic}" if topic else f"{who} differ"
    is_telling = is_denial_shown if first.conflict_type is ConflictType.DENIAL else are_telling
    if not is_telling(first, pair):
        return told
    left, right = (to_clause_end(claim.text, span) for claim, span in zip(pair, clash_spans(first, pair), strict=True))
    return f"{told}: {options(pair, (left, right))}?"


def is_denial_shown(finding: Finding, pair: tuple[Claim, Claim]) -> bool:
    """Whether the clashing stretches are a few words each, and one of them negates: "swap" and "not a swap"."""
    spans = clash_spans(finding, pair)
    return all(is_short(claim, span) for claim, span in zip(pair, spans, strict=True)) and negates(pair, spans)


def is_short(claim: Claim, span: Span) -> bool:
    """Whether a stretch of a claim's text has no more words than an answer."""
    return len(WORD.findall(claim.text[span.start : span.end])) <= _MOST_ANSWER_WORDS


def negates(pair: tuple[Claim, Claim], spans: tuple[Span, Span]) -> bool:
    """Whether one of two stretches of claims holds a negation."""
    return any(one.overlaps(span) for claim, span in zip(pair, spans, strict=True) for one in claim.facts.negations)


def are_telling(finding: Finding, pair: tuple[Claim, Claim]) -> bool:
    """Whether the clashing stretches tell a reader what it is about: two words or more each, said of one name.

    What somebody was asked "to" do does not: they may not have done it.
    """
    subjects = []
    for claim, span in zip(pair, clash_spans(finding, pair), strict=True):
        side = side_of(claim.text, claim.facts, alike=pair[0].facts)
        before = [word for word in side.words if word.end <= span.start]
        inside = [word for word in side.words if span.start <= word.start and word.end <= span.end]
        is_wished = claim.text[: span.start].casefold().rstrip().endswith(" to")
        is_said_of_name = bool(before) and before[-1].is_name and len(inside) >= _FEWEST_TELLING_WORDS and not is_wished
        subjects.append(before[-1].key if is_said_of_name else None)
    return subjects[0] is not None and subjects[0] == subjects[1]


def differing(topic: str) -> str:
    """The sentence that says what the accounts are of."""
    return f" Accounts of {topic} differ." if topic else ""


def shows_number(finding: Finding, pair: tuple[Claim, Claim]) -> bool:
    """Whether a number stands in the stretches that clash: where the model alone says so, a reader sees none."""
    spans = clash_spans(finding, pair)
    return any(quantities_in(claim, span) for claim, span in zip(pair, spans, strict=True))


def number_question(finding: Finding, pair: tuple[Claim, Claim], topic: str) -> str:
    """The question of a number: how many of what, or which figure; for an update how it has changed."""
    counted = counted_words(finding, pair)
    if finding.relation is Relation.UPDATE:
        if counted:
            return f"How many {counted}, as time passed?"
        return f"How has the figure for {topic} changed?" if topic else "How has the figure changed?"
    if counted:
        return f"How many {counted}{answers(finding, pair)}?"
    return f"What is the figure{f' for {topic}' if topic else ''}{answers(finding, pair)}?"


def counted_words(finding: Finding, pair: tuple[Claim, Claim]) -> str:
    """What is counted, as the left claim writes it, with what both say befell it: "soldiers were killed".

    Empty where no number clashes, or an amount of some unit does: of "a $5 offer to two firms" no firms are counted.
    """
    if finding.clash is None:
        return ""
    befell: list[tuple[str, str]] = []
    thing = ""
    for claim, span in zip(pair, (finding.clash.left, finding.clash.right), strict=True):
        end = span.end - claim.start
        after = claim.text[end : end + 80]
        befell.append(next(((stem(found), found) for found in re.findall(_BE, after)), ("", "")))
        clashing = quantities_in(claim, Span(start=span.start - claim.start, end=end))
        stems = {stem(quantity.counted) for quantity in clashing if quantity.counted and not quantity.unit}
        words = re.findall(r"\w+", claim.text[span.start - claim.start : end] + after)
        thing = thing or next((word for word in words if stem(SAME_NOUN.get(word.casefold(), word)) in stems), "")
    if not thing:
        return ""
    same = befell[0][0] and befell[0][0] == befell[1][0]
    if same and thing != befell[0][1]:
        return f"{thing} were {befell[0][1]}"
    return f"were {thing}" if thing.endswith("ed") else thing


def quantities_in(claim: Claim, span: Span) -> list[Quantity]:
    """The quantities of a claim that stand in a stretch of its text, wholly or in part."""
    return [one for one in claim.facts.quantities if one.span.overlaps(span)]


def dates_in(claim: Claim, span: Span) -> list[DateMention]:
    """The dates of a claim that stand in a stretch of its text, wholly or in part."""
    return [one for one in claim.facts.dates if one.span.overlaps(span)]


def numbers_at_issue(finding: Finding, pair: tuple[Claim, Claim]) -> tuple[list[Quantity], list[Quantity]]:
    """The numbers in which two claims clash, left and right; both empty where none is known.

    Where the model alone finds that numbers clash, they are those of which both claims say the same: "killed".
    """
    left, right = (quantities_in(claim, span) for claim, span in zip(pair, clash_spans(finding, pair), strict=True))
    if finding.conflict_type is ConflictType.NUMBER and not (left and right):
        alike = [
            (one, other)
            for one, other in product(pair[0].facts.quantities, pair[1].facts.quantities)
            if one.verb and one.verb == other.verb and one.unit == other.unit and one.low != other.low
        ]
        left, right = [one for one, _ in alike], [other for _, other in alike]
    return (left, right) if left and right else ([], [])


def answers(finding: Finding, pair: tuple[Claim, Claim]) -> str:
    """Both answers to the question, after a colon; empty where the stretches that clash do not answer it.

    That "Afghan city" stands against "commercial hub" does not say how many died.
    """
    spans = [answer_in(claim, span, finding) for claim, span in zip(pair, clash_spans(finding, pair), strict=True)]
    if spans[0] is None or spans[1] is None:
        return ""
    if finding.conflict_type is ConflictType.NUMBER:
        one, other = (quantities_in(claim, span)[0] for claim, span in zip(pair, (spans[0], spans[1]), strict=True))
        if one.unit != other.unit or not are_of_a_size(one, other):
            return ""
    told = options(pair, (spans[0], spans[1]))
    return f": {told}" if len({one.casefold() for one in told.split(" or ")}) > 1 else ""


def answer_in(claim: Claim, span: Span, finding: Finding) -> Span | None:
    """The part of a stretch that answers the question of a finding: of words around one number the number."""
    if finding.conflict_type is ConflictType.NUMBER:
        numbers = quantities_in(claim, span)
        return numbers[0].span if len(numbers) == 1 else None
    if finding.conflict_type is ConflictType.DATE:
        tells_time = is_short(claim, span) and _CLOCK.search(claim.text[span.start : span.end])
        return span if dates_in(claim, span) or tells_time else None
    if finding.conflict_type is ConflictType.PLACE:
        names = [name for name in claim.facts.names if span.start <= name.span.start < span.end]
        is_place = any(name.kind in _PLACE_KINDS for name in names) or _WHERE_BEFORE.search(claim.text[: span.start])
        return span if is_short(claim, span) and is_place else None
    return span if is_short(claim, span) else None


def options(pair: tuple[Claim, Claim], spans: tuple[Span, Span]) -> str:
    """The two stretches in quotation marks, each with the closing mark behind it if it holds the opening one.

    A long one is cut after some words. Where two dates read alike, the days that they mean.
    """
    shown, days = [], []
    for claim, span in zip(pair, spans, strict=True):
        whole = closed(claim.text, first_words(claim.text, span))
        told = " ".join(claim.text[whole.start : whole.end].translate(str.maketrans("“”", "‘’")).split())
        shown.append(told if whole.end >= span.end else f"{told} …")
        days += [days_in_words(date.first, date.last) for date in claim.facts.dates if date.span == span]
    if shown[0].casefold() == shown[1].casefold() and len(set(days)) == len(shown):
        return " or ".join(days)
    return f"“{shown[0]}” or “{shown[1]}”"


def first_words(text: str, span: Span) -> Span:
    """A stretch, cut after `_MOST_QUOTED_WORDS` words if it has more; no word that only joins is the last."""
    words = list(WORD.finditer(text, span.start, span.end))
    if len(words) <= _MOST_QUOTED_WORDS:
        return span
    kept = words[:_MOST_QUOTED_WORDS]
    while len(kept) > 1 and kept[-1].group().casefold() in FUNCTION_WORDS:
        kept.pop()
    return Span(start=span.start, end=kept[-1].end())


def clash_spans(finding: Finding, pair: tuple[Claim, Claim]) -> tuple[Span, Span]:
    """The stretches that clash, from the start of each claim's text; its first clause where none is known."""
    if finding.clash is None:
        left, right = (quote_around(claim.text, Span(start=0, end=1)) for claim in pair)
        return left, right
    left, right = (
        Span(start=span.start - claim.start, end=span.end - claim.start)
        for claim, span in zip(pair, (finding.clash.left, finding.clash.right), strict=True)
    )
    return left, right


def topic_of(
    findings: Sequence[Finding], claims: Mapping[str, Claim], rarity: Rarity, stands_alone: StandsAlone
) -> str:
    """What the two claims of the findings have in common: its two most telling words, names before nouns.

    A name and its short form are one. Who is quoted without a name ("the sources") is not what a claim is about.
    """
    weights: dict[str, float] = {}
    surfaces: dict[str, Counter[str]] = {}
    for finding in findings:
        left, right = (claims[claim_id] for claim_id in (finding.pair.left_id, finding.pair.right_id))
        ours, theirs = side_of(left.text, left.facts), side_of(right.text, right.facts, alike=left.facts)
        quoted = {claim.speaker.name.casefold() for claim in (left, right) if claim.speaker}
        shared = {word.key for word in ours.words} & {word.key for word in theirs.words}
        for side, word in chain(*([(side, word) for word in side.words] for side in (ours, theirs))):
            surface = said_as(side, word) if word.key in shared else ""
            if surface and (word.is_name or surface.casefold() not in quoted):
                surfaces.setdefault(word.key, Counter())[surface] += 1
        for key in shared:
            weights[key] = weights.get(key, 0.0) + finding.probability * rarity(key)
    ranked = sorted(surfaces, key=lambda key: -round(weights[key], 6))
    told = [(key, best_surface(surfaces[key])) for key in ranked]
    others = [one for one in told[1:] if told[0][1] not in one[1] and one[1] not in told[0][1]]
    said = [(is_name(key), surface) for key, surface in (*told[:1], *others[:1])]
    names = [without_article(surface, stands_alone) for is_named, surface in said if is_named]
    return " and ".join((*names, *(surface for is_named, surface in said if not is_named)))


def without_article(surface: str, stands_alone: StandsAlone) -> str:
    """A name without the "the" that it has here, where it stands after other words, too: "in Kashmir".

    An abbreviation keeps it: "UN officials" are those of the UN.
    """
    plain = surface.removeprefix("the ")
    return plain if plain != surface and not plain.isupper() and stands_alone(plain) else surface


def names_of_either(pair: tuple[Claim, Claim], rarity: Rarity) -> str:
    """What to go by where two claims share no name: words with capitals that both have, else the rarest names."""
    left, right = pair
    named = {
        f"name:{name.normal}": country_of(name) or name.surface
        for name in (*left.facts.names, *right.facts.names)
        if not is_calendar(name.normal)
    }
    rarest = sorted(named, key=lambda key: (-rarity(key), key))[:2]
    return capitalised_in_both(left.text, right.text) or " and ".join(named[key] for key in rarest)


def capitalised_in_both(left: str, right: str) -> str:
    """The first words in a row with capital letters that both texts have: a name that the parser missed."""
    runs = (match.group() for match in _CAPITALISED.finditer(left))
    return next((run for run in runs if re.search(rf"\b{re.escape(run)}\b", right)), "")


def is_calendar(normal: str) -> bool:
    """Whether a name is that of a month or a day of the week."""
    return normal in _CALENDAR


def said_as(side: Side, word: Word) -> str:
    """A name, or a noun with its article, as it can stand in a sentence; empty for any other word.

    "Afghan" and "the Afghans" cannot stand for what a dispute is about: that is Afghanistan.
    """
    before = side.text[: word.start].casefold().rstrip()
    if word.is_name and is_calendar(word.key.removeprefix("name:")):
        return ""
    if country := next((country_of(name) for name in side.facts.names if name.span.start == word.start), ""):
        return country
    if word.is_name:
        surface = re.sub(r"['’]s?$", "", side.text[word.start : word.end])
        has_article = surface.casefold().startswith("the ")
        plain = surface[4:] if has_article else surface
        is_after_article = before.endswith((" the", "“the")) or before == "the"
        return f"the {plain}" if has_article or (is_after_article and takes_article(side, word)) else plain
    near = max(0, word.start - 8)
    found = (match for match in _NOUN_AFTER.finditer(side.text.casefold(), near) if match.start(1) == word.start)
    is_noun = next(found, None) is not None and side.text[word.start : word.end].casefold() not in _NO_NOUNS
    return f"the {side.text[word.start : word.end]}" if is_noun else ""


def country_of(name: NameMention) -> str:
    """The country whose people or adjective a name is, as it stands in a sentence; else empty."""
    country = country_as_written(name.normal) if name.kind == "NORP" else ""
    return f"the {country}" if _PLACE_WITH_ARTICLE.match(country) else country


def takes_article(side: Side, word: Word) -> bool:
    """Whether "the" before a name can be its own: not in "the Kabul blast", "the Brexit vote", "the Trump plan"."""
    kind = next((name.kind for name in side.facts.names if name.span.start == word.start), "")
    if kind == "GPE":
        return _PLACE_WITH_ARTICLE.match(side.text, word.start) is not None
    return kind != "PERSON" and not _OF_PERSON.match(side.text, word.end)


def best_surface(surfaces: Iterable[str] | Counter[str]) -> str:
    """The most common way to write it, the shorter and then the first in the alphabet if several are."""
    counted = Counter(surfaces)
    return min(counted, key=lambda surface: (-counted[surface], len(surface), surface))
