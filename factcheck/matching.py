"""Which claims are worth comparing: of other articles and origins, near in time, of one story, alike in meaning."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import product
from math import log

from factcheck.names import same_name
from factcheck.records import Article, Claim, ClaimPair, DateMention, NameMention, Quantity

# The weights below were chosen on 60 events pooled into one collection (benchmarks/measure_candidates.py): whichever
# share of the hand-found disagreements is to be among the candidates, they send less than half of the pairs to the
# model that the same number of nearest neighbours for every claim comes to.

ONE_STORY = 0.25
"""Articles that share this part of their names, weighed by rarity, tell one story as far as names can say."""

OTHER_STORY_MARGIN = 0.3
"""How much more cosine two claims need whose articles share no name."""

PLACE_MARGIN = 0.1
"""How much more cosine the next neighbours of a claim need than its nearest: times the logarithm of their place.

That is 0.07 for the second and 0.23 for the tenth. Each claim has its best candidates looked at, and a claim of which
much is told has more of them.
"""

WORDS_MARGIN = 0.05
"""How much more cosine short claims need, times the logarithm of how few words they have: they say little to clash."""

USUAL_WORDS = 20
"""The words of a claim that needs no more cosine than another."""

FACT_BONUS = 0.05
"""How much less cosine a shared day, and a shared counted thing, asks for."""

FEW_ARTICLES = 50
"""Among fewer articles than this no name is held to be common, even if all of them carry it."""

NARROW_DAYS = 31
"""A resolved date of at most this many days says when something was; "2019" does not."""

_MOST_NAMES_SAID = 4
_POSSESSIVE = re.compile(r"['’]s?$")
_THE_TWICE = re.compile(r"^the the ", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """The pairs worth scoring, by id, and how many other neighbours were left out for which reason."""

    pairs: tuple[ClaimPair, ...]
    left_out: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What two claims have in common besides meaning.

    `story` is how much their articles tell one story, from 0 to 1. The most telling names come first.
    """

    names: tuple[str, ...]
    story: float
    dates: tuple[DateMention, ...]
    counted: tuple[str, ...]


