"""How the pages word what reports have no word for: probabilities, relations, and the buttons of a decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from factcheck.answers import Reviewed
from factcheck.records import Relation, Verdict
from factcheck.reports import wording as report_wording

RELATION_WORDS = {
    Relation.CONFLICT: "Conflict",
    Relation.UPDATE: "Update",
    Relation.TENSION: "Tension",
    Relation.AGREE: "Agreement",
    Relation.COMPATIBLE: "Compatible",
    Relation.DIFFERENT: "Different event",
}
RELATION_MEANINGS = {
    Relation.CONFLICT: "Both speak of the same fact and cannot both be right as written.",
    Relation.UPDATE: "They differ because time passed between the reports.",
    Relation.TENSION: "Opposite stance or framing, with no fact that a document could settle.",
    Relation.AGREE: "The same fact, perhaps told with more or less detail.",
    Relation.COMPATIBLE: "The same story, but different facts that can both be true.",
    Relation.DIFFERENT: "They look alike but speak of other events, people, places or times.",
}
PROBABILITY_WORDS = (
    (0.95, "almost certain"),
    (0.80, "very likely"),
    (0.60, "likely"),
    (0.40, "as likely as not"),
    (0.10, "possible"),
    (0.05, "unlikely"),
    (0.00, "very unlikely"),
)


MOST_LABEL_CHARS = 40
"""Characters of the label that stands in for an unknown outlet: it may be the first words of a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictChoice:
    """One button of the decision form: the verdict, its key, and when to take it."""

    verdict: Verdict
    key: str
    label: str
    meaning: str


VERDICT_CHOICES = (
    VerdictChoice(verdict=Verdict.CONFLICT, key="c", label="Conflict", meaning="They cannot both be right"),
    VerdictChoice(verdict=Verdict.UPDATE, key="u", label="Update", meaning="Things moved on in between"),
    VerdictChoice(verdict=Verdict.TENSION, key="t", label="Tension", meaning="Opposite framing, no fact"),
    VerdictChoice(
        verdict=Verdict.ATTRIBUTION_ONLY, key="a", label="Attribution only", meaning="Only who says it differs"
    ),
    VerdictChoice(verdict=Verdict.DIFFERENT_EVENT, key="d", label="Different event", meaning="Not the same thing"),
    VerdictChoice(verdict=Verdict.NOT_A_CLAIM, key="x", label="Not a claim", meaning="One side asserts nothing"),
    VerdictChoice(
        verdict=Verdict.NO_DISAGREEMENT, key="n", label="No clash", meaning="They agree, or both can be right"
    ),
    VerdictChoice(verdict=Verdict.UNSURE, key="?", label="Unsure", meaning="Someone else should look"),
)


