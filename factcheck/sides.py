"""The sides of a dispute: claims that conflict apart, claims that clearly agree together, no claim on two sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from statistics import fmean

from factcheck.aligned import WORD, is_name, quote_around, side_of
from factcheck.clash import can_be_one, numbers_agree, value_clash
from factcheck.questions import clash_spans, numbers_at_issue
from factcheck.records import (
    Article,
    Claim,
    ConflictType,
    DateMention,
    Finding,
    Quantity,
    Relation,
    RelationScores,
    ScoredPair,
    Side,
)
from factcheck.verdicts import in_same_words

AGREES = 0.8
"""Least probability of agreement for a claim to stand on the side of another.

On the seeds 8 of 10 pairs above it do agree, and 2 of the 10 next ones down to 0.6.
"""

LEANS_TO_AGREE = 0.5
"""The same for two claims that have an opponent in common; and for two groups on the average of what was read."""

COPIES_DIFFER = 0.1
"""Share of its words in which a sentence of a text may differ from that of a copy of the text."""

_LONGEST_POSITION = 200
_LONG_CLAIM = 120
_FEWEST_WORDS = 6
_MOST_COMPARED = 40
_BY_VALUE = (ConflictType.NUMBER, ConflictType.DATE)

Group = frozenset[str]
Voice = tuple[str, str | None]
"""Who says something where: an article, and who speaks in it, None for the outlet itself."""


@dataclass(frozen=True, slots=True)
class Card:
    """The findings of one dispute, the one it is named after first, with the claims and articles that they speak of."""

    findings: Sequence[Finding]
    claims: Mapping[str, Claim]
    articles: Mapping[str, Article]

    @property
    def members(self) -> list[str]:
        """The claims of the findings."""
        return sorted({one for finding in self.findings for one in (finding.pair.left_id, finding.pair.right_id)})

    def published_on(self, claim_id: str) -> date:
        """The day of a claim's article; the unknown comes last."""
        return self.articles[self.claims[claim_id].article_id].published_on or date.max

    def age(self, claim_id: str) -> tuple[date, str, int, str]:
        """What claims are sorted by: oldest first, then as they stand in their articles."""
        claim = self.claims[claim_id]
        return self.published_on(claim_id), claim.article_id, claim.position, claim_id

    def place_of(self, side: Group) -> tuple[bool, int, tuple[date, str, int, str]]:
        """What sides are sorted by: those of the first finding first, the larger first; of an update, by age alone."""
        first, age = self.findings[0].pair, min(map(self.age, side))
        return (False, 0, age) if self.is_update else (not side & {first.left_id, first.right_id}, -len(side), age)

    @property
    def is_update(self) -> bool:
        """Whether the card shows what became of something as time passed."""
        return self.findings[0].relation is Relation.UPDATE

    def are_copies(self, one: str, other: str) -> bool:
        """Whether two claims are one sentence that two outlets print, if need be with a word more or less.

        The model never reads copies of one text together, so nothing else says that they agree.
        """
        ours, theirs = self.claims[one], self.claims[other]
        if in_same_words(ours.text, theirs.text):
            return True
        origins = {self.articles[claim.article_id].origin_id for claim in (ours, theirs)}
        if len(origins) > 1 or len(ours.facts.negations) != len(theirs.facts.negations):
            return False
        left, right = (Counter(WORD.findall(claim.text.casefold())) for claim in (ours, theirs))
        differing = (left - right) + (right - left)
        is_same_figure = not any(map(str.isdigit, "".join(differing)))
        return is_same_figure and differing.total() <= COPIES_DIFFER * (left + right).total() / 2

    def voice(self, claim_id: str) -> Voice:
        """Who says a claim where. Of an update every claim is a voice of its own: who tells it may tell two states."""
        claim = self.claims[claim_id]
        if self.is_update:
            return claim.article_id, claim_id
        return claim.article_id, claim.speaker.name if claim.speaker else None


class Readings:
    """What the model says of pairs of claims, to be asked by pair or by claim."""

    def __init__(self, scored: Iterable[ScoredPair]) -> None:
        self._scores: dict[Group, RelationScores] = {}
        self._pairs_of: dict[str, list[Group]] = {}
        for one in scored:
            pair = frozenset((one.pair.left_id, one.pair.right_id))
            self._scores[pair] = one.scores
            for claim_id in pair:
                self._pairs_of.setdefault(claim_id, []).append(pair)

    def of(self, one: str, other: str) -> RelationScores | None:
        """The scores of two claims; None where the model has not read them together."""
        return self._scores.get(frozenset((one, other)))

    def agreeing_with(self, claim_id: str, *, least: float) -> list[str]:
        """The claims that agree with this one so likely."""
        pairs = (pair for pair in self._pairs_of.get(claim_id, ()) if self._scores[pair].agree >= least)
        return [next(iter(pair - {claim_id})) for pair in pairs]

    def touching(self, claim_ids: Iterable[str]) -> dict[Group, RelationScores]:
        """The scores of every pair with one of these claims."""
        return {pair: self._scores[pair] for claim_id in claim_ids for pair in self._pairs_of.get(claim_id, ())}


