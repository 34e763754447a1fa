"""Claims, articles and scores written by hand, for the tests of the rules."""

from __future__ import annotations

from datetime import UTC, date, datetime
from math import inf

from factcheck.records import (
    RELATIONS,
    Article,
    Claim,
    ClaimKind,
    ClaimPair,
    DateMention,
    Facts,
    NameMention,
    Quantity,
    RelationScores,
    ScoredPair,
    Span,
    Speaker,
)

KINDS = {"russia": "GPE", "india": "GPE", "pakistan": "GPE", "kashmir": "GPE", "france": "GPE", "china": "GPE"}


def span(text: str, part: str) -> Span:
    """Where a part first stands in a text."""
    start = text.index(part)
    return Span(start=start, end=start + len(part))


def name(text: str, surface: str, normal: str | None = None) -> NameMention:
    """A name in a text."""
    normal = normal or surface.casefold()
    return NameMention(surface=surface, normal=normal, kind=KINDS.get(normal, "ORG"), span=span(text, surface))


def day(text: str, surface: str, first: str, last: str | None = None) -> DateMention:
    """A date in a text, from one ISO day to another."""
    return DateMention(
        first=date.fromisoformat(first), last=date.fromisoformat(last or first), span=span(text, surface)
    )


def count(text: str, surface: str, low: float, counted: str = "", **more: float | str) -> Quantity:
    """A quantity in a text; exact, unless `high` says otherwise ("inf" for open ranges)."""
    high = inf if more.get("high") == "inf" else float(more.get("high", low))
    return Quantity(
        low=low,
        high=high,
        unit=str(more.get("unit", "")),
        counted=counted,
        verb=str(more.get("verb", "")),
        span=span(text, surface),
    )


def facts(text: str, names: str = "", negations: str = "", **more: tuple[object, ...]) -> Facts:
    """Facts of a text: names and negations as lists of words with | between, a normal form after =."""
    found = [entry.partition("=") for entry in names.split("|") if entry]
    return Facts(
        names=tuple(name(text, surface, normal or None) for surface, _, normal in found),
        negations=tuple(span(text, word) for word in negations.split("|") if word),
        **more,  # type: ignore[arg-type]
    )


def article(article_id: str, body: str, published_at: str | None = None, **more: str | None) -> Article:
    """An article of its own origin, unless `origin_id` says otherwise; its outlet is unknown unless given."""
    return Article(
        article_id=article_id,
        url=None,
        source=more.get("source"),
        title=more.get("title"),
        published_at=published_at,
        retrieved_at=datetime(2026, 1, 1, tzinfo=UTC),
        language="en",
        body=body,
        content_hash=article_id,
        origin_id=more.get("origin_id") or article_id,
        label=article_id,
    )


def claim(claim_id: str, article_id: str, text: str, known: Facts | None = None, **more: object) -> Claim:
    """A claim, at the start of its article unless `start` says otherwise; `speaker` is a name."""
    start, speaker = more.get("start", 0), more.get("speaker")
    assert isinstance(start, int)
    return Claim(
        claim_id=claim_id,
        article_id=article_id,
        position=start,
        start=start,
        end=start + len(text),
        text=text,
        standalone_text=text,
        kind=ClaimKind.HEADLINE if more.get("headline") else ClaimKind.SENTENCE,
        speaker=Speaker(name=str(speaker), cue=Span(start=0, end=1)) if speaker else None,
        facts=known or Facts(),
    )


def scores(**likely: float) -> RelationScores:
    """Scores with these probabilities; what is left is shared by the other relations."""
    others = [relation for relation in RELATIONS if relation not in likely]
    rest = (1.0 - sum(likely.values())) / len(others)
    return RelationScores(**{**dict.fromkeys(others, rest), **likely})


def scored(left_id: str, right_id: str, **likely: float) -> ScoredPair:
    """A pair of claims with its scores."""
    left_id, right_id = sorted((left_id, right_id))
    pair = ClaimPair(left_id=left_id, right_id=right_id, similarity=0.7, evidence=("similarity 0.70",))
    return ScoredPair(pair=pair, scores=scores(**likely), model_id="hand")
