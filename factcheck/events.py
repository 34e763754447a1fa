"""Whether two claims speak of one event: who, where, when, what is counted, and what the relation model says of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from factcheck.matching import NARROW_DAYS, days_in_words, names_in_words, same_counted, shared_dates, shared_names
from factcheck.openings import Opening, likeness
from factcheck.records import FLAGGED, Article, Claim, DateMention, Relation, RelationScores
from factcheck.vocabulary import percent

ONE_EVENT_DAYS = 7
"""Dates that two claims state for what happened may differ by this much and still mean one event, told wrongly."""

ONE_STORY_DAYS = 60
"""Articles published further apart than this speak of one event only if their claims state a common date."""

OTHER_TIME_ODDS = 0.25
"""What is left of the odds of a relation where the stated times are of two events: the model does not see them.

On labelled pairs of dated articles this holds for 25 % of those on different events and 2 % of the conflicts.
"""

UNKNOWN_TIME_ODDS = 0.33
"""What is left of the odds where the time of one claim is stated or published, and nothing says that of the other."""

SAME_DAY_ODDS = 0.33
"""What is left of the odds of an update between articles published on one day: a story seldom moves on within hours.

Of 54 such pairs flagged in dev.jsonl, candidates_of_2019.jsonl and the first draw of matters.jsonl 7 are right, where
the model expects 19.
"""

ONE_STORY = 0.125
"""How alike the openings of two articles are at least that tell of one event, published a day apart or less.

Of the labelled conflicts within an event this loses 1.9 % (training events) and none (development events).
"""

STORY_MOVES = 0.08
"""How much more alike they must be for each further day between them, to make an update or a tension of one event.