class Evidence:
    """What speaks for and against putting claims of a card on one side."""

    def __init__(self, card: Card, readings: Readings) -> None:
        self._readings = readings
        self._around = readings.touching(card.members)
        self._opposed = opposed_claims(card)

    def are_opposed(self, ours: Group, theirs: Group) -> bool:
        """Whether a claim of one group is opposed to one of the other."""
        return any(pair & ours and pair & theirs for pair in self._opposed)

    def opponents(self, claim_id: str) -> set[str]:
        """The claims that a claim is opposed to."""
        return {one for pair in self._opposed if claim_id in pair for one in pair - {claim_id}}

    def fit(self, ours: Group, theirs: Group) -> bool:
        """Whether two groups can stand together: what the model has read of both agrees on the average.

        One pair that disagrees more than it agrees is enough to keep them apart, however many others agree.
        """
        read = [scores for one in ours for other in theirs if (scores := self._readings.of(one, other))]
        if self.are_opposed(ours, theirs) or any(scores.agree <= scores.flagged for scores in read):
            return False
        return not read or fmean(scores.agree for scores in read) >= LEANS_TO_AGREE

    def agreements(self, *, least: float) -> Iterator[tuple[float, str, str]]:
        """The pairs with a claim of the card that agree so likely, surest first, each once."""
        sure = [(-scores.agree, sorted(pair)) for pair, scores in self._around.items() if scores.agree >= least]
        for minus, (left_id, right_id) in sorted(sure):
            yield -minus, left_id, right_id


def sides_of(card: Card, readings: Readings) -> tuple[Side, ...]:
    """The positions of a dispute and the claims that take each; `readings` has what the model says of their pairs.

    The two claims of a finding never share a side. Copies of one sentence do, and claims that clearly agree, and those
    of one voice, unless something that was read of them and their like speaks against it: a claim that nothing joins
    to others is a side of its own. Of an update every day that tells another state is a side, in order of publication;
    of others the sides of the first finding come first, then the larger. Claims beyond the findings that clearly agree
    with one side only join it.
    """
    evidence = Evidence(card, readings)
    groups = agreeing(card, evidence)
    sides = with_supporters(card, by_day(card, groups, evidence) if card.is_update else groups, evidence)
    ordered = sorted(sides, key=card.place_of)
    return tuple(
        Side(position=position_of(card, side), claim_ids=tuple(sorted(side, key=card.age))) for side in ordered
    )


def opposed_claims(card: Card) -> set[Group]:
    """The pairs of claims that must not share a side: those of findings, and those whose numbers or dates clash."""
    opposed = {frozenset((finding.pair.left_id, finding.pair.right_id)) for finding in card.findings}
    if card.findings[0].conflict_type in _BY_VALUE and len(card.members) <= _MOST_COMPARED:
        for left_id, right_id in combinations(card.members, 2):
            left, right = card.claims[left_id], card.claims[right_id]
            if value_clash(left.text, left.facts, right.text, right.facts):
                opposed.add(frozenset((left_id, right_id)))
    return opposed


def agreeing(card: Card, evidence: Evidence) -> list[Group]:
    """The claims of the findings in groups that stand together: copies, sure agreement, then those of one voice."""
    groups = {claim_id: frozenset((claim_id,)) for claim_id in card.members}

    def join(one: str, other: str) -> None:
        ours, theirs = groups[one], groups[other]
        if ours != theirs and evidence.fit(ours, theirs):
            groups.update(dict.fromkeys(ours | theirs, ours | theirs))

    def join_if(are_one: Callable[[str, str], bool]) -> None:
        for one, other in combinations(card.members, 2):
            if are_one(one, other):
                join(one, other)

    join_if(card.are_copies)
    for agree, one, other in evidence.agreements(least=LEANS_TO_AGREE):
        is_clear = agree >= AGREES or evidence.opponents(one) & evidence.opponents(other)
        if is_clear and one in groups and other in groups:
            join(one, other)
    join_if(lambda one, other: card.voice(one) == card.voice(other))
    return sorted(set(groups.values()), key=min)


def by_day(card: Card, groups: Sequence[Group], evidence: Evidence) -> list[Group]:
    """The groups of an update, those first told on one day together unless they are opposed."""
    sides: list[Group] = []
    for group in sorted(groups, key=lambda group: min(map(card.age, group))):
        told = min(map(card.published_on, group))
        same_day = (
            number
            for number, side in enumerate(sides)
            if min(map(card.published_on, side)) == told and not evidence.are_opposed(side, group)
        )
        number = next(same_day, None)
        if number is None or told == date.max:
            sides.append(group)
        else:
            sides[number] |= group
    return sides


