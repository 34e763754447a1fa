"""Which findings to show and in which order, as SQL over the table of findings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, Literal, TypeVar

from factcheck.records import ConflictType, Relation

Record = TypeVar("Record")
Status = Literal["open", "decided", "sample"]
Sort = Literal["priority", "probability", "newest"]

FACETS = ("relation", "conflict_type", "status", "source", "speaker", "month", "event", "reviewer")

# the columns of an order, each with its direction; the last one makes every order total
_ORDERS: dict[str, tuple[tuple[str, str], ...]] = {
    "priority": (("priority", "DESC"), ("finding_id", "ASC")),
    "probability": (("probability", "DESC"), ("finding_id", "ASC")),
    "newest": (("last_published", "DESC"), ("probability", "DESC"), ("finding_id", "ASC")),
}
_FACET = "findings.number IN (SELECT number FROM finding_facets WHERE facet = '{0}' AND value = :{1})"
_BY = (
    "EXISTS (SELECT 1 FROM standing_decisions AS own WHERE own.finding_id = findings.finding_id AND own.reviewer = {})"
)
_TESTS = {
    "relation": "findings.relation = :relation",
    "conflict_type": "findings.conflict_type = :conflict_type",
    "source": _FACET.format("source", "source"),
    "other_source": _FACET.format("source", "other_source"),
    "speaker": _FACET.format("speaker", "speaker"),
    "month": _FACET.format("month", "month"),
    "event": "findings.dispute_id = :event",
    "query": "findings.number IN (SELECT rowid FROM finding_words WHERE finding_words MATCH :query)",
    "min_probability": "findings.probability >= :min_probability",
    "reviewer": _BY.format(":reviewer"),
    "unreviewed_by": f"NOT {_BY.format(':unreviewed_by')}",
    "assigned_to": (
        "findings.finding_id IN (SELECT finding_id FROM assignments WHERE reviewer = :assigned_to AND until > :as_of)"
    ),
}
_OF_ONE_OUTLET = (
    "NOT EXISTS (SELECT 1 FROM finding_facets AS side"
    " WHERE side.number = findings.number AND side.facet = 'source' AND side.value <> :source)"
)
_PUBLISHED = (
    "(findings.first_published BETWEEN :published_from AND :published_to"
    " OR findings.last_published BETWEEN :published_from AND :published_to)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFilter:
    """Which findings to show and in which order; None and "" leave a matter open.

    `source` and `speaker` may be of either side, and so may the day that `published_from` and `published_to` bound,
    both inclusive; `month` is a year and month, as 2019-08. `other_source` is the outlet opposite `source`: where it is
    the same one, both sides are of it. `query` is searched for in claims, titles and speakers.
    `event` is a dispute. `reviewer` has decided, `unreviewed_by` has not, `assigned_to` has taken it on and
    has it still at the time `as_of`; without that also whoever had it last.

    A finding is open until as many people as it needs have decided. The random slice of what was not flagged is shown
    only where `sampled` is true, and its open ones under the status "sample".
    """

    relation: Relation | None = None
    conflict_type: ConflictType | None = None
    status: Status | None = None
    source: str | None = None
    other_source: str | None = None
    speaker: str | None = None
    month: str | None = None
    query: str | None = None
    min_probability: float = 0.0
    reviewer: str | None = None
    unreviewed_by: str | None = None
    assigned_to: str | None = None
    as_of: datetime | None = None
    published_from: date | None = None
    published_to: date | None = None
    event: str | None = None
    sampled: bool | None = None
    sort: Sort = "priority"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Record]):
    """Some records of a longer list, and how long that is. Pages count from 1."""

    records: tuple[Record, ...]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.size))


def where_of(shown: FindingFilter) -> tuple[str, dict[str, Any]]:
    """The WHERE clause of a filter and its values."""
    is_sampled = shown.sampled or shown.status == "sample"
    clauses = [f"findings.is_sampled = {int(bool(is_sampled))}"]
    if shown.status:
        clauses.append(f"findings.is_open = {int(shown.status != 'decided')}")
    wanted: dict[str, Any] = {name: getattr(shown, name) for name in _TESTS} | {"query": fts_query(shown.query)}
    values = {name: value for name, value in wanted.items() if value}
    clauses += [_TESTS[name] for name in values]
    if shown.source and shown.source == shown.other_source:
        clauses.append(_OF_ONE_OUTLET)
    if (shown.query or "").strip() and not wanted["query"]:
        clauses.append("FALSE")  # the search has signs alone, which are in no index
    if shown.published_from or shown.published_to:
        clauses.append(_PUBLISHED)
        first, last = shown.published_from or date.min, shown.published_to or date.max
        values |= {"published_from": first.isoformat(), "published_to": last.isoformat()}
    if shown.assigned_to:
        values["as_of"] = moment(shown.as_of) if shown.as_of else ""
    return "WHERE " + " AND ".join(clauses), values


def moment(time: datetime) -> str:
    """A time as text that sorts by time."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def order_of(shown: FindingFilter, *, backwards: bool = False) -> str:
    """The ORDER BY terms of a filter, or those of the opposite order."""
    turned = {"ASC": "DESC", "DESC": "ASC"}
    return ", ".join(
        f"findings.{column} {turned[direction] if backwards else direction}"
        for column, direction in _ORDERS[shown.sort]
    )


def order_columns(shown: FindingFilter) -> tuple[str, ...]:
    """The columns that a filter orders by."""
    return tuple(column for column, _ in _ORDERS[shown.sort])


def beyond(shown: FindingFilter, *, backwards: bool = False) -> str:
    """The test for what comes behind a finding in the order of a filter, or before it.

    The values of that finding's `order_columns` go in as :at_ and the name of the column.
    """
    terms = [
        (f"findings.{column}", f":at_{column}", ">" if (direction == "ASC") != backwards else "<")
        for column, direction in _ORDERS[shown.sort]
    ]
    test = ""
    for column, value, sign in reversed(terms):
        # the first half lets SQLite walk an index from that finding on
        test = (
            f"{column} {sign}= {value} AND ({column} {sign} {value} OR ({test}))"
            if test
            else f"{column} {sign} {value}"
        )
    return test


def fts_query(query: str | None) -> str | None:
    """A search as FTS5 takes it: every word has to be there, the last one at least as its beginning.

    A word keeps its punctuation: FTS5 splits it there as it split the text, and looks for the pieces side by side.
    """
    bare = (query or "").replace('"', " ").replace("\0", " ")  # either would end a quoted word
    words = [word for word in bare.split() if any(map(str.isalnum, word))]
    return " ".join(f'"{word}"' for word in words) + "*" if words else None
