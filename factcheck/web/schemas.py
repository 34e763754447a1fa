"""What the API takes and gives, as the OpenAPI document describes it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Annotated, Any, Literal, NoReturn

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    StrictBool,
    StrictFloat,
    StrictInt,
    ValidationError,
)

from factcheck.article_fields import FIELDS
from factcheck.errors import BadInput
from factcheck.jobs import MOST_EVIDENCE
from factcheck.people import MAX_KEY_DAYS, MAX_LABEL_CHARS, MAX_NAME_CHARS, MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS
from factcheck.records import ConflictType, Relation, Role, Verdict
from factcheck.review import ASSIGNED_MINUTES, MAX_NOTE_CHARS, MAX_REVIEWER_CHARS, MOST_MINUTES
from factcheck.store import FindingFilter
from factcheck.store_filter import Sort, Status
from factcheck.web.current import current_parts
from factcheck.web.paging import MAX_CURSOR_CHARS

MAX_PAGE_SIZE = 200
MOST_CLAIMS = 50
MOST_CLAIMS_OF_JOB = 2_000
FILES_BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["files"],
                "properties": {
                    "files": {"type": "array", "minItems": 1, "items": {"type": "string", "format": "binary"}},
                    "scan": {"type": "string", "enum": ["true", "false"], "default": "false"},
                },
            }
        }
    },
}
IMPORT_BODY = {
    "required": True,
    "content": {name: {} for name in ("application/x-ndjson", "text/csv")},
}
PLAIN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
"""Text without control characters but tabs and line ends; `review` and `claim_check` hold texts to it."""


def _no_number(value: Any) -> Any:
    """The value, unless it is a number, which would be taken for seconds since 1970."""
    if not isinstance(value, date) and not (isinstance(value, str) and value.count("-") == 2):
        raise ValueError("must be a day such as 2019-08-17")
    return value


Day = Annotated[date, BeforeValidator(_no_number)]


class Asked(BaseModel):
    """Something asked for: fields that are not known are refused."""

    model_config = ConfigDict(extra="forbid")


class ClaimIn(Asked):
    """A claim to look up."""

    text: str = Field(
        description="One full sentence: who did what, where and when.",
        examples=["The dam held."],
        json_schema_extra={"minLength": 1, "pattern": PLAIN},
    )
    published_at: str | None = Field(None, description="ISO 8601 date or time when it was said, if known.")
    limit: StrictInt = Field(20, ge=1, le=MOST_EVIDENCE, description="Most evidence to give.")


class ArticleIn(BaseModel):
    """An article as its outlet published it."""

    url: str | None = None
    source: str | None = Field(None, description="The outlet.")
    title: str | None = None
    published_at: str | None = Field(None, description="ISO 8601 date or time; leave out where unknown.")
    body: str | None = Field(None, description="The text. Needed, unless a url alone is given, to be fetched.")


NOT_GIVEN: dict[str, Any] = {name: {"enum": [None, ""]} for name in FIELDS if name != "url"}
"""The fields that an address has to come without if it is to be fetched."""


class ArticlesIn(ArticleIn):
    """One article by its fields, or several under `articles`; of a `url` alone, where the settings allow fetching."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["body"], "properties": {"body": {"type": "string"}}},
                {"required": ["articles"], "properties": {"articles": {"type": "array"}}},
                {"required": ["url"], "properties": {"url": {"type": "string", "minLength": 1}, **NOT_GIVEN}},
            ]
        }
    )

    articles: list[dict[str, Any]] | None = Field(
        None, max_length=1000, description="Several articles at once, each with its body: no address is fetched."
    )
    scan: StrictBool = Field(False, description="Compare the new claims with all others before answering.")


class NamedReviewer(Asked):
    """Who does something to a finding."""

    reviewer: str | None = Field(
        None,
        description="Who decides. With accounts it is who asks, and may be left away.",
        json_schema_extra={"minLength": 1, "maxLength": MAX_REVIEWER_CHARS, "pattern": PLAIN},
    )


class DecisionIn(NamedReviewer):
    """What a reviewer decides about a finding."""

    verdict: Verdict
    note: str = Field("", json_schema_extra={"maxLength": MAX_NOTE_CHARS, "pattern": PLAIN})


