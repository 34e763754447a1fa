"""How the pages word what reports have no word for: probabilities, relations, and the buttons of a decision."""

from __future__ import annotations

from dataclasses import dataclass

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
    (0.20, "unlikely"),
    (0.00, "very unlikely"),
)


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
        verdict=Verdict.NO_DISAGREEMENT, key="n", label="No disagreement", meaning="They agree, or both can be right"
    ),
    VerdictChoice(verdict=Verdict.UNSURE, key="?", label="Unsure", meaning="Someone else should look"),
)


def in_words(probability: float) -> str:
    """A probability as people say it."""
    return next(words for least, words in PROBABILITY_WORDS if probability >= least)


def shortened(text: str, limit: int = 160) -> str:
    """A text cut at a word so that it has at most about `limit` characters."""
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


FILTERS = {
    "in_words": in_words,
    "shortened": shortened,
    **{
        name: getattr(report_wording, name)
        for name in (
            "counted",
            "day",
            "listed",
            "marked",
            "moment",
            "outlet",
            "percent",
            "reported_by",
            "sentence_case",
            "web_link",
        )
    },
}
