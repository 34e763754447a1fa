"""The records that cross module borders: frozen, keyword-only, and checked when they are made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from math import isclose

from factcheck.fact_records import (
    DateMention as DateMention,
    Facts as Facts,
    ModalMention as ModalMention,
    NameMention as NameMention,
    Quantity as Quantity,
    Span as Span,
)
from factcheck.vocabulary import (
    FLAGGED as FLAGGED,
    RELATIONS as RELATIONS,
    UNFLAGGED as UNFLAGGED,
    ClaimKind as ClaimKind,
    ConflictType as ConflictType,
    Modality as Modality,
    Relation as Relation,
    Role as Role,
    Verdict as Verdict,
    content_id as content_id,
    is_plain_text as is_plain_text,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One published text. `published_at` is an ISO 8601 date or time as the source gave it; unknown is None.

    `article_id` names the article across its versions, `content_hash` names this version of it.
    `label` is what to call the article where its outlet is unknown: a file name, or the id.
    """

    article_id: str
    url: str | None
    source: str | None
    title: str | None
    published_at: str | None
    retrieved_at: datetime
    language: str
    body: str
    content_hash: str
    origin_id: str
    label: str

    def __post_init__(self) -> None:
        if not self.body.strip():
            raise ValueError("an article must have a body")
        if self.published_at is not None:
            datetime.fromisoformat(self.published_at)

    @property
    def published_on(self) -> date | None:
        """The day of publication."""
        return datetime.fromisoformat(self.published_at).date() if self.published_at else None

    @property
    def name(self) -> str:
        """The outlet where known, else the label."""
        return self.source or self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who asserts a claim, when it is not the outlet itself, and the words that say so."""

    name: str
    cue: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A part of a claim that states one thing: where it stands in the claim's text, and how it reads by itself."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One checkable sentence of an article; `article.body[start:end] == text` always.

    `standalone_text` is the sentence as a reader who sees nothing else needs it.
    `speaker` is None where the outlet itself asserts the claim. `units` are the parts of a long sentence that are
    compared beside the whole, numbered from 1; 0 is the whole. Whatever is compared, the claim is what is quoted.
    """

    claim_id: str
    article_id: str
    position: int
    start: int
    end: int
    text: str
    standalone_text: str
    kind: ClaimKind = ClaimKind.SENTENCE
    speaker: Speaker | None = None
    facts: Facts = field(default_factory=Facts)
    units: tuple[Unit, ...] = ()

    def __post_init__(self) -> None:
        if self.end - self.start != len(self.text) or not self.text.strip():
            raise ValueError(f"claim span {self.start}:{self.end} does not fit its {len(self.text)} characters")
        if any(unit.span.end > len(self.text) for unit in self.units):
            raise ValueError(f"a unit of claim {self.claim_id} ends behind its {len(self.text)} characters")

    def wording(self, number: int) -> str:
        """How the whole (0) or a unit reads by itself; the whole where there is no such unit."""
        return self.units[number - 1].text if 0 < number <= len(self.units) else self.standalone_text

    @property
    def wordings(self) -> dict[str, str]:
        """Everything about this claim that can be found by meaning, by the id that `wording_id` gives it."""
        return {wording_id(self.claim_id, number): self.wording(number) for number in range(len(self.units) + 1)}


def wording_id(claim_id: str, number: int) -> str:
    """The id of a claim's whole (0) or of one of its units."""
    return f"{claim_id}:{number}" if number else claim_id


