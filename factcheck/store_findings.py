"""Findings and disputes in the store: the queue with its filters and search, and the cards."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from sqlite_utils import Database

from factcheck.errors import NotFound
from factcheck.records import ConflictType, Dispute, Finding, Relation, Side
from factcheck.store_pairs import PairStore
from factcheck.store_rows import Row, finding_of, finding_row, ids_json

Record = TypeVar("Record")

# the outlet of an article as `Article.name` gives it
_NAME = "coalesce(nullif({0}.source, ''), {0}.label)"
_LEFT_NAME, _RIGHT_NAME = _NAME.format("left_article"), _NAME.format("right_article")
_SIDES = """
    FROM findings
    JOIN claims AS left_claim ON left_claim.claim_id = findings.left_id
    JOIN claims AS right_claim ON right_claim.claim_id = findings.right_id
    JOIN articles AS left_article ON left_article.article_id = left_claim.article_id
    JOIN articles AS right_article ON right_article.article_id = right_claim.article_id
"""
_DECIDED = "EXISTS (SELECT 1 FROM decisions WHERE decisions.finding_id = findings.finding_id)"
FACETS = ("relation", "conflict_type", "status", "source", "speaker")
_ORDERS = {
    "probability": "findings.probability DESC, findings.finding_id",
    "newest": "max(coalesce(left_article.published_at, ''), coalesce(right_article.published_at, '')) DESC,"
    " findings.probability DESC, findings.finding_id",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFilter:
    """Which findings to show and in which order; None and "" leave a matter open.

    `source` and `speaker` may be of either side; `query` is searched for in claims, titles and speakers.
    """

    relation: Relation | None = None
    conflict_type: ConflictType | None = None
    status: Literal["open", "decided"] | None = None
    source: str | None = None
    speaker: str | None = None
    query: str | None = None
    min_probability: float = 0.0
    sort: Literal["probability", "newest"] = "probability"


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


class FindingStore(PairStore):
    """Findings and the disputes that they form."""

    def save_findings(self, findings: Sequence[Finding]) -> None:
        """Make these the findings of the store; others go, unless somebody decided about them."""
        with self.writing() as db:
            kept = ids_json(finding.finding_id for finding in findings)
            db.execute(
                f"DELETE FROM findings WHERE finding_id NOT IN (SELECT value FROM json_each(?)) AND NOT {_DECIDED}",
                [kept],
            )
            first_run = self._first_runs(kept)
            rows = list(map(finding_row, findings))
            for row in rows:
                run_id, flagged_as = first_run.get(row["finding_id"], ("", ()))
                if flagged_as == (row["relation"], row["model_id"]):
                    row["run_id"] = run_id
            db.table("findings").upsert_all(rows, pk="finding_id")
            self._index_words(db)

    def finding(self, finding_id: str) -> Finding:
        """One finding.

        Raises:
            NotFound: there is none with this id.
        """
        found = self.rows("SELECT * FROM findings WHERE finding_id = ?", [finding_id])
        if not found:
            raise NotFound(f"there is no finding {finding_id!r}", hint="an article may have changed since")
        return finding_of(found[0])

    def findings(self, shown: FindingFilter | None = None) -> list[Finding]:
        """Every finding that a filter shows, in its order."""
        return [finding_of(row) for row in self._shown("findings.*", shown or FindingFilter())]

    def findings_to_review(self, shown: FindingFilter, page: int = 1, size: int = 25) -> Page[Finding]:
        """One page of the findings that a filter shows."""
        ids = self.finding_ids(shown)
        chosen = ids[(page - 1) * size : page * size]
        rows = self.rows(
            "SELECT * FROM findings WHERE finding_id IN (SELECT value FROM json_each(?))", [ids_json(chosen)]
        )
        found = {row["finding_id"]: finding_of(row) for row in rows}
        records = tuple(found[finding_id] for finding_id in chosen if finding_id in found)
        return Page(records=records, total=len(ids), page=page, size=size)

    def finding_ids(self, shown: FindingFilter) -> list[str]:
        """The ids of all findings that a filter shows, in its order."""
        return [row["finding_id"] for row in self._shown("findings.finding_id", shown)]

    def findings_of_article(self, article_id: str) -> list[Finding]:
        """The findings with a claim of this article, most likely first."""
        where = "WHERE ? IN (left_claim.article_id, right_claim.article_id)"
        sql = f"SELECT findings.* {_SIDES} {where} ORDER BY {_ORDERS['probability']}"
        return [finding_of(row) for row in self.rows(sql, [article_id])]

    def finding_facets(self) -> dict[str, dict[str, int]]:
        """How many findings there are by relation, conflict type, status, source and speaker, most first."""
        columns = (
            f"relation, conflict_type, CASE WHEN {_DECIDED} THEN 'decided' ELSE 'open' END AS status,"
            f" {_LEFT_NAME} AS left_source, {_RIGHT_NAME} AS right_source,"
            " left_claim.speaker AS left_speaker, right_claim.speaker AS right_speaker"
        )
        counted: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
        for row in self.rows(f"SELECT {columns} {_SIDES}"):
            for facet, counts in counted.items():
                values = {row[facet]} if facet in row else {row[f"left_{facet}"], row[f"right_{facet}"]}
                counts.update(values - {None})
        return {
            facet: dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))
            for facet, counts in counted.items()
        }

    def save_disputes(self, disputes: Sequence[Dispute]) -> None:
        """Make these the disputes of the store, in this order."""
        with self.writing() as db:
            db.execute("DELETE FROM disputes")
            db.execute("UPDATE findings SET dispute_id = NULL")
            for place, dispute in enumerate(disputes):
                _insert_dispute(db, dispute, place)

    def dispute(self, dispute_id: str) -> Dispute:
        """One dispute.

        Raises:
            NotFound: there is none with this id.
        """
        found = self._disputes("WHERE dispute_id = ?", [dispute_id])
        if not found:
            raise NotFound(f"there is no dispute {dispute_id!r}", hint="a scan may have formed others since")
        return found[0]

    def disputes(self, relation: Relation | None = None) -> list[Dispute]:
        """Every dispute, or those of one relation, in the order in which they were saved: most telling first."""
        where = "WHERE relation = ?" if relation else ""
        return self._disputes(where, [str(relation)] if relation else [])

    def dispute_of_finding(self, finding_id: str) -> Dispute | None:
        """The dispute that a finding belongs to."""
        where = "WHERE dispute_id IN (SELECT dispute_id FROM dispute_findings WHERE finding_id = ?)"
        return next(iter(self._disputes(where, [finding_id])), None)

    def known_dispute_ids(self) -> dict[str, str]:
        """The dispute that each finding belonged to last, so that a dispute keeps its id when it grows."""
        sql = "SELECT finding_id, dispute_id FROM findings WHERE dispute_id IS NOT NULL"
        return {row["finding_id"]: row["dispute_id"] for row in self.rows(sql)}

    def _shown(self, columns: str, shown: FindingFilter) -> list[Row]:
        where, values = _where(shown)
        looks_at_sides = shown.source or shown.speaker or shown.sort == "newest"
        tables = _SIDES if looks_at_sides else "FROM findings"
        return self.rows(f"SELECT {columns} {tables} {where} ORDER BY {_ORDERS[shown.sort]}", values)

    def _disputes(self, where: str, values: Sequence[object]) -> list[Dispute]:
        rows = self.rows(f"SELECT * FROM disputes {where} ORDER BY place", values)
        ids = [ids_json(row["dispute_id"] for row in rows)]
        chosen = "dispute_id IN (SELECT value FROM json_each(?))"
        claims = _by_dispute(self.rows(f"SELECT * FROM dispute_claims WHERE {chosen} ORDER BY side, place", ids))
        findings = _by_dispute(self.rows(f"SELECT * FROM dispute_findings WHERE {chosen} ORDER BY place", ids))
        return [_dispute_of(row, claims[row["dispute_id"]], findings.get(row["dispute_id"], [])) for row in rows]

    def _first_runs(self, finding_ids: str) -> dict[str, tuple[str, tuple[str, str]]]:
        sql = (
            "SELECT finding_id, run_id, relation, model_id FROM findings"
            " WHERE finding_id IN (SELECT value FROM json_each(?))"
        )
        rows = self.rows(sql, [finding_ids])
        return {row["finding_id"]: (row["run_id"], (row["relation"], row["model_id"])) for row in rows}

    def _index_words(self, db: Database) -> None:
        words = (
            "left_claim.text || ' ' || right_claim.text || ' ' || coalesce(left_claim.speaker, '') || ' ' ||"
            " coalesce(right_claim.speaker, '') || ' ' || coalesce(left_article.title, '') || ' ' ||"
            f" coalesce(right_article.title, '') || ' ' || {_LEFT_NAME} || ' ' || {_RIGHT_NAME}"
        )
        db.execute("DELETE FROM finding_words")
        db.execute(f"INSERT INTO finding_words (rowid, words) SELECT findings.number, {words} {_SIDES}")


def _where(shown: FindingFilter) -> tuple[str, dict[str, object]]:
    """The WHERE clause of a filter and its values."""
    tests = {
        "relation": "findings.relation = :relation",
        "conflict_type": "findings.conflict_type = :conflict_type",
        "status": f":status = CASE WHEN {_DECIDED} THEN 'decided' ELSE 'open' END",
        "source": f":source IN ({_LEFT_NAME}, {_RIGHT_NAME})",
        "speaker": ":speaker IN (left_claim.speaker, right_claim.speaker)",
        "query": "findings.number IN (SELECT rowid FROM finding_words WHERE finding_words MATCH :query)",
        "min_probability": "findings.probability >= :min_probability",
    }
    wanted = {name: getattr(shown, name) for name in tests} | {"query": _words(shown.query)}
    values = {name: value for name, value in wanted.items() if value}
    return ("WHERE " + " AND ".join(tests[name] for name in values) if values else ""), values


def _words(query: str | None) -> str | None:
    """A search as FTS5 takes it: every word has to be there, the last one at least as its beginning."""
    words = ["".join(c for c in word if c.isalnum() or c in "'’-") for word in (query or "").split()]
    words = [word for word in words if any(map(str.isalnum, word))]
    return " ".join(f'"{word}"' for word in words) + "*" if words else None


def _insert_dispute(db: Database, dispute: Dispute, place: int) -> None:
    db.table("disputes").insert(
        {
            "dispute_id": dispute.dispute_id,
            "question": dispute.question,
            "relation": str(dispute.relation),
            "probability": dispute.probability,
            "positions": json.dumps([side.position for side in dispute.sides], ensure_ascii=False),
            "place": place,
        }
    )
    db.table("dispute_claims").insert_all(
        {"dispute_id": dispute.dispute_id, "claim_id": claim_id, "side": number, "place": place}
        for number, side in enumerate(dispute.sides)
        for place, claim_id in enumerate(side.claim_ids)
    )
    db.table("dispute_findings").insert_all(
        {"dispute_id": dispute.dispute_id, "finding_id": finding_id, "place": place}
        for place, finding_id in enumerate(dispute.finding_ids)
    )
    sql = "UPDATE findings SET dispute_id = ? WHERE finding_id IN (SELECT value FROM json_each(?))"
    db.execute(sql, [dispute.dispute_id, ids_json(dispute.finding_ids)])


def _by_dispute(rows: Iterable[Row]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row["dispute_id"], []).append(row)
    return grouped


def _dispute_of(row: Row, claims: Iterable[Row], findings: Iterable[Row]) -> Dispute:
    sides: dict[int, list[str]] = {}
    for one in claims:
        sides.setdefault(one["side"], []).append(one["claim_id"])
    positions = json.loads(row["positions"])
    return Dispute(
        dispute_id=row["dispute_id"],
        question=row["question"],
        relation=Relation(row["relation"]),
        probability=row["probability"],
        sides=tuple(Side(position=positions[number], claim_ids=tuple(ids)) for number, ids in sides.items()),
        finding_ids=tuple(one["finding_id"] for one in findings),
    )
