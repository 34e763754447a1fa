"""The records of what is handed out: the evidence on a submitted claim, and a report."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

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
    """

    claim: Claim
    article: Article
    relation: Relation
    probability: float
    scores: RelationScores
    conflict_type: ConflictType | None
    clash: Clash | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCheck:
    """What the index says of a submitted claim, best evidence first.

    `checked` counts what was looked at: articles, claims, scored. `models` and `settings` are those of the answer.
    """

    text: str
    published_at: str | None
    evidence: tuple[Evidence, ...]
    checked: dict[str, int]
    models: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportData:
    """Everything that a report shows. `claims` and `articles` hold at least those that disputes and findings name.

    `decisions` are by finding, oldest first; `funnel` counts what the last scan looked at and `left_out` why not more.
    """

    generated_at: datetime
    disputes: tuple[Dispute, ...]
    findings: tuple[Finding, ...]
    claims: dict[str, Claim]
    articles: dict[str, Article]
    decisions: dict[str, tuple[Decision, ...]] = field(default_factory=dict)
    funnel: dict[str, int] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()
    models: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
