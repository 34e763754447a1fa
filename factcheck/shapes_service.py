"""What the API answers about the service itself: quality, jobs, people, problems, and what there is."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from factcheck.answers import JobKind, JobState
from factcheck.records import Role
from factcheck.shapes import Answer, RunOut, Shape


class ShareOut(Shape):
    """How many of `n` were right, as a share with its 95 % interval; null where there are none."""

    name: str
    n: int
    right: int
    share: float | None
    low: float | None
    high: float | None


class RecallOut(Shape):
    """The estimated share of all disagreements that were flagged."""

    name: str
    recall: float | None
    low: float | None
    high: float | None


class AgreementOut(Shape):
    """How two reviewers agree on what both decided about."""

    one: str
    other: str
    n: int
    agreed: int
    kappa: float | None


class QualityAnswer(Answer):
    """What the decisions say of the findings, and how far reviewers agree."""

    decided: int
    decisions: int
    precision: ShareOut
    by_relation: list[ShareOut]
    by_conflict_type: list[ShareOut]
    by_band: list[ShareOut]
    recall: list[RecallOut]
    agreement: list[AgreementOut]
    alpha: float | None
    runs: list[RunOut]


class MeAnswer(Answer):
    """Who asks."""

    name: str
    role: Role
    is_single_user: bool


class AccountOut(Shape):
    """An account."""

    name: str
    role: Role
    added_at: str
    last_login_at: str | None


class AccountAnswer(Answer, AccountOut):
    """One account."""


class AccountList(Answer):
    """Every account."""

    users: list[AccountOut]


class KeyOut(Shape):
    """A key by how it begins."""

    prefix: str
    owner: str
    role: Role
    label: str
    made_at: str
    expires_at: str | None
    is_expired: bool
    last_used_at: str | None


class KeyAnswer(Answer, KeyOut):
    """One key; `secret` is the whole of it, in the answer that made it and nowhere else."""

    secret: str | None


class KeyList(Answer):
    """Every key."""

    keys: list[KeyOut]


class AuditOut(Shape):
    """Something that somebody did with an admin's rights, or tried at the login."""

    at: str
    who: str
    act: str
    what: str
    address: str


class AuditList(Answer):
    """The latest of the audit, latest first."""

    audit: list[AuditOut]


class JobProgress(Shape):
    """How far a job is; a total of 0 is not known."""

    stage: str
    done: int
    total: int


class JobOut(Shape):
    """Long work. `result` holds what its scan, ingest or reindex did, or the `results` of a check.

    Of a job that failed or was cancelled it holds what had ended before.
    """

    job_id: str
    kind: JobKind
    state: JobState
    is_over: bool
    asked_by: str
    progress: JobProgress
    created_at: str
    started_at: str | None
    ended_at: str | None
    is_cancel_asked: bool
    result: dict[str, Any] | None
    error: str = Field(description="Why it failed or was interrupted; empty otherwise.")
    hint: str


class JobAnswer(Answer, JobOut):
    """One job."""


class JobList(Answer):
    """A page of jobs, latest first. Their results are read one by one."""

    jobs: list[JobOut]
    total: int
    next_cursor: str | None


class StatusAnswer(Answer):
    """What the store holds, and what the last runs did."""

    counts: dict[str, int]
    last_ingest: RunOut | None
    last_scan: RunOut | None
    version: str


class Problem(BaseModel):
    """Every answer that did not work: problem details after RFC 9457, with what each of our errors carries."""

    type: str = Field(description="Which problem it is; read it for what to do about it.")
    title: str = Field(description="The same in words, whatever the request.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What happened: the thing, the value, the limit.")
    ok: Literal[False] = False
    error: str = Field(description="The same as detail.")
    hint: str = Field(description="The next thing to do; may be empty.")


class ProblemKind(Shape):
    """One kind of problem, and the status that it comes with."""

    type: str
    title: str
    status: int


class ProblemKinds(Answer):
    """Every kind of problem that the API knows."""

    problems: list[ProblemKind]


class ProblemKindAnswer(Answer, ProblemKind):
    """One kind of problem."""