def with_supporters(card: Card, sides: Sequence[Group], evidence: Evidence) -> list[Group]:
    """The sides with the claims beyond the findings that clearly agree with one side only.

    Who says such a claim in an article in which he has taken a side stays on it: nobody contradicts himself. A claim
    without the side's number or date, or without a word of what clashes, does not support it.
    """
    taken = {claim_id: number for number, side in enumerate(sides) for claim_id in side}
    at: dict[Voice, set[int]] = {}
    for claim_id, number in taken.items():
        at.setdefault(card.voice(claim_id), set()).add(number)
    supported: dict[str, set[int]] = {}
    for _, one, other in evidence.agreements(least=AGREES):
        for ours, theirs in ((one, other), (other, one)):
            if ours in taken and theirs not in taken and theirs in card.claims:
                supported.setdefault(theirs, set()).add(taken[ours])
    joined = list(sides)
    for claim_id, numbers in supported.items():
        own = at.get(card.voice(claim_id))
        number = min(own or numbers)
        is_at_issue = says_it(card, claim_id, sides[number])
        if len(own or numbers) == 1 and is_at_issue and evidence.fit(frozenset((claim_id,)), joined[number]):
            joined[number] |= {claim_id}
    return joined


def says_it(card: Card, claim_id: str, side: Group) -> bool:
    """Whether a claim gives a number or date that the side stands for, or on a card about words one of them.

    True where nothing is known to clash.
    """
    claim = card.claims[claim_id]
    numbers, dates = at_issue(card, side)
    if numbers:
        return any(
            one.unit == other.unit and numbers_agree(one, other) for one in claim.facts.quantities for other in numbers
        )
    if dates:
        return any(can_be_one(one, other) for one in claim.facts.dates for other in dates)
    words = words_at_issue(card, side)
    return not words or any(word.key in words for word in side_of(claim.text, claim.facts).words)


def words_at_issue(card: Card, side: Group) -> set[str]:
    """The words of a side's claims that clash; of names only where nothing else does."""
    words: set[str] = set()
    for finding in card.findings:
        pair = (card.claims[finding.pair.left_id], card.claims[finding.pair.right_id])
        for claim, span in zip(pair, clash_spans(finding, pair), strict=True):
            if claim.claim_id in side and finding.clash:
                told = side_of(claim.text, claim.facts).words
                words |= {word.key for word in told if span.start <= word.start and word.end <= span.end}
    return {word for word in words if not is_name(word)} or words


def at_issue(card: Card, side: Group) -> tuple[list[Quantity], list[DateMention]]:
    """The numbers or dates of a side's claims that clash, on a card named after such a clash."""
    numbers: list[Quantity] = []
    dates: list[DateMention] = []
    kind = card.findings[0].conflict_type
    for finding in card.findings:
        if finding.conflict_type is kind and kind in _BY_VALUE:
            pair = (card.claims[finding.pair.left_id], card.claims[finding.pair.right_id])
            sides = zip(pair, clash_spans(finding, pair), numbers_at_issue(finding, pair), strict=True)
            for claim, span, disputed in sides:
                if claim.claim_id in side:
                    numbers += disputed if kind is ConflictType.NUMBER else []
                    dates += [one for one in claim.facts.dates if kind is ConflictType.DATE and one.span == span]
    return numbers, dates


def position_of(card: Card, side: Group) -> str:
    """What a side says, in the words of its claim that is in the likeliest finding.

    Of a long claim it is the clause that clashes, if it names somebody or something and is no mere fragment.
    """
    for finding in card.findings:
        pair = (card.claims[finding.pair.left_id], card.claims[finding.pair.right_id])
        for claim, span in zip(pair, clash_spans(finding, pair), strict=True):
            if claim.claim_id in side:
                clause = quote_around(claim.text, span)
                has_name = any(clause.start <= name.span.start < clause.end for name in claim.facts.names)
                shown = claim.text[clause.start : clause.end]
                is_better = has_name and len(claim.text) > _LONG_CLAIM and len(shown.split()) >= _FEWEST_WORDS
                return shortened(shown if is_better and finding.clash else claim.text)
    return shortened(card.claims[min(side, key=card.age)].text)


def shortened(text: str) -> str:
    """The text on one line, cut after a word at some two hundred characters."""
    line = " ".join(text.split())
    if len(line) <= _LONGEST_POSITION:
        return line
    return line[:_LONGEST_POSITION].rsplit(" ", 1)[0].rstrip(",;:–— ") + " …"
