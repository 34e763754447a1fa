"""Findings that answer one question as one card, so that one disagreement is read once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, product
from math import log, sqrt

from factcheck.aligned import is_name, side_of
from factcheck.matching import is_one_name
from factcheck.matters import Friends, Issue, can_count_one, friends_of, in_order, matters
from factcheck.questions import question_for
from factcheck.records import Article, Claim, Dispute, Finding, Relation, ScoredPair, content_id
from factcheck.sides import Card, Readings, sides_of

ONE_QUESTION = 0.6
"""How alike two findings must be to answer one question: cosine over names and words, rare ones counting more."""

ONE_QUESTION_LINKED = 0.4
"""The same where the findings share a claim, or a claim of one agrees with a claim of the other."""

MOST_FINDINGS = 25
"""Findings on one card; the next opens another card. Nobody reads longer ones."""

NAME_WEIGHT = 0.5
"""How much a name says about the question, beside another word: all that is told of one event shares its names."""

ONE_SIDED_WEIGHT = 0.6
"""How much a word that only one claim of a finding has says about the question, beside one that both have."""

Terms = dict[str, float]


def group_disputes(
    findings: Sequence[Finding],
    scored: Sequence[ScoredPair],
    claims: Mapping[str, Claim],
    articles: Mapping[str, Article],
    known: Mapping[str, str],
) -> list[Dispute]:
    """Every finding on exactly one card: conflicts first, then by probability in percent, then by number of origins.

    Findings of one matter share a card, whatever their relation, and so do matters that are alike; of those updates
    have cards of their own, and conflicts and tensions stand together. A card is named after its likeliest conflict,
    or its likeliest update where that is far likelier, or its likeliest tension where there is nothing else. `scored`
    is what the model says of pairs of claims, flagged or not: agreements, and what speaks against them. `known` gives
    the dispute that a finding belonged to: a card keeps the id that most of its findings had. The order of the findings
    and scored pairs makes no difference.
    """
    vocabulary, friends = Vocabulary(claims), friends_of(claims, scored)
    cards = gather(matters(findings, claims, friends), vocabulary, friends)
    ids = dispute_ids([[finding.finding_id for finding in card] for card in cards], known)
    readings = Readings(scored)
    disputes = []
    for dispute_id, card in zip(ids, cards, strict=True):
        first = card[0]
        dispute = Dispute(
            dispute_id=dispute_id,
            question=question_for(card, claims, vocabulary.rarity, vocabulary.stands_alone),
            relation=first.relation,
            probability=first.probability,
            sides=sides_of(Card(card, claims, articles), readings),
            finding_ids=tuple(finding.finding_id for finding in card),
        )
        disputes.append(dispute)

    def standing(one: Dispute) -> tuple[bool, float, int, str]:
        origins = len(origins_of(one, claims, articles))
        return one.relation is not Relation.CONFLICT, -round(one.probability, 2), -origins, one.dispute_id

    return sorted(disputes, key=standing)


def origins_of(dispute: Dispute, claims: Mapping[str, Claim], articles: Mapping[str, Article]) -> set[str]:
    """The origins that a dispute's claims come from."""
    claim_ids = [claim_id for side in dispute.sides for claim_id in side.claim_ids]
    return {articles[claims[claim_id].article_id].origin_id for claim_id in claim_ids}


class Vocabulary:
    """The names and words of all claims at hand, and how rare each is among them."""

    def __init__(self, claims: Mapping[str, Claim]) -> None:
        self._claims = claims
        self._one_name = one_spelling(name.normal for claim in claims.values() for name in claim.facts.names)
        self._keys = {claim_id: self._keys_of(claim) for claim_id, claim in claims.items()}
        self._carriers = Counter(key for keys in self._keys.values() for key in keys)
        self._alone: dict[str, bool] = {}

    def rarity(self, key: str) -> float:
        """How telling a name or word is: the logarithm of how few claims have it."""
        return log((len(self._keys) + 1) / max(1, self._carriers[key])) * (NAME_WEIGHT if is_name(key) else 1.0)

    def stands_alone(self, name: str) -> bool:
        """Whether a claim has this name after another word than "the"; remembered, since cards share names."""
        if name not in self._alone:
            alone = re.compile(rf"(?<!\bthe ){re.escape(name)}\b", re.IGNORECASE)
            self._alone[name] = any(alone.search(claim.text) for claim in self._claims.values())
        return self._alone[name]

    def terms(self, finding: Finding) -> Terms:
        """What a finding is about, as a unit vector: first of all what both of its claims have."""
        ours, theirs = self._keys[finding.pair.left_id], self._keys[finding.pair.right_id]
        weights = {
            key: self.rarity(key) * (1.0 if key in ours and key in theirs else ONE_SIDED_WEIGHT)
            for key in sorted(ours | theirs)
        }
        length = sqrt(sum(weight**2 for weight in weights.values())) or 1.0
        return {key: weight / length for key, weight in weights.items()}

    def _keys_of(self, claim: Claim) -> set[str]:
        keys = {word.key for word in side_of(claim.text, claim.facts).words}
        return {f"name:{self._one_name[key[5:]]}" if is_name(key) else key for key in keys}


