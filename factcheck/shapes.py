"""What the API answers, as the OpenAPI document and the client know it; `payloads` makes these shapes."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from factcheck.records import ClaimKind, ConflictType, Relation, Verdict


class Shape(BaseModel):
    """Part of an answer; further keys may be there, and more may follow."""

    model_config = ConfigDict(extra="allow")


class Stretch(Shape):
    """A stretch of text and where it stands."""

    start: int
    end: int
    text: str


class ClashOut(Shape):
    """The two stretches that cannot both be right."""

    left: Stretch
    right: Stretch


class ComparedPart(Stretch):
    """What of a claim was compared: all of it, or one of the things that it states."""

    reads_as: str = Field(description="How the model read it: by itself, with names in the place of pronouns.")


class ComparedOut(Shape):
    """What was compared with what."""

    left: ComparedPart
    right: ComparedPart


class Context(Shape):
    """The sentence before and the sentence after; empty at the ends of a text."""

    before: str
    after: str


class ArticleRef(Shape):
    """An article without its text. `published_at` is null where unknown."""

    article_id: str
    title: str | None
    source: str | None
    url: str | None
    published_at: str | None
    label: str
    content_hash: str
    origin_id: str


class ClaimOut(Shape):
    """A claim: `start:end` cuts `quote` out of the article's body. `speaker` is null where the outlet asserts it."""

    claim_id: str
    quote: str
    start: int
    end: int
    kind: ClaimKind
    standalone_text: str
    speaker: str | None
    context: Context
    article: ArticleRef


class EvidenceOut(ClaimOut):
    """A stored claim that speaks to a submitted one, which is the left of `clash` and `compared`."""

    relation: Relation
    probability: float
    scores: dict[Relation, float]
    conflict_type: ConflictType | None
    clash: ClashOut | None
    compared: ComparedOut
    reasons: list[str]


class DecisionOut(Shape):
    """What one reviewer decided, once."""

    finding_id: str
    verdict: Verdict
    reviewer: str
    note: str
    decided_at: str


class HistoryOut(DecisionOut):
    """An entry of the log; `withdraws` names the entry that it takes back."""

    entry_id: str
    withdraws: str | None


class AssignmentOut(Shape):
    """Who is at a finding, and until when."""

    reviewer: str
    until: str


class ReportFinding(Shape):
    """Two claims that a person should compare."""

    finding_id: str
    relation: Relation
    probability: float
    scores: dict[Relation, float]
    conflict_type: ConflictType | None
    clash: ClashOut | None
    compared: ComparedOut
    reasons: list[str]
    similarity: float
    left: ClaimOut
    right: ClaimOut
    status: Literal["open", "decided"] = Field(description="Open until as many people decided as it needs.")
    decisions: list[DecisionOut] = Field(description="Those that were not taken back, oldest first.")
    model_id: str
    run_id: str


class FindingOut(ReportFinding):
    """The same, with all that people made of it."""

    history: list[HistoryOut] = Field(description="The decisions, those taken back, and the withdrawals.")
    assigned: AssignmentOut | None = Field(description="Who is at it.")
    dispute_id: str | None = Field(description="The dispute that it belongs to.")
    is_sampled: bool = Field(description="Whether it was not flagged but drawn at random, to measure what is missed.")
    needs_two: bool = Field(description="Whether two people should decide, to measure how far they agree.")


class SideOut(Shape):
    """One position in a dispute."""

    position: str
    claims: list[ClaimOut]
    outlets: list[str]
    origins: int


class DisputeOut(Shape):
    """Findings that answer one question, as sides."""

    dispute_id: str
    question: str
    relation: Relation
    probability: float
    sides: list[SideOut]
    finding_ids: list[str]


class RunOut(Shape):
    """What one ingest or scan did."""

    run_id: str
    started_at: str
    funnel: dict[str, Any]
    seconds: dict[str, float]
    models: dict[str, str]
    settings: dict[str, str]


class Answer(Shape):
    """Every answer that worked."""

    ok: Literal[True] = True
    etag: SkipJsonSchema[str] = Field("", exclude=True)
    """What the header of that name said, as the client read it; it is not in the body."""