class AssignIn(NamedReviewer):
    """For whom a finding is kept, and for how long."""

    minutes: StrictInt = Field(ASSIGNED_MINUTES, ge=1, le=MOST_MINUTES)


class OriginIn(NamedReviewer):
    """Which text an article prints."""

    joined_to: str | None = Field(None, max_length=64, description="The other article; null for an origin of its own.")
    note: str = Field("", json_schema_extra={"maxLength": MAX_NOTE_CHARS, "pattern": PLAIN})


class BatchIn(Asked):
    """Several claims to look up at once."""

    claims: list[dict[str, Any]] = Field(
        min_length=1,
        max_length=MOST_CLAIMS,
        description="Each as POST /claims takes it; one that cannot be used gets its own error.",
    )


class PlainJobIn(Asked):
    """A scan of what is new, or a reindex: nothing more is needed."""

    kind: Literal["scan", "reindex"]


class IngestJobIn(Asked):
    """Taking articles in, and perhaps comparing them."""

    kind: Literal["ingest"]
    articles: list[dict[str, Any]] = Field(
        min_length=1, max_length=1000, description="Each by its fields, with its body: no address is fetched."
    )
    scan: StrictBool = Field(False, description="Compare the new claims with all others after that.")


class CheckJobIn(Asked):
    """Looking many claims up."""

    kind: Literal["check"]
    claims: list[dict[str, Any]] = Field(
        min_length=1, max_length=MOST_CLAIMS_OF_JOB, description="Each as POST /claims takes it."
    )


class JobIn(RootModel[PlainJobIn | IngestJobIn | CheckJobIn]):
    """Long work to start."""

    root: PlainJobIn | IngestJobIn | CheckJobIn = Field(discriminator="kind")


class AccountIn(Asked):
    """A new account."""

    name: str = Field(json_schema_extra={"minLength": 1, "maxLength": MAX_NAME_CHARS})
    role: Role
    password: str = Field(json_schema_extra={"minLength": MIN_PASSWORD_CHARS, "maxLength": MAX_PASSWORD_CHARS})


class RoleIn(Asked):
    """Another role."""

    role: Role


class PasswordIn(Asked):
    """Another password."""

    password: str = Field(json_schema_extra={"minLength": MIN_PASSWORD_CHARS, "maxLength": MAX_PASSWORD_CHARS})


class OwnPasswordIn(Asked):
    """Another password for oneself."""

    old: str = Field(description="The present one.", json_schema_extra={"maxLength": MAX_PASSWORD_CHARS})
    new: str = Field(json_schema_extra={"minLength": MIN_PASSWORD_CHARS, "maxLength": MAX_PASSWORD_CHARS})


class OwnKeyIn(Asked):
    """A new key for one's own programs."""

    role: Role | None = Field(None, description="The most that it may do; the owner's own role if left away.")
    label: str = Field("", json_schema_extra={"maxLength": MAX_LABEL_CHARS}, description="What it is for.")
    days: StrictInt | None = Field(None, ge=1, le=MAX_KEY_DAYS, description="How long it holds; for ever if left away.")


class KeyIn(OwnKeyIn):
    """A new key for programs."""

    owner: str = Field(max_length=MAX_NAME_CHARS, description="The account that it acts for.")


class NamePath(BaseModel):
    """Which account."""

    name: str = Field(max_length=MAX_NAME_CHARS)


class KeyPath(BaseModel):
    """Which key, by how it begins."""

    prefix: str = Field(max_length=64)


class AuditQuery(Asked):
    """How much of the audit."""

    limit: int = Field(100, ge=1, le=1_000)


class ExportQuery(Asked):
    """Which form of the decisions."""

    format: Literal["jsonl", "csv", "pairs", "claimreview"] = "jsonl"


class FindingPath(BaseModel):
    """Which finding."""

    finding_id: str = Field(max_length=64)


class DisputePath(BaseModel):
    """Which dispute."""

    dispute_id: str = Field(max_length=64)


class ArticlePath(BaseModel):
    """Which article."""

    article_id: str = Field(max_length=64)


class ClaimPath(BaseModel):
    """Which stored claim."""

    claim_id: str = Field(max_length=64)


class JobPath(BaseModel):
    """Which job."""

    job_id: str = Field(max_length=64)


