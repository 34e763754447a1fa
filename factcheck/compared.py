"""What of two claims is compared: the text and facts of a unit, or of the whole."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from factcheck.aligned import TextClash
from factcheck.clash import clash_between
from factcheck.records import Claim, DateMention, Facts, ModalMention, NameMention, Quantity, ScoredPair, Span

_SAID_BEFORE = re.compile(r"[,”\"’'!?]\s*\Z")
_WHEN_SAID = r"(?:\s(?:on|in|at|to|during|via|by|late|early|last|this|earlier|yesterday|today)\b[^,;:“”\"—(]{0,50}?)?"
_WHO_IS = r"(?:,?\s(?:who|whose)\b[^;“”\"]{0,200}?)?"
_WHEN = re.compile(rf"(?P<tail>{_WHEN_SAID}{_WHO_IS})\.?\s*")
_TOLD = re.compile(rf"(?P<tail>\s(?:(?:the|a|an|his|her|their)\s)?[\w.’'-]+?(?:\s[A-Z][\w.’'-]*?)*{_WHEN_SAID})\.?\s*")

Mention = TypeVar("Mention", Quantity, DateMention, NameMention, ModalMention)


def compared_clash(scored: ScoredPair, left: Claim, right: Claim) -> TextClash:
    """What two claims clash in, within the units of them that are compared; spans are of the claims' texts."""
    pair = scored.pair
    ours, theirs = unit_span(left, pair.left_unit), unit_span(right, pair.right_unit)
    (left_text, left_facts), (right_text, right_facts) = what_is_said(left), what_is_said(right)
    clash = clash_between(
        left_text[ours.start : ours.end],
        facts_within(left_facts, ours),
        right_text[theirs.start : theirs.end],
        facts_within(right_facts, theirs),
        likely=scored.scores.conflict_type,
        are_spoken=left.speaker is not None and right.speaker is not None,
    )
    if clash.left is None or clash.right is None:
        return clash
    return TextClash(clash.conflict_type, moved(clash.left, ours.start), moved(clash.right, theirs.start))


def what_is_said(claim: Claim) -> tuple[str, Facts]:
    """The text of a claim with blanks for the words that say who speaks, and its facts without those in them.

    Who speaks to whom, how many they are and when they spoke is not what clashes; that "63 percent believe" something
    is. Words that deny in the same breath stay, with the names: "Duric denied".
    """
    if claim.speaker is None or not (claim.start <= claim.speaker.cue.start and claim.speaker.cue.end <= claim.end):
        return claim.text, claim.facts
    own, facts = moved(claim.speaker.cue, -claim.start), claim.facts
    cue = with_hearer(claim.text, own)

    def is_behind(place: Span) -> bool:
        return lies_in(place, cue) and not lies_in(place, own)

    said = replace(
        facts,
        quantities=tuple(
            one for one in facts.quantities if not (is_behind(one.span) if one.unit else lies_in(one.span, cue))
        ),
        dates=tuple(one for one in facts.dates if not lies_in(one.span, cue)),
        negations=tuple(one for one in facts.negations if not is_behind(one)),
    )
    if any(map(own.overlaps, facts.negations)):
        return claim.text, said
    text = claim.text[: cue.start] + " " * (cue.end - cue.start) + claim.text[cue.end :]
    return text, replace(said, names=tuple(one for one in facts.names if not lies_in(one.span, cue)))


def with_hearer(text: str, cue: Span) -> Span:
    """The words behind what is said that say who speaks, to whom and when: “…,” Field told the Courier on Monday.

    What is told of who speaks goes with them: “…,” said an official who was not authorised to speak.
    """
    tail = _TOLD if text[cue.start : cue.end].casefold().endswith(("told", "tells")) else _WHEN
    is_behind = _SAID_BEFORE.search(text, 0, cue.start) is not None
    found = tail.fullmatch(text, cue.end) if is_behind else None
    return Span(start=cue.start, end=found.end("tail")) if found else cue


def lies_in(place: Span, span: Span) -> bool:
    """Whether a place is all within a span."""
    return span.start <= place.start and place.end <= span.end


def unit_span(claim: Claim, unit: int) -> Span:
    """Where a unit of a claim stands in its text; all of it for the whole (0)."""
    return claim.units[unit - 1].span if 0 < unit <= len(claim.units) else Span(start=0, end=len(claim.text))


def facts_within(facts: Facts, span: Span) -> Facts:
    """The facts that stand in a span of a text, counted from its start."""

    def shifted(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
        return tuple(replace(one, span=moved(one.span, -span.start)) for one in mentions if lies_in(one.span, span))

    def shifted_spans(places: Iterable[Span]) -> tuple[Span, ...]:
        return tuple(moved(one, -span.start) for one in places if lies_in(one, span))

    return Facts(
        quantities=shifted(facts.quantities),
        dates=shifted(facts.dates),
        names=shifted(facts.names),
        negations=shifted_spans(facts.negations),
        modals=shifted(facts.modals),
        unresolved=shifted_spans(facts.unresolved),
    )


def moved(span: Span, by: int) -> Span:
    """A span further on by so many characters."""
    return Span(start=span.start + by, end=span.end + by)
