"""The store: SQLite is the truth about articles, claims, findings, disputes, decisions and runs."""

from __future__ import annotations

from collections.abc import Iterable

from factcheck.records import Decision, LoggedDecision, RunSummary
from factcheck.store_file import DATABASE
from factcheck.store_findings import FindingFilter, FindingStore, Page
from factcheck.store_jobs import JobStore
from factcheck.store_people import PeopleStore
from factcheck.store_replies import Reply, ReplyStore
from factcheck.store_rows import decision_of, ids_json, logged_of, logged_row, quote_of, run_of, run_row

__all__ = ["DATABASE", "FindingFilter", "Page", "Reply", "Store"]


class Store(FindingStore, JobStore, PeopleStore, ReplyStore):
    """Everything that factcheck knows. Methods are named for the question asked, take and return records."""

    def add_decision(self, decision: Decision) -> LoggedDecision:
        """Append what a reviewer decided, with both claims as they stand now; the same decision twice is one.

        Raises:
            NotFound: there is no such finding.
        """
        with self.writing():
            finding = self.finding(decision.finding_id)
            left, right = self.claim(finding.pair.left_id), self.claim(finding.pair.right_id)
            entry = LoggedDecision(
                decision=decision,
                left=quote_of(left, self.article(left.article_id)),
                right=quote_of(right, self.article(right.article_id)),
                relation=finding.relation,
                probability=finding.probability,
                model_id=finding.model_id,
            )
            self.add_logged_decision(entry)
        return entry

    def add_logged_decision(self, entry: LoggedDecision) -> bool:
        """Append an entry made elsewhere; False if it is here already. Its finding need not be here."""
        with self.writing() as db:
            if self.number("SELECT count(*) FROM decisions WHERE entry_id = ?", [entry.entry_id]):
                return False
            db.table("decisions").insert(logged_row(entry))
        return True

    def decisions(self, finding_id: str) -> list[Decision]:
        """What was decided about one finding, oldest first."""
        return self.decisions_of([finding_id]).get(finding_id, [])

    def decisions_of(self, finding_ids: Iterable[str]) -> dict[str, list[Decision]]:
        """What was decided about these findings, oldest first; findings without decisions are left away."""
        chosen = "finding_id IN (SELECT value FROM json_each(?))"
        decided: dict[str, list[Decision]] = {}
        for row in self.rows(f"SELECT * FROM decisions WHERE {chosen} ORDER BY number", [ids_json(finding_ids)]):
            decided.setdefault(row["finding_id"], []).append(decision_of(row))
        return decided

    def decision_log(self) -> list[LoggedDecision]:
        """Every decision ever made, in the order of the log, also those about claims that are gone."""
        return [logged_of(row) for row in self.rows("SELECT * FROM decisions ORDER BY number")]

    def save_run(self, kind: str, summary: RunSummary) -> None:
        """Keep what a run of this kind (ingest, scan, reindex) did."""
        with self.writing() as db:
            db.table("runs").upsert(run_row(kind, summary), pk="run_id")

    def last_run(self, kind: str) -> RunSummary | None:
        """What the latest run of this kind did."""
        rows = self.rows("SELECT * FROM runs WHERE kind = ? ORDER BY number DESC LIMIT 1", [kind])
        return run_of(rows[0]) if rows else None

    def counts(self) -> dict[str, int]:
        """How many of everything there is: articles, origins, claims, findings, open, decided, disputes, decisions."""
        tables = ("articles", "claims", "findings", "disputes", "decisions")
        counted = {table: self.number(f"SELECT count(*) FROM {table}") for table in tables}
        decided = "SELECT count(*) FROM findings WHERE finding_id IN (SELECT finding_id FROM decisions)"
        counted["decided"] = self.number(decided)
        counted["open"] = counted["findings"] - counted["decided"]
        counted["origins"] = self.number("SELECT count(DISTINCT origin_id) FROM articles")
        return counted
