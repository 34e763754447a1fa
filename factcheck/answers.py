"""The records of what is handed out: the evidence on a submitted claim, a report, and how far a job is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from factcheck.records import (
    Article,
    Claim,
    Clash,
    ConflictType,
    Decision,
    Dispute,
    Finding,
    LeftOut,
    Relation,
    RelationScores,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A stored claim that speaks to a submitted one.

    `clash.left` counts from the start of the submitted text, `clash.right` from the start of the article's body.
    `unit` is the unit of the stored claim that was compared, from 1; 0 for the whole.
    """

    claim: Claim
    article: Article
    relation: Relation
    probability: float
    scores: RelationScores
    conflict_type: ConflictType | None
    clash: Clash | None
    reasons: tuple[str, ...]
    unit: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCheck:
    """What the index says of a submitted claim, best evidence first.

    `checked` counts what was looked at: articles, claims, scored. `models` and `settings` are those of the answer.
    `reads_as` is how the model read the text.
    """

    text: str
    reads_as: str
    published_at: str | None
    evidence: tuple[Evidence, ...]
    checked: dict[str, int]
    models: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportData:
    """Everything that a report shows. `claims` and `articles` hold at least those that disputes and findings name.

    `decisions` are by finding, oldest first; `decided_ids` are the findings that wait for no further one, as in the
    queue. `funnel` counts what the last scan looked at and `left_out` says why not more. `filtered_out` is how many
    disputes there are beside those that the report shows.
    """

    generated_at: datetime
    disputes: tuple[Dispute, ...]
    findings: tuple[Finding, ...]
    claims: dict[str, Claim]
    articles: dict[str, Article]
    decisions: dict[str, tuple[Decision, ...]] = field(default_factory=dict)
    decided_ids: frozenset[str] = frozenset()
    filtered_out: int = 0
    funnel: dict[str, int] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()
    models: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)


class JobKind(StrEnum):
    """What long work there is."""

    SCAN = "scan"
    INGEST = "ingest"
    REINDEX = "reindex"
    CHECK = "check"


class JobState(StrEnum):
    """How a job stands; the last four are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Long work that somebody asked for. `done` of `total` says how far its stage is; a total of 0 is not known.

    `result` is there once it is done, and where it failed or was cancelled as far as it came; `error` and `hint` say
    why it failed or was interrupted.
    """

    job_id: str
    kind: JobKind
    created_at: datetime
    state: JobState = JobState.QUEUED
    asked_by: str = ""
    stage: str = ""
    done: int = 0
    total: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    is_cancel_asked: bool = False
    result: dict[str, Any] | None = None
    error: str = ""
    hint: str = ""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state not in (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A finding that one reviewer works on until then; nobody else is sent to it meanwhile."""

    finding_id: str
    reviewer: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """Why a finding has to be decided again, and what was decided when a source read differently, oldest first."""

    because: str
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """What people made of a finding so far.

    `status` is open or decided. `decisions` are those that stand, `history` also those withdrawn and the withdrawals;
    both are oldest first. `needs_two` says that two people should look, so that their agreement can be measured;
    `is_sampled` that it was not flagged but drawn at random; `dispute_id` names the dispute that it belongs to.
    """

    status: str
    decisions: tuple[Decision, ...] = ()
    history: tuple[Decision, ...] = ()
    reopened: Reopened | None = None
    assignment: Assignment | None = None
    needs_two: bool = False
    is_sampled: bool = False
    dispute_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletPair:
    """How many findings of one relation there are between two outlets."""

    one: str
    other: str
    relation: Relation
    count: int