def one_spelling(names: Iterable[str]) -> dict[str, str]:
    """For each normalised name the longest one that can be the same; compared only with names that end alike."""
    chosen: dict[str, list[str]] = {}
    spelling: dict[str, str] = {}
    for name in sorted(set(names), key=lambda name: (-len(name.split()), name)):
        peers = chosen.setdefault(name.split()[-1][:3] if name.split() else "", [])
        spelling[name] = next((peer for peer in peers if is_one_name(name, peer)), name)
        if spelling[name] == name:
            peers.append(name)
    return spelling


def gather(told: Sequence[list[Issue]], vocabulary: Vocabulary, friends: Friends) -> list[list[Finding]]:
    """The findings card by card: those of one matter together, and matters that are like the first one of a card.

    Likeness to the first, rather than to any, is what keeps chains from growing: A like B like C does not put A and C
    on one card.
    """
    cards: list[list[Issue]] = []
    about: dict[str, list[tuple[int, float]]] = {}
    for matter in (found[at : at + MOST_FINDINGS] for found in told for at in range(0, len(found), MOST_FINDINGS)):
        terms = vocabulary.terms(matter[0].finding)
        likeness: dict[int, float] = {}
        for key, weight in terms.items():
            for number, other in about.get(key, ()):
                likeness[number] = likeness.get(number, 0.0) + weight * other
        place = best_card(matter, cards, likeness, friends)
        if place is None:
            for key, weight in terms.items():
                about.setdefault(key, []).append((len(cards), weight))
            cards.append([*matter])
        else:
            cards[place] += matter
    return [[issue.finding for issue in in_order(card)] for card in cards]


def best_card(
    matter: Sequence[Issue], cards: Sequence[Sequence[Issue]], likeness: Mapping[int, float], friends: Friends
) -> int | None:
    """The card whose first finding is most like that of a matter, if it is like enough, of the same kind and not full.

    Less is enough where it is linked to the first finding of the card, or to any of one type with both of them.
    """
    first = matter[0]
    for number in sorted(likeness, key=lambda number: (-likeness[number], number)):
        if likeness[number] < ONE_QUESTION_LINKED:
            return None
        card = cards[number]
        if len(card) + len(matter) > MOST_FINDINGS or not can_be_one_question(first, card[0]):
            continue
        is_of_type = first.kind is not None and first.kind is card[0].kind
        near = [one for one in card if is_of_type and one.kind is first.kind] or card[:1]
        if likeness[number] >= ONE_QUESTION or any(are_linked(first, one, friends) for one in near):
            return number
    return None


def can_be_one_question(one: Issue, other: Issue) -> bool:
    """Whether two findings are no timeline beside a conflict, and do not count what different things befell.

    How many there were is one question, though the model takes some numbers for an update and others for a conflict.
    """
    if all(one.numbers) and all(other.numbers):
        return any(can_count_one(ours, theirs) for ours, theirs in product(chain(*one.numbers), chain(*other.numbers)))
    return is_update(one) == is_update(other)


def is_update(issue: Issue) -> bool:
    """Whether a finding belongs on a timeline."""
    return issue.finding.relation is Relation.UPDATE


def are_linked(one: Issue, other: Issue, friends: Friends) -> bool:
    """Whether two findings share a claim, or claims that say the same."""
    theirs = {claim.claim_id for claim in other.pair}
    return any(not theirs.isdisjoint(friends[claim.claim_id]) for claim in one.pair)


def dispute_ids(cards: Sequence[Sequence[str]], known: Mapping[str, str]) -> list[str]:
    """An id for each card of finding ids: the known one that most of its findings had, else one of its own.

    A known id goes to the card with most votes for it, then to the card with the smallest finding id. A card of its
    own is named after its smallest finding id whose name is free.
    """
    votes = [
        (-count, dispute_id, min(card), number)
        for number, card in enumerate(cards)
        for dispute_id, count in Counter(known[one] for one in card if one in known).items()
    ]
    ids: dict[int, str] = {}
    taken: set[str] = set()
    for _, dispute_id, _, number in sorted(votes):
        if number not in ids and dispute_id not in taken:
            ids[number] = dispute_id
            taken.add(dispute_id)
    for number, card in sorted(enumerate(cards), key=lambda numbered: min(numbered[1])):
        if number not in ids:
            own = (content_id("dispute", finding_id) for finding_id in sorted(card))
            ids[number] = next(
                (one for one in own if one not in taken), content_id("dispute", *sorted(card), len(taken))
            )
            taken.add(ids[number])
    return [ids[number] for number in range(len(cards))]