def claim_and_number(wording: str) -> tuple[str, int]:
    """The claim and the number of the unit that an id of `wording_id` means."""
    claim_id, _, number = wording.partition(":")
    return claim_id, int(number or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPair:
    """Two claims of different articles worth comparing; `evidence` says why, in plain words.

    `left_unit` and `right_unit` say what of each is compared: the whole (0) or one of its units.
    """

    left_id: str
    right_id: str
    similarity: float
    evidence: tuple[str, ...] = ()
    left_unit: int = 0
    right_unit: int = 0

    def __post_init__(self) -> None:
        if not self.left_id < self.right_id:
            raise ValueError(f"left_id must sort before right_id, got {self.left_id} and {self.right_id}")

    @property
    def finding_id(self) -> str:
        """The id of the finding about this pair, whatever the model says of it."""
        return content_id(self.left_id, self.right_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationInput:
    """What the relation model may know of a claim."""

    text: str
    published_on: date | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationScores:
    """How likely each of the six relations holds between two claims.

    The six values are calibrated probabilities and sum to 1. `conflict_type` is what the claims would clash in, if they
    clash; None from a model that is not sure of it or does not know types.
    """

    conflict: float
    update: float
    tension: float
    agree: float
    compatible: float
    different: float
    conflict_type: ConflictType | None = None

    def __post_init__(self) -> None:
        total = sum(self.probabilities.values())
        if not isclose(total, 1.0, abs_tol=1e-3):
            raise ValueError(f"relation scores must sum to 1, got {total:.4f}")

    def of(self, relation: Relation | str) -> float:
        """The probability of one relation."""
        return float(getattr(self, str(relation)))

    @property
    def probabilities(self) -> dict[str, float]:
        """The six probabilities by name."""
        return {name: self.of(name) for name in RELATIONS}

    @property
    def flagged(self) -> float:
        """The probability that one of the relations holds that a person should see."""
        return sum(self.of(relation) for relation in FLAGGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredPair:
    """A pair with what a relation model says of it."""

    pair: ClaimPair
    scores: RelationScores
    model_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """The two stretches of text that cannot both be right, as spans of the left and the right article's body."""

    left: Span
    right: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A pair that a person should see: how the claims relate, how likely, and why.

    `is_sampled` is true where it was not flagged but drawn at random, so that what is missed can be measured.
    """

    finding_id: str
    pair: ClaimPair
    relation: Relation
    probability: float
    scores: RelationScores
    conflict_type: ConflictType | None
    clash: Clash | None
    reasons: tuple[str, ...]
    model_id: str
    run_id: str
    is_sampled: bool = False

    def __post_init__(self) -> None:
        if not 0.0 <= self.probability <= 1.0:
            raise ValueError(f"probability must be between 0 and 1, got {self.probability}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One position in a dispute and the claims that take it, oldest first."""

    position: str
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """Findings that answer one question, the one it is named after first, as sides.

    Sides of an update are in order of publication.
    """

    dispute_id: str
    question: str
    relation: Relation
    probability: float
    sides: tuple[Side, ...]
    finding_ids: tuple[str, ...]

    def __post_init__(self) -> None:
        claims = [claim for side in self.sides for claim in side.claim_ids]
        if len(self.sides) < 2 or len(set(claims)) != len(claims):
            raise ValueError("a dispute has at least two sides, and no claim on two of them")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one reviewer decided about one finding, once. Decisions are added, never changed.

    One that takes another back names its entry in `withdraws`, and repeats its verdict.
    """

    finding_id: str
    verdict: Verdict
    reviewer: str
    note: str
    decided_at: datetime
    withdraws: str = ""

    @property
    def entry_id(self) -> str:
        """The id of its entry in the log; the same decision twice has the same."""
        said = (self.finding_id, self.verdict, self.reviewer, self.note, self.decided_at.isoformat())
        return content_id(*said, self.withdraws) if self.withdraws else content_id(*said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A claim as it stood when somebody decided about it, where to look it up, and a few characters around it."""

    claim_id: str
    article_id: str
    content_hash: str
    url: str | None
    source: str | None
    title: str | None
    published_at: str | None
    start: int
    end: int
    text: str
    prefix: str = ""
    suffix: str = ""

    def __post_init__(self) -> None:
        if not self.start >= 0 or self.end - self.start != len(self.text):
            raise ValueError(f"quote span {self.start}:{self.end} does not fit its {len(self.text)} characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedDecision:
    """A decision with what the reviewer had before him, so that it outlives the finding."""

    decision: Decision
    left: Quote
    right: Quote
    relation: Relation
    probability: float
    model_id: str
    conflict_type: ConflictType | None = None
    is_sampled: bool = False

    def __post_init__(self) -> None:
        if not 0.0 <= self.probability <= 1.0:
            raise ValueError(f"probability must be between 0 and 1, got {self.probability}")

    @property
    def entry_id(self) -> str:
        """The id of this entry of the log; the same decision twice has the same."""
        return self.decision.entry_id


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Something that did not go in: what (a file, a line), and the reason."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """What one ingest or scan did: the funnel, what was left out and why, seconds by stage, models."""

    run_id: str
    started_at: datetime
    counts: dict[str, int]
    left_out: tuple[LeftOut, ...]
    seconds: dict[str, float]
    models: dict[str, str]
    settings: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who asks, and what they may do. The name is empty where nobody had to say one."""

    name: str
    role: Role
