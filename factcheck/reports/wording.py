"""How reports and pages word what a payload holds: dates, odds, speakers, links, highlighted quotes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from factcheck.verdicts import in_same_words
from factcheck.vocabulary import percent as percent

RELATION_WORDS = {
    "conflict": ("conflict", "conflicts"),
    "update": ("update", "updates"),
    "tension": ("tension", "tensions"),
}
RELATION_MEANINGS = {
    "conflict": "cannot both be right as written",
    "update": "differ because time passed between the reports",
    "tension": "opposite stances, with no fact that a document could settle",
}
TYPE_WORDS = {
    "number": "a number",
    "date": "a date",
    "place": "a place",
    "actor": "who did it",
    "role": "who did what to whom",
    "cause": "the cause",
    "outcome": "the outcome",
    "denial": "what one affirms and the other denies",
    "position": "what someone’s position is",
    "status": "how things stand",
}
OPENING_MARKS = frozenset('“"«„')
FUNNEL_WORDS = {
    "added": "articles added",
    "replaced": "articles replaced by a new version",
    "unchanged": "articles that were here already",
    "articles": "articles read",
    "origins": "independent origins of them",
    "claims": "claims in them",
    "candidates": "pairs of claims that may speak of one event",
    "scored": "pairs scored by the relation model",
    "flagged": "pairs flagged",
    "conflict": "of them conflicts",
    "update": "of them updates",
    "tension": "of them tensions",
    "disputes": "disputes that they form",
    "new_claims": "claims that were new to this run",
    "new_candidates": "pairs that were new to this run",
    "new_scored": "pairs scored by this run",
}


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: "1 article", "1,204 articles"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(words: Iterable[str]) -> str:
    """Words joined as in a sentence: "a, b and c"."""
    *first, last = list(words) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def sentence_case(words: str) -> str:
    """The words with a capital first letter and the rest as it is."""
    return words[:1].upper() + words[1:]


def title_of(claim: Mapping[str, Any]) -> str | None:
    """The title of the article, unless the claim is that title itself."""
    title: str | None = claim["article"]["title"]
    return title if title != claim["quote"] else None


def day(published_at: str | None) -> str:
    """The day of publication in words; says openly where it is unknown."""
    if not published_at:
        return "date unknown"
    when = datetime.fromisoformat(published_at)
    return f"{when.day} {when:%B %Y}"


def moment(iso: str) -> str:
    """A time in words, to the minute."""
    when = datetime.fromisoformat(iso)
    return f"{when.day} {when:%B %Y, %H:%M} {when:%Z}".rstrip()


def outlet(article: Mapping[str, Any]) -> str:
    """The outlet; where it is unknown, what the article is called here."""
    return article["source"] or f"{article['label']} (outlet unknown)"


def voice(claim: Mapping[str, Any]) -> str:
    """Who asserts a claim."""
    return f"quoting {claim['speaker']}" if claim["speaker"] else "in the outlet’s own words"


def about(conflict_types: Iterable[str]) -> list[str]:
    """What conflicts of these types are about."""
    return [TYPE_WORDS[name] for name in conflict_types]


def reported_by(whole: Mapping[str, Any]) -> str:
    """How widely a dispute or a side is reported; copies of one wire text are one origin."""
    unknown = whole["unknown_outlets"]
    known = whole["known_outlets"]
    outlets = [counted(known, "outlet")] if known else []
    if unknown:
        outlets.append(counted(unknown, "article of an unknown outlet", "articles of unknown outlets"))
    return f"{listed(outlets)}, {counted(whole['origins'], 'origin')}"


def relation_counts(disputes: Iterable[Mapping[str, Any]]) -> str:
    """How many disputes of each relation: "3 conflicts, 1 update and 2 tensions"."""
    relations = [dispute["relation"] for dispute in disputes]
    return listed(counted(relations.count(name), *words) for name, words in RELATION_WORDS.items() if name in relations)


def summary(report: Mapping[str, Any]) -> str:
    """The outcome in one sentence."""
    disputes = report["disputes"]
    number = report["funnel"].get("articles", len(report["articles"]))
    if not number:
        return "No articles have been read yet."
    read = counted(number, "article")
    if report["funnel"] and "scored" not in report["funnel"]:
        return f"{sentence_case(read)} taken in and not compared yet: run factcheck scan."
    every = len(disputes) + report["filtered_out"]
    if not every:
        return f"No disagreement found among {read}."
    found = f"{counted(every, 'dispute')} found among {read}"
    if not disputes:
        return f"None of the {found} passes the filter." if every > 1 else f"The {found} does not pass the filter."
    if report["filtered_out"]:
        found = f"{len(disputes):,} of {found} {'is' if len(disputes) == 1 else 'are'} shown"
    return f"{found}: {relation_counts(disputes)}."


def web_link(url: str | None) -> str | None:
    """The URL if it is one that a reader may safely follow: http or https to a named host; else None."""
    if not url or not url.isprintable() or any(character in url for character in " \"'<>\\"):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def quotation_marks(quote: str) -> tuple[str, str]:
    """The marks to put around a quote: none if it brings its own."""
    return ("", "") if quote[:1] in OPENING_MARKS else ("“", "”")


def marked(claim: Mapping[str, Any], clash: Iterable[Mapping[str, Any] | None]) -> list[tuple[str, bool]]:
    """The quote of a claim in stretches, each with whether it is part of the clash.

    Spans count from the start of the article's body, like the claim's own.
    """
    quote, offset = claim["quote"], claim["start"]
    inside = [False] * len(quote)
    for span in clash:
        if span is not None:
            for place in range(max(span["start"] - offset, 0), min(span["end"] - offset, len(quote))):
                inside[place] = True
    edges = [0, *(i for i in range(1, len(quote)) if inside[i] != inside[i - 1]), len(quote)]
    return [(quote[start:end], inside[start]) for start, end in pairwise(edges)]


def read_otherwise(compared: Mapping[str, Any]) -> str:
    """How the compared part of a claim was read by itself, where that is more than its own words; else empty."""
    return "" if in_same_words(compared["reads_as"], compared["text"]) else str(compared["reads_as"])


def what_was_compared(claim: Mapping[str, Any], compared: Mapping[str, Any]) -> str:
    """The part of a claim that was compared and how it was read; empty where that is all of it as it stands."""
    part, reads_as = compared["text"], read_otherwise(compared)
    told = [f"only “{part}”" if part != claim["quote"] else "", f"read as “{reads_as}”" if reads_as else ""]
    return ", ".join(filter(None, told))


def funnel_rows(funnel: Mapping[str, Any]) -> list[tuple[str, int]]:
    """The counts of a funnel in words, known steps first and in their order."""
    counts = {name: number for name, number in funnel.items() if isinstance(number, int)}
    known = [name for name in FUNNEL_WORDS if name in counts]
    return [
        (FUNNEL_WORDS.get(name, name.replace("_", " ")), counts[name])
        for name in [*known, *(name for name in counts if name not in FUNNEL_WORDS)]
    ]