class NamesOfArticles:
    """Which names the articles carry, and so how telling each name is."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self._names: dict[str, set[str]] = {}
        for claim in claims:
            self._names.setdefault(claim.article_id, set()).update(name.normal for name in claim.facts.names)
        self._carriers = Counter(name for names in self._names.values() for name in names)
        self._stories: dict[tuple[str, str], float] = {}

    def rarity(self, name: str) -> float:
        """1 for a name that at most two articles carry, towards 0 for one that all of many articles carry."""
        every, carriers = max(FEW_ARTICLES, len(self._names)), max(2, self._carriers[name])
        return log((every + 1) / carriers) / log((every + 1) / 2)

    def story(self, left_id: str, right_id: str) -> float:
        """How far two articles tell one story: the shared part of the names of the one with fewer, 1 for enough."""
        key = (min(left_id, right_id), max(left_id, right_id))
        if key not in self._stories:
            ours, theirs = self._names[left_id], self._names[right_id]
            least = min(self._weight(ours), self._weight(theirs))
            self._stories[key] = min(1.0, self._weight(ours & theirs) / least / ONE_STORY) if least else 0.0
        return self._stories[key]

    def _weight(self, names: Iterable[str]) -> float:
        return sum(self.rarity(name) ** 2 for name in names)


def pair_claims(
    claims: Mapping[str, Claim],
    articles: Mapping[str, Article],
    neighbours: Mapping[str, Sequence[tuple[str, float]]],
    *,
    min_similarity: float,
    window_days: int,
    max_per_claim: int = 8,
) -> Matched:
    """The pairs of neighbouring claims that could speak of one fact, each once.

    A pair crosses articles and origins, lies within the time window, and reaches `demanded_similarity`. Of these, a
    pair stays if at least one of its two claims has it among the `max_per_claim` that exceed it most.
    """
    left_out: Counter[str] = Counter()
    names = NamesOfArticles(claims.values())
    ranked: dict[tuple[str, str], tuple[float, ClaimPair]] = {}
    for (left_id, right_id), (similarity, place) in unordered(neighbours).items():
        if left_id not in claims or right_id not in claims:
            left_out["claim no longer there"] += 1
            continue
        left, right = claims[left_id], claims[right_id]
        between = (articles[left.article_id], articles[right.article_id])
        if reason := why_not(left, right, between, window_days=window_days):
            left_out[reason] += 1
            continue
        shared = what_they_share(left, right, names)
        beyond = similarity - demanded_similarity(shared, place, few_words(left, right), min_similarity=min_similarity)
        if beyond < 0:
            left_out["too little alike"] += 1
            continue
        evidence = evidence_for(similarity, shared, between)
        pair = ClaimPair(left_id=left_id, right_id=right_id, similarity=similarity, evidence=evidence)
        ranked[left_id, right_id] = (beyond, pair)
    kept = among_the_best(ranked, max_per_claim=max_per_claim)
    if len(kept) < len(ranked):
        left_out["both claims have better candidates"] += len(ranked) - len(kept)
    return Matched(pairs=tuple(kept), left_out=dict(sorted(left_out.items())))


def unordered(neighbours: Mapping[str, Sequence[tuple[str, float]]]) -> dict[tuple[str, str], tuple[float, int]]:
    """Each pair of different claims once, smaller id first, in order of ids: how alike it is, and its best place.

    The place is 1 where one of the claims is the nearest neighbour of the other; of two similarities the higher counts.
    """
    found: dict[tuple[str, str], tuple[float, int]] = {}
    for claim_id, nearest in neighbours.items():
        others: dict[str, float] = {}
        for other_id, similarity in nearest:
            if other_id != claim_id:
                others[other_id] = max(similarity, others.get(other_id, similarity))
        ordered = sorted(others.items(), key=lambda hit: (-hit[1], hit[0]))
        for place, (other_id, similarity) in enumerate(ordered, start=1):
            key = (min(claim_id, other_id), max(claim_id, other_id))
            before, best = found.get(key, (similarity, place))
            found[key] = (max(before, similarity), min(best, place))
    return dict(sorted(found.items()))


def why_not(left: Claim, right: Claim, articles: tuple[Article, Article], *, window_days: int) -> str:
    """The reason why two claims must not be compared however alike they are; empty if they may be."""
    ours, theirs = articles
    if ours.article_id == theirs.article_id:
        return "same article"
    if ours.origin_id == theirs.origin_id:
        return "same origin"
    if ours.published_on and theirs.published_on:
        apart = abs((ours.published_on - theirs.published_on).days)
        if apart > window_days and not shared_dates(left, right):
            return "too far apart in time"
    return ""


def what_they_share(left: Claim, right: Claim, names: NamesOfArticles) -> Shared:
    """The names, dates and counted things of both claims; most telling names first."""
    surfaces: dict[str, str] = {}
    telling: dict[str, float] = {}
    for ours, theirs in shared_names(left, right):
        as_usual = theirs.surface if theirs.surface.casefold() == ours.normal else ours.surface
        if surfaces.get(ours.normal, "").casefold() != ours.normal:
            surfaces[ours.normal] = as_usual
        weight = min(names.rarity(ours.normal), names.rarity(theirs.normal))
        telling[ours.normal] = max(weight, telling.get(ours.normal, 0.0))
    both = product(left.facts.quantities, right.facts.quantities)
    return Shared(
        names=tuple(surfaces[normal] for normal in sorted(telling, key=lambda normal: (-telling[normal], normal))),
        story=names.story(left.article_id, right.article_id),
        dates=shared_dates(left, right),
        counted=tuple(sorted({ours.counted for ours, theirs in both if same_counted(ours, theirs)})),
    )


def shared_names(left: Claim, right: Claim) -> list[tuple[NameMention, NameMention]]:
    """The mentions of one name in both claims, spellings and short forms included."""
    both = product(left.facts.names, right.facts.names)
    return [(ours, theirs) for ours, theirs in both if is_one_name(ours.normal, theirs.normal)]


@lru_cache(maxsize=100_000)
def is_one_name(left: str, right: str) -> bool:
    """Whether two normalised names can be one; remembered, since the same few names meet again and again."""
    return left == right or same_name(left, right)


def same_counted(left: Quantity, right: Quantity) -> bool:
    """Whether two quantities count the same named thing in the same unit."""
    return bool(left.counted) and left.counted.casefold() == right.counted.casefold() and left.unit == right.unit


def shared_dates(left: Claim, right: Claim) -> tuple[DateMention, ...]:
    """The stretches of days that both claims speak of, where at least one says it to the month or closer."""
    shared = []
    for ours, theirs in product(left.facts.dates, right.facts.dates):
        first, last = max(ours.first, theirs.first), min(ours.last, theirs.last)
        narrowest = min((mention.last - mention.first).days for mention in (ours, theirs))
        if first <= last and narrowest < NARROW_DAYS:
            shared.append(DateMention(first=first, last=last, span=ours.span))
    return tuple(shared)


def demanded_similarity(shared: Shared, place: int, few: float, *, min_similarity: float) -> float:
    """The least cosine of a candidate pair: `min_similarity` for nearest neighbours of usual length and one story.

    More is asked of later `place`s, of other stories and of short claims (`few_words`), less where a day or a counted
    thing is shared.
    """
    facts = FACT_BONUS * (bool(shared.dates) + bool(shared.counted))
    margins = OTHER_STORY_MARGIN * (1 - shared.story) + PLACE_MARGIN * log(place) + WORDS_MARGIN * few
    return min_similarity + margins - facts


def few_words(left: Claim, right: Claim) -> float:
    """How few words two claims have, against usual ones, as a logarithm; below zero for many. Extremes count alike."""
    lengths = (min(2 * USUAL_WORDS, max(USUAL_WORDS / 4, len(claim.text.split()))) for claim in (left, right))
    return sum(log(USUAL_WORDS / length) for length in lengths)


def among_the_best(ranked: Mapping[tuple[str, str], tuple[float, ClaimPair]], *, max_per_claim: int) -> list[ClaimPair]:
    """The pairs within the first `max_per_claim` of their left or their right claim; ties by id."""
    places: Counter[str] = Counter()
    kept = set()
    for left_id, right_id in sorted(ranked, key=lambda key: (-ranked[key][0], key)):
        if min(places[left_id], places[right_id]) < max_per_claim:
            kept.add((left_id, right_id))
        places.update((left_id, right_id))
    return [ranked[key][1] for key in sorted(kept)]


def evidence_for(similarity: float, shared: Shared, articles: tuple[Article, Article]) -> tuple[str, ...]:
    """Why two claims are compared, and what is not known about them, in plain words."""
    evidence = [f"similarity {similarity:.2f}"]
    if shared.names:
        evidence.append("both name " + ", ".join(names_in_words(shared.names)[:_MOST_NAMES_SAID]))
    if shared.dates:
        mention = min(shared.dates, key=lambda mention: (mention.last - mention.first, mention.first))
        evidence.append("both speak of " + days_in_words(mention.first, mention.last))
    if shared.counted:
        evidence.append("both count: " + ", ".join(shared.counted))
    undated = [article.name for article in articles if article.published_on is None]
    return (*evidence, *(f"publication date of {name} unknown" for name in undated))


def names_in_words(surfaces: Iterable[str]) -> list[str]:
    """Names as a reader says them: without "’s", and those that are part of one another once ("German", "Germany")."""
    said: list[str] = []
    for surface in surfaces:
        name = _THE_TWICE.sub("the ", _POSSESSIVE.sub("", surface))
        if not any(is_part_of(*pair) for other in said for pair in ((name, other), (other, name))):
            said.append(name)
    return said


def is_part_of(name: str, longer: str) -> bool:
    """Whether a name begins another or stands in it as a word."""
    return longer.startswith(name) or f" {name} " in f" {longer} "


def days_in_words(first: date, last: date) -> str:
    """A stretch of days as a reader says it: one day, or from one to another."""
    if first == last:
        return f"{first.day} {first:%B %Y}"
    return f"{first.day} {first:%B %Y} to {last.day} {last:%B %Y}"
