"""Findings that answer one question as one card, so that one disagreement is read once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log, sqrt

from factcheck.aligned import is_name, side_of
from factcheck.matching import is_one_name
from factcheck.questions import question_for
from factcheck.records import Article, Claim, Dispute, Finding, Relation, ScoredPair, content_id
from factcheck.sides import AGREES, Card, Readings, sides_of

ONE_QUESTION = 0.5
"""How alike two findings must be to answer one question: cosine over names and words, rare ones counting more."""

ONE_QUESTION_LINKED = 0.3
"""The same where the findings share a claim, or a claim of one agrees with a claim of the other."""

MOST_FINDINGS = 25
"""Findings on one card; the next opens another card. Nobody reads longer ones."""

NAME_WEIGHT = 2.0
"""How much more a name says about the question than another word."""

ONE_SIDED_WEIGHT = 0.3
"""How much a word that only one claim of a finding has says about the question, beside one that both have."""

Terms = dict[str, float]


def group_disputes(
    findings: Sequence[Finding],
    scored: Sequence[ScoredPair],
    claims: Mapping[str, Claim],
    articles: Mapping[str, Article],
    known: Mapping[str, str],
) -> list[Dispute]:
    """Every finding on exactly one card: conflicts first, then by probability times the number of origins.

    Updates have cards of their own; on the others conflicts and tensions stand together, under the name of the
    likeliest conflict, or of the likeliest tension where there is none. `scored` is what the model says of pairs of
    claims, flagged or not: agreements, and what speaks against them. `known` gives the dispute that a finding belonged
    to: a card keeps the id that most of its findings had. The order of the findings and scored pairs makes no
    difference.
    """
    vocabulary = Vocabulary(claims)
    ranked = sorted(findings, key=lambda one: (one.relation is not Relation.CONFLICT, -one.probability, one.finding_id))
    cards = gather(ranked, scored, vocabulary)
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

    def standing(one: Dispute) -> tuple[bool, float, str]:
        weight = one.probability * len(origins_of(one, claims, articles))
        return one.relation is not Relation.CONFLICT, -weight, one.dispute_id

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


def gather(ranked: Sequence[Finding], scored: Sequence[ScoredPair], vocabulary: Vocabulary) -> list[list[Finding]]:
    """The findings card by card; every finding of a card is like its first one, which ranks before it.

    Likeness to the first, rather than to any, is what keeps chains from growing: A like B like C does not put A and C
    on one card.
    """
    friends = agreeing_claims(scored)
    cards: list[list[Finding]] = []
    about: dict[str, list[tuple[int, float]]] = {}
    for finding in ranked:
        terms = vocabulary.terms(finding)
        likeness: dict[int, float] = {}
        for key, weight in terms.items():
            for number, other in about.get(key, ()):
                likeness[number] = likeness.get(number, 0.0) + weight * other
        place = best_card(finding, cards, likeness, friends)
        if place is None:
            for key, weight in terms.items():
                about.setdefault(key, []).append((len(cards), weight))
            cards.append([finding])
        else:
            cards[place].append(finding)
    return cards


def best_card(
    finding: Finding, cards: Sequence[Sequence[Finding]], likeness: Mapping[int, float], friends: set[tuple[str, str]]
) -> int | None:
    """The card whose first finding is most like this one, if it is like enough, of the same kind and not full."""
    for number in sorted(likeness, key=lambda number: (-likeness[number], number)):
        if likeness[number] < ONE_QUESTION_LINKED:
            return None
        card = cards[number]
        if len(card) < MOST_FINDINGS and is_update(card[0]) == is_update(finding):
            is_linked = likeness[number] < ONE_QUESTION and are_linked(finding, card[0], friends)
            if likeness[number] >= ONE_QUESTION or is_linked:
                return number
    return None


def is_update(finding: Finding) -> bool:
    """Whether a finding belongs on a timeline."""
    return finding.relation is Relation.UPDATE


def agreeing_claims(scored: Iterable[ScoredPair]) -> set[tuple[str, str]]:
    """The pairs of claims that agree, both ways round."""
    pairs = {(one.pair.left_id, one.pair.right_id) for one in scored if one.scores.agree >= AGREES}
    return pairs | {(right, left) for left, right in pairs}


def are_linked(one: Finding, other: Finding, friends: set[tuple[str, str]]) -> bool:
    """Whether two findings share a claim, or claims that agree."""
    ours, theirs = (one.pair.left_id, one.pair.right_id), (other.pair.left_id, other.pair.right_id)
    return any(mine == its or (mine, its) in friends for mine in ours for its in theirs)


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