class ProblemPath(BaseModel):
    """Which kind of problem."""

    name: str = Field(max_length=64)


class Paged(Asked):
    """A page of a list."""

    cursor: str | None = Field(None, max_length=MAX_CURSOR_CHARS, description="next_cursor of the answer before.")
    size: int = Field(25, ge=1, le=MAX_PAGE_SIZE)


class Filtered(Asked):
    """Which findings."""

    relation: Relation | None = None
    conflict_type: ConflictType | None = None
    status: Status | None = Field(
        None, description="sample is what waits for a decision in the random slice of what was not flagged."
    )
    source: str | None = Field(None, max_length=200, description="Outlet of either side.")
    other_source: str | None = Field(
        None, max_length=200, description="Outlet of the side opposite source; the same one again for both sides."
    )
    speaker: str | None = Field(None, max_length=200, description="Speaker of either side.")
    month: str | None = Field(None, pattern=r"^[0-9]{4}-[0-9]{2}$", description="When either side was published.")
    published_from: Day | None = Field(None, description="First day on which either side was published.")
    published_to: Day | None = Field(None, description="Last day on which either side was published.")
    event: str | None = Field(None, max_length=64, description="A dispute.")
    reviewer: str | None = Field(None, max_length=MAX_REVIEWER_CHARS, description="Who has decided about it.")
    unreviewed_by: str | None = Field(None, max_length=MAX_REVIEWER_CHARS, description="Who has not.")
    assigned_to: str | None = Field(None, max_length=MAX_REVIEWER_CHARS, description="Who is at it.")
    q: str | None = Field(None, max_length=200, description="Words that have to be in the claims, titles or names.")
    min_probability: float = Field(0.0, ge=0, le=1)

    def filter(self) -> FindingFilter:
        """The same as the store takes it."""
        known = {one.name for one in fields(FindingFilter)}
        own = {name: getattr(self, name) for name in type(self).model_fields if name in known}
        return FindingFilter(query=self.q, **{"sort": "probability", **own}, as_of=current_parts().clock())


class Sliced(Filtered):
    """Which findings, flagged or drawn at random."""

    sampled: bool | None = Field(None, description="The random slice of what was not flagged, open or decided.")


class Ordered(Sliced):
    """Which findings, in which order."""

    sort: Sort = Field(
        "priority", description="priority: likely conflicts, of many independent origins and recent, first."
    )


class FindingsQuery(Paged, Ordered):
    """Which findings, in which order, and which page of them."""


class NextIn(Ordered, NamedReviewer):
    """Among which findings, and in which order, a reviewer works."""

    reviewer: str | None = Field(None, max_length=MAX_REVIEWER_CHARS, description="Who works.")
    status: Status | None = Field("open", description="null for decided ones, too; sample for the random slice.")
    min_probability: StrictFloat = Field(0.0, ge=0, le=1)
    sampled: StrictBool | None = Field(None, description="The random slice of what was not flagged.")
    after: str | None = Field(None, max_length=64, description="The finding that was looked at last.")

    def filter(self) -> FindingFilter:
        """The same as the store takes it; `reviewer` says who works, not who has decided."""
        return replace(super().filter(), reviewer=None)


class DisputesQuery(Paged):
    """Which disputes."""

    relation: Relation | None = None


class ReportQuery(Filtered):
    """Which form of the report, and which findings of it."""

    format: Literal["json", "html", "md", "csv"] = "json"

    @property
    def narrows(self) -> bool:
        """Whether a filter was given."""
        return bool(self.model_fields_set - {"format"})


def refuse(error: ValidationError) -> NoReturn:
    """Turns what pydantic found into one of our own errors, naming the field, the value and the limit.

    Raises:
        BadInput: always.
    """
    found = error.errors(include_url=False)
    lines = []
    for one in found[:5]:
        name = ".".join(map(str, one["loc"])) or "body"
        given = "" if one["type"] == "missing" else f", got {_short(one['input'])}"
        lines.append(f"{name}: {one['msg'][:1].lower()}{one['msg'][1:]}{given}")
    more = f" (and {len(found) - 5} more)" if len(found) > 5 else ""
    raise BadInput("; ".join(lines) + more, hint="see /openapi/swagger for what each call takes") from error


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
