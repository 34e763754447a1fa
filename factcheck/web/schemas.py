"""What the API takes and gives, as the OpenAPI document describes it."""

from __future__ import annotations

from typing import Any, Literal, NoReturn

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError

from factcheck.errors import BadInput
from factcheck.records import ConflictType, Relation, Verdict
from factcheck.review import MAX_NOTE_CHARS, MAX_REVIEWER_CHARS
from factcheck.store import FindingFilter

MAX_PAGE_SIZE = 200
PLAIN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
"""Text without control characters but tabs and line ends; `review` and `claim_check` hold texts to it."""


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
    limit: int = Field(20, ge=1, le=100, description="Most evidence to give.")


class ArticleIn(BaseModel):
    """An article as its outlet published it."""

    url: str | None = None
    source: str | None = Field(None, description="The outlet.")
    title: str | None = None
    published_at: str | None = Field(None, description="ISO 8601 date or time; leave out where unknown.")
    body: str | None = Field(None, description="The text. Needed.")


class ArticlesIn(ArticleIn):
    """One article by its fields, or several under `articles`."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["body"]}, {"required": ["articles"]}]})

    articles: list[dict[str, Any]] | None = Field(None, max_length=1000, description="Several articles at once.")
    scan: StrictBool = Field(False, description="Compare the new claims with all others before answering.")


class DecisionIn(Asked):
    """What a reviewer decides about a finding."""

    verdict: Verdict
    reviewer: str = Field(json_schema_extra={"minLength": 1, "maxLength": MAX_REVIEWER_CHARS, "pattern": PLAIN})
    note: str = Field("", json_schema_extra={"maxLength": MAX_NOTE_CHARS, "pattern": PLAIN})


class FindingPath(BaseModel):
    """Which finding."""

    finding_id: str = Field(max_length=64)


class DisputePath(BaseModel):
    """Which dispute."""

    dispute_id: str = Field(max_length=64)


class ArticlePath(BaseModel):
    """Which article."""

    article_id: str = Field(max_length=64)


class Paged(Asked):
    """A page of a list."""

    cursor: str | None = Field(None, pattern=r"^p[1-9][0-9]{0,8}$", description="next_cursor of the answer before.")
    size: int = Field(25, ge=1, le=MAX_PAGE_SIZE)

    @property
    def page(self) -> int:
        """The page that the cursor names, from 1."""
        return int(self.cursor.removeprefix("p")) if self.cursor else 1


class FindingsQuery(Paged):
    """Which findings, in which order."""

    relation: Relation | None = None
    conflict_type: ConflictType | None = None
    status: Literal["open", "decided"] | None = None
    source: str | None = Field(None, max_length=200, description="Outlet of either side.")
    speaker: str | None = Field(None, max_length=200, description="Speaker of either side.")
    q: str | None = Field(None, max_length=200, description="Words that have to be in the claims, titles or names.")
    min_probability: float = Field(0.0, ge=0, le=1)
    sort: Literal["probability", "newest"] = "probability"

    def filter(self) -> FindingFilter:
        """The same as the store takes it."""
        return FindingFilter(
            relation=self.relation,
            conflict_type=self.conflict_type,
            status=self.status,
            source=self.source,
            speaker=self.speaker,
            query=self.q,
            min_probability=self.min_probability,
            sort=self.sort,
        )


class DisputesQuery(Paged):
    """Which disputes."""

    relation: Relation | None = None


class ReportQuery(Asked):
    """Which form of the report."""

    format: Literal["json", "html", "md", "csv"] = "json"


def next_cursor(page: int, pages: int) -> str | None:
    """The cursor of the page after this one; None at the end."""
    return f"p{page + 1}" if page < pages else None


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
