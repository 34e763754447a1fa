"""The sides of a dispute: claims that conflict apart, claims that agree together, and no claim on two sides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from factcheck.aligned import quote_around
from factcheck.clash import clash_between
from factcheck.questions import clash_spans
from factcheck.records import Article, Claim, ConflictType, Finding, Relation, ScoredPair, Side

AGREES = 0.6
"""Least probability of agreement for a claim to stand on the side of another."""

_LONGEST_POSITION = 200
_LONG_CLAIM = 120
_FEWEST_WORDS = 6
_MOST_COMPARED = 40
_BY_VALUE = (ConflictType.NUMBER, ConflictType.DATE)

Group = frozenset[str]


@dataclass(frozen=True, slots=True)
class Card:
    """The findings of one dispute, most likely first, with the claims and articles that they speak of."""

    findings: Sequence[Finding]
    claims: Mapping[str, Claim]
    articles: Mapping[str, Article]

    def published_on(self, claim_id: str) -> date:
        """The day of a claim's article; the unknown comes last."""
        return self.articles[self.claims[claim_id].article_id].published_on or date.max

    def age(self, claim_id: str) -> tuple[date, str, int, str]:
        """What claims are sorted by: oldest first, then as they stand in their articles."""
        claim = self.claims[claim_id]
        return self.published_on(claim_id), claim.article_id, claim.position, claim_id


def sides_of(card: Card, agreements: Sequence[ScoredPair]) -> tuple[Side, ...]:
    """The positions of a dispute and the claims that take each.

    The two claims of a finding never share a side; an agreement that would put them there is dropped, weakest first.
    Of an update every day that tells another state is a side, in order of publication. Otherwise the sides are as few
    as can be, most claims first. Claims of other articles that agree with one side only join it.
    """
    opposed = opposed_claims(card)
    strong = sorted(
        (one for one in agreements if one.scores.agree >= AGREES),
        key=lambda one: (-one.scores.agree, one.pair.left_id, one.pair.right_id),
    )
    members = {claim_id for pair in opposed for claim_id in pair}
    groups = agreeing(members, strong, opposed)
    is_update = card.findings[0].relation is Relation.UPDATE
    united = by_day(card, groups, opposed) if is_update else coloured(card, groups, opposed)
    joined = with_supporters(united, strong, card.claims)
    ordered = sorted(joined, key=lambda side: (0 if is_update else -len(side), min(map(card.age, side))))
    return tuple(
        Side(position=position_of(card, side), claim_ids=tuple(sorted(side, key=card.age))) for side in ordered
    )


def opposed_claims(card: Card) -> set[Group]:
    """The pairs of claims that must not share a side: those of findings, and those whose numbers or dates clash."""
    opposed = {frozenset((finding.pair.left_id, finding.pair.right_id)) for finding in card.findings}
    members = sorted({claim_id for pair in opposed for claim_id in pair})
    if card.findings[0].conflict_type in _BY_VALUE and len(members) <= _MOST_COMPARED:
        for left_id, right_id in combinations(members, 2):
            left, right = card.claims[left_id], card.claims[right_id]
            if clash_between(left.text, left.facts, right.text, right.facts).conflict_type in _BY_VALUE:
                opposed.add(frozenset((left_id, right_id)))
    return opposed


def agreeing(members: Iterable[str], agreements: Sequence[ScoredPair], opposed: set[Group]) -> list[Group]:
    """The members in groups that agree, strongest agreement first, as long as no group holds opposed claims."""
    groups = {claim_id: frozenset((claim_id,)) for claim_id in members}
    for one in agreements:
        ours, theirs = groups.get(one.pair.left_id), groups.get(one.pair.right_id)
        if ours and theirs and ours != theirs and not are_opposed(ours, theirs, opposed):
            groups |= dict.fromkeys(ours | theirs, ours | theirs)
    return sorted(set(groups.values()), key=min)


def are_opposed(ours: Group, theirs: Group, opposed: set[Group]) -> bool:
    """Whether a claim of one group is opposed to one of the other."""
    return any(pair & ours and pair & theirs for pair in opposed)


def coloured(card: Card, groups: Sequence[Group], opposed: set[Group]) -> list[Group]:
    """The groups put on few sides, none with one it is opposed to: two sides wherever two are enough.

    The next group is always the one with most sides closed to it (DSATUR); of those open to it, it takes the side
    with most of its own articles.
    """
    foes = {group: [other for other in groups if are_opposed(group, other, opposed)] for group in groups}
    sides: list[Group] = []
    waiting = list(groups)

    def closed(group: Group) -> set[int]:
        return {number for number, side in enumerate(sides) if any(foe <= side for foe in foes[group])}

    while waiting:
        group = min(waiting, key=lambda group: (-len(closed(group)), -len(foes[group]), min(group)))
        waiting.remove(group)
        opened = [number for number in range(len(sides)) if number not in closed(group)]
        if not opened:
            sides.append(group)
            continue
        number = min(opened, key=lambda number: (-kinship(card, group, sides[number]), number))
        sides[number] |= group
    return sides


def kinship(card: Card, group: Group, side: Group) -> int:
    """How many pairs of claims the same voice makes: two for one speaker of one article, one for one article."""
    ours, theirs = [card.claims[claim_id] for claim_id in group], [card.claims[claim_id] for claim_id in side]
    return sum(
        (one.article_id == other.article_id) * (1 + (name_of_speaker(one) == name_of_speaker(other)))
        for one in ours
        for other in theirs
    )


def name_of_speaker(claim: Claim) -> str | None:
    """Who asserts a claim, None for the outlet."""
    return claim.speaker.name if claim.speaker else None


def by_day(card: Card, groups: Sequence[Group], opposed: set[Group]) -> list[Group]:
    """The groups of an update, those first told on one day together unless they are opposed."""
    sides: list[Group] = []
    for group in sorted(groups, key=lambda group: min(map(card.age, group))):
        told = min(map(card.published_on, group))
        same_day = (
            number
            for number, side in enumerate(sides)
            if min(map(card.published_on, side)) == told and not are_opposed(side, group, opposed)
        )
        number = next(same_day, None)
        if number is None or told == date.max:
            sides.append(group)
        else:
            sides[number] |= group
    return sides


def with_supporters(
    sides: Sequence[Group], agreements: Sequence[ScoredPair], claims: Mapping[str, Claim]
) -> list[Group]:
    """The sides with the claims that agree with a claim of exactly one of them."""
    supported: dict[str, set[int]] = {}
    taken = {claim_id: number for number, side in enumerate(sides) for claim_id in side}
    for one in agreements:
        for ours, theirs in ((one.pair.left_id, one.pair.right_id), (one.pair.right_id, one.pair.left_id)):
            if ours in taken and theirs not in taken and theirs in claims:
                supported.setdefault(theirs, set()).add(taken[ours])
    joined = list(sides)
    for claim_id, numbers in supported.items():
        if len(numbers) == 1:
            [number] = numbers
            joined[number] |= {claim_id}
    return joined


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