STATUSES = (
    ("open", "To review"),
    ("decided", "Decided"),
    ("all", "All"),
    ("sample", "Random checks"),
    ("checked", "Random checks, decided"),
)
MINE = (("unreviewed", "Not yet by me"), ("decided", "Decided by me"), ("assigned", "On my desk"))
STAGES = {
    "wait": "Waiting for other work on this index to end",
    "read": "Reading articles and the claims in them",
    "find copies": "Finding copies of one text",
    "embed": "Making claims findable",
    "match": "Finding claims about the same event",
    "score": "Comparing pairs of claims",
    "judge": "Deciding what to flag",
    "save": "Saving",
}
JOB_WORDS = {
    "scan": "Scan for disagreements",
    "ingest": "Take articles in",
    "reindex": "Rebuild the claim index",
    "check": "Check claims",
}
ORDERS = (
    ("priority", "Priority", "Likely conflicts first; what many origins report and what is recent moves up"),
    ("probability", "Surest", "Most probable first, whatever the relation"),
    ("newest", "Newest", "Latest publication first"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAction:
    """Something that a key does: its name in the pages, the key that it has unless a reader chose another."""

    name: str
    key: str
    label: str


KEY_ACTIONS = {
    one.name: one
    for one in (
        *(
            KeyAction(name=str(choice.verdict), key=choice.key, label=f"{choice.label}: {choice.meaning.lower()}")
            for choice in VERDICT_CHOICES
        ),
        KeyAction(name="next", key="j", label="Next finding; in a list, next row"),
        KeyAction(name="previous", key="k", label="Previous finding; in a list, previous row"),
        KeyAction(name="undo", key="z", label="Take the last decision back"),
        KeyAction(name="note", key="m", label="Write a note; Esc leaves it"),
        KeyAction(name="left", key="[", label="Whole article of the left side"),
        KeyAction(name="right", key="]", label="Whole article of the right side"),
        KeyAction(name="dispute", key="v", label="The dispute that the finding belongs to"),
        KeyAction(name="queue", key="q", label="Back to the queue"),
        KeyAction(name="start", key="s", label="Start reviewing, from the queue"),
        KeyAction(name="search", key="/", label="Search in the queue"),
        KeyAction(name="help", key="h", label="Show all keys"),
    )
}


def action(name: str) -> Markup:
    """The attributes that let a key press an element."""
    return Markup('data-action="{0}" data-key="{1}" aria-keyshortcuts="{1}"').format(name, KEY_ACTIONS[name].key)


def key(name: str) -> Markup:
    """The key of an action, shown beside it; a reader of the screen hears it from the element itself."""
    return Markup('<kbd class="needs-script" aria-hidden="true" data-shows="{}">{}</kbd>').format(
        name, KEY_ACTIONS[name].key
    )


def told_of_review(review: Reviewed, me: str) -> list[str]:
    """What a reviewer should know before deciding: who else is at it, and why it is here again."""
    lines = []
    if review.reopened:
        before = review.reopened.decisions[-1]
        since = "open again" if review.status == "open" else "the wording changed since"
        lines.append(f"Decided before as {before.verdict} by {before.reviewer}; {since}: {review.reopened.because}")
    if review.assignment and review.assignment.reviewer != me:
        lines.append(f"{review.assignment.reviewer} is looking at this until {review.assignment.until:%H:%M} UTC.")
    if review.needs_two and review.status == "open" and review.decisions:
        lines.append("A second look: this pair is one of those that two people decide, to see how well they agree.")
    return lines


def in_words(probability: float) -> str:
    """A probability as people say it."""
    return next(words for least, words in PROBABILITY_WORDS if probability >= least)


def parts_compared(claim: Mapping[str, Any], compared: Mapping[str, Any]) -> Iterator[tuple[bool, dict[str, Any]]]:
    """The quote of a claim in stretches, each with whether it was compared; all of it is one that was."""
    start, end = claim["start"], claim["end"]
    inner = (max(start, compared["start"]), min(end, compared["end"]))
    for first, last in ((start, inner[0]), inner, (inner[1], end)):
        if first < last:
            quote = claim["quote"][first - start : last - start]
            yield (first, last) == inner, {"quote": quote, "start": first}


def shortened(text: str, limit: int = 160) -> str:
    """A text cut at a word so that it has at most about `limit` characters."""
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def sentence(text: str) -> str:
    """A text as a sentence of its own: with a capital and a full stop."""
    text = str(report_wording.sentence_case(text))
    return text if text.endswith((".", "!", "?", "…", ":")) else f"{text}."


def outlet(article: Mapping[str, Any]) -> str:
    """The outlet; where it is unknown, what the article is called here, at no great length."""
    label = shortened(article["label"], MOST_LABEL_CHARS)
    return str(report_wording.outlet({**article, "label": label}))


FILTERS = {
    "in_words": in_words,
    "outlet": outlet,
    "sentence": sentence,
    "parts_compared": parts_compared,
    "shortened": shortened,
    **{
        name: getattr(report_wording, name)
        for name in (
            "counted",
            "day",
            "funnel_rows",
            "listed",
            "marked",
            "moment",
            "percent",
            "read_otherwise",
            "reported_by",
            "sentence_case",
            "web_link",
        )
    },
}

GLOBALS = {
    "job_words": JOB_WORDS,
    "action": action,
    "key": key,
    "key_actions": KEY_ACTIONS,
    "relation_words": RELATION_WORDS,
    "relation_meanings": RELATION_MEANINGS,
    "type_words": report_wording.TYPE_WORDS,
}