A story moves on: the same words a week later are of its next event. A conflict is about one fact, told of then or now.
"""

SAME_STORY = 0.5
"""Openings this much alike tell one story, however many days lie between."""

SAME_TIME_DAYS = 7
"""Two claims whose stated dates are this narrow and overlap speak of one time, whenever they were published."""

_MOST_SAID = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SidedClaim:
    """A claim with the article that makes it, and what that article opens with, where it is to be compared.

    Where `is_date_assumed`, nothing says when it was published: it is held to be of the day of the other side.
    """

    claim: Claim
    article: Article
    opening: Opening | None = field(default=None, compare=False, repr=False)
    is_date_assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDecision:
    """Whether two claims are taken to speak of one event, why, and what is left of the odds that they disagree."""

    is_one: bool
    odds: float
    reason: str


def event_decision(left: SidedClaim, right: SidedClaim, scores: RelationScores) -> EventDecision:
    """The decision about two claims, with its reason in words.

    They are of two events where the relation model finds that likelier than every relation that would be flagged put
    together, once the times have had their say. What they share is said, not weighed: the model has read it too.
    """
    odds, against = same_time_odds(left, right)
    weighed = with_odds(scores, odds)
    is_one = weighed.different < weighed.flagged
    if against:
        return EventDecision(is_one=is_one, odds=odds, reason=against)
    if not is_one:
        reason = (
            f"Taken for two events: the model finds that likelier ({percent(scores.different)}) than a disagreement."
        )
        return EventDecision(is_one=False, odds=odds, reason=reason)
    shared = ", ".join(what_is_shared(left, right)) or "nothing that can be compared, they only read alike"
    reason = f"Taken for one event: {shared}; to the model two events are {percent(scores.different)} likely."
    return EventDecision(is_one=True, odds=odds, reason=reason)


def what_is_shared(left: SidedClaim, right: SidedClaim) -> Iterator[str]:
    """Who and where, when and what is counted, as far as both claims say the same; without any of it, what story.

    Nearly all articles that are compared open alike: beside a name, a day or a number that says nothing.
    """
    one_is_assumed = left.is_date_assumed or right.is_date_assumed
    names = names_in_words(ours.surface for ours, _ in shared_names(left.claim, right.claim))[:_MOST_SAID]
    if names:
        yield f"who and where ({' and '.join(filter(None, (', '.join(names[:-1]), names[-1])))})"
    if dates := shared_dates(left.claim, right.claim):
        yield f"when ({days_in_words(dates[0].first, dates[0].last)})"
    elif left.article.published_on and right.article.published_on and not one_is_assumed:
        yield f"when (published {_apart(abs((left.article.published_on - right.article.published_on).days))})"
    both = product(left.claim.facts.quantities, right.claim.facts.quantities)
    counted = next((ours.counted for ours, theirs in both if same_counted(ours, theirs)), "")
    if counted:
        yield f"what is counted ({counted})"
    has_openings = left.opening is not None and right.opening is not None
    if has_openings and not (names or dates or counted):
        yield "what story (their articles open alike)"


def is_one_story(left: SidedClaim, right: SidedClaim, relation: Relation) -> bool:
    """Whether two articles tell of one event as far as their openings and their days say: `demanded_likeness`.

    True where an opening is unknown, as for a claim that somebody submits.
    """
    alike = story_likeness(left, right)
    return alike is None or alike >= demanded_likeness(left, right, relation)


def story_likeness(left: SidedClaim, right: SidedClaim) -> float | None:
    """How alike the articles of two claims open; None where that is unknown."""
    if left.opening is None or right.opening is None:
        return None
    return likeness(left.opening, right.opening)


def demanded_likeness(left: SidedClaim, right: SidedClaim, relation: Relation) -> float:
    """How alike two articles must open for their claims to speak of one event, in an update or tension of one time."""
    days = [side.article.published_on for side in (left, right)]
    if relation is Relation.CONFLICT or not days[0] or not days[1] or state_one_time(left.claim, right.claim):
        return ONE_STORY
    further = max(0, abs((days[0] - days[1]).days) - 1)
    return min(SAME_STORY, ONE_STORY + STORY_MOVES * further)


def state_one_time(left: Claim, right: Claim) -> bool:
    """Whether two claims state dates of a week or less that overlap."""
    ours, theirs = (
        [mention for mention in claim.facts.dates if (mention.last - mention.first).days < SAME_TIME_DAYS]
        for claim in (left, right)
    )
    return any(days_between(one, other) == 0 for one, other in product(ours, theirs))


def with_odds(scores: RelationScores, factor: float) -> RelationScores:
    """The scores after evidence that multiplies the odds of every flagged relation."""
    return scores if factor == 1.0 else reweighed(scores, dict.fromkeys(FLAGGED, factor))


def with_time_for_updates(scores: RelationScores, left: SidedClaim, right: SidedClaim) -> RelationScores:
    """The scores after what the days of publication say for or against an update: `SAME_DAY_ODDS`."""
    is_known = not (left.is_date_assumed or right.is_date_assumed) and left.article.published_on is not None
    is_one_day = is_known and left.article.published_on == right.article.published_on
    return reweighed(scores, {Relation.UPDATE: SAME_DAY_ODDS}) if is_one_day else scores


def reweighed(scores: RelationScores, factors: Mapping[Relation, float]) -> RelationScores:
    """The scores with the odds of these relations multiplied."""
    weights = {relation.value: scores.of(relation) * factors.get(relation, 1.0) for relation in Relation}
    total = sum(weights.values())
    shares = {name: weight / total for name, weight in weights.items()}
    return RelationScores(**shares, conflict_type=scores.conflict_type)


def same_time_odds(left: SidedClaim, right: SidedClaim) -> tuple[float, str]:
    """By how much what is known of the times lowers the odds that two claims speak of one event, and why.

    Only what the relation model cannot read counts: resolved dates, and days of publication that are unknown or far
    apart. Two claims without any date are left as they are: nothing speaks for or against one event.
    """
    if shared_dates(left.claim, right.claim):
        return 1.0, ""
    ours, theirs = stated_dates(left.claim), stated_dates(right.claim)
    if ours and theirs:
        one, other = min(product(ours, theirs), key=lambda dates: days_between(*dates))
        if days_between(one, other) <= ONE_EVENT_DAYS:
            return 1.0, ""
        spoken = [
            f"{called(side, beside)} speaks of {days_in_words(stated.first, stated.last)}"
            for side, beside, stated in ((left, right, one), (right, left, other))
        ]
        return OTHER_TIME_ODDS, f"Perhaps two events: {'; '.join(spoken)}."
    return published_odds((left, right), (ours, theirs))


def published_odds(
    sides: tuple[SidedClaim, SidedClaim], stated: tuple[list[DateMention], list[DateMention]]
) -> tuple[float, str]:
    """The same, judged by days of publication where not both claims state when it was."""
    days = [side.article.published_on for side in sides]
    if days[0] and days[1]:
        apart = abs((days[0] - days[1]).days)
        if apart > ONE_STORY_DAYS:
            return OTHER_TIME_ODDS, f"Perhaps two events: the articles were published {apart} days apart."
        return 1.0, ""
    for side, beside, ours, theirs in zip(sides, sides[::-1], stated, stated[::-1], strict=True):
        if not ours and side.article.published_on is None and (theirs or beside.article.published_on):
            when = f"speaks of {days_in_words(theirs[0].first, theirs[0].last)}" if theirs else "is dated"
            return UNKNOWN_TIME_ODDS, (
                f"Perhaps two events: {called(beside, side)} {when}, "
                f"and nothing says the time of {called(side, beside)}."
            )
    return 1.0, ""


def stated_dates(claim: Claim) -> list[DateMention]:
    """The dates in a claim that say to the month or closer when something was."""
    return [mention for mention in claim.facts.dates if (mention.last - mention.first).days < NARROW_DAYS]


def days_between(one: DateMention, other: DateMention) -> int:
    """The least number of days between two dates; 0 where they can be one day."""
    return max(0, (one.first - other.last).days, (other.first - one.last).days)


def called(side: SidedClaim, beside: SidedClaim) -> str:
    """What to call an article beside another: its outlet, with day or title where the outlet is the same."""
    ours, theirs = side.article, beside.article
    if ours.name != theirs.name:
        return ours.name
    if ours.published_on and ours.published_on != theirs.published_on:
        return f"{ours.name} of {days_in_words(ours.published_on, ours.published_on)}"
    return f"{ours.name} (“{ours.title or ours.label}”)"


def _apart(days: int) -> str:
    return f"{days} days apart" if days > 1 else "one day apart" if days else "on one day"