class ClaimAnswer(Answer):
    """What the articles say about a claim, best first."""

    claim: dict[str, str | None]
    evidence: list[EvidenceOut]
    checked: dict[str, int]


class ArticlesTaken(Answer):
    """What was taken in; `scan` is null unless one was asked for."""

    articles: list[ArticleRef]
    ingest: RunOut
    scan: RunOut | None


class ListedArticle(ArticleRef):
    """An article in a list: its first words and how many claims it makes."""

    opening: str
    claims: int


class ArticleList(Answer):
    """A page of articles."""

    articles: list[ListedArticle]
    total: int
    next_cursor: str | None = Field(description="Give it back to get the next page; null at the end.")


class OriginReviewOut(Shape):
    """What a reviewer said of an article's origin; `joined_to` is null where it has one of its own."""

    article_id: str
    joined_to: str | None
    reviewer: str
    note: str
    made_at: str


class ArticleAnswer(Answer, ArticleRef):
    """An article with its text and claims."""

    body: str
    language: str
    retrieved_at: str
    claims: list[ClaimOut]
    copies: list[ArticleRef] = Field(description="The other articles that print the same text.")
    origin_reviews: list[OriginReviewOut]


class FindingList(Answer):
    """A page of findings."""

    findings: list[FindingOut]
    total: int
    next_cursor: str | None


class FindingAnswer(Answer, FindingOut):
    """One finding."""


class OutletPairOut(Shape):
    """How many findings of one relation there are between two outlets."""

    one: str
    other: str
    relation: Relation
    count: int


class OutletList(Answer):
    """Which outlets disagree, most first."""

    pairs: list[OutletPairOut]


class DecisionAnswer(Answer):
    """The decision as it was kept."""

    decision: DecisionOut


class DisputeList(Answer):
    """A page of disputes."""

    disputes: list[DisputeOut]
    total: int
    next_cursor: str | None


class DisputeAnswer(Answer, DisputeOut):
    """One dispute."""


class ReportAnswer(Answer):
    """The report as JSON; other formats are files."""

    generated_at: str
    disputes: list[DisputeOut]
    findings: list[ReportFinding]
    articles: list[ArticleRef]
    filtered_out: int = Field(description="How many disputes the filter leaves out.")
    funnel: dict[str, Any]
    models: dict[str, str]
    settings: dict[str, str]


class ScanAnswer(Answer, RunOut):
    """What the scan did."""


class CheckedClaim(Shape):
    """One claim of several: what `POST /claims` answers, or what is wrong with this claim."""

    ok: bool
    claim: dict[str, str | None] | None = None
    evidence: list[EvidenceOut] | None = None
    checked: dict[str, int] | None = None
    error: str | None = None
    hint: str | None = None
    status: int | None = None


class BatchAnswer(Answer):
    """What the articles say about several claims, in the order in which they came."""

    results: list[CheckedClaim]


class FacetsAnswer(Answer):
    """How many findings there are of each kind, most first."""

    total: int
    facets: dict[str, dict[str, int]]


class NextAnswer(Answer):
    """The finding to look at next; null where nothing is left."""

    finding: FindingOut | None


class DecisionsAnswer(Answer):
    """The decisions as they were kept."""

    decisions: list[DecisionOut]


class DecisionLog(Answer):
    """A page of the log, oldest first."""

    decisions: list[HistoryOut]
    total: int
    next_cursor: str | None


class OriginAnswer(Answer):
    """The article with the origin that it has now."""

    article: ArticleRef


class ArticleFindings(Answer):
    """The findings about an article."""

    findings: list[FindingOut]


class AssignmentAnswer(Answer):
    """Who is at a finding now."""

    assigned: AssignmentOut


class LeftOutOut(Shape):
    """Something that did not go in, and why."""

    what: str
    reason: str


class ImportAnswer(Answer):
    """How many decisions were new, and what could not be read."""

    added: int
    left_out: list[LeftOutOut]
