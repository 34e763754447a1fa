"""The store: SQLite is the truth about articles, claims, findings, disputes, decisions and runs."""

from __future__ import annotations

from factcheck.records import RunSummary
from factcheck.store_decisions import DecisionStore
from factcheck.store_file import DATABASE, RESTORE
from factcheck.store_filter import FindingFilter, Page
from factcheck.store_jobs import JobStore
from factcheck.store_origins import OriginStore
from factcheck.store_overview import OverviewStore
from factcheck.store_people import PeopleStore
from factcheck.store_replies import Reply, ReplyStore
from factcheck.store_rows import run_of, run_row

__all__ = ["DATABASE", "RESTORE", "FindingFilter", "Page", "Reply", "Store"]


class Store(DecisionStore, JobStore, OriginStore, OverviewStore, PeopleStore, ReplyStore):
    """Everything that factcheck knows. Methods are named for the question asked, take and return records."""

    def save_run(self, kind: str, summary: RunSummary) -> None:
        """Keep what a run of this kind (ingest, scan, reindex) did."""
        with self.writing() as db:
            db.table("runs").upsert(run_row(kind, summary), pk="run_id")

    def last_run(self, kind: str) -> RunSummary | None:
        """What the latest run of this kind did."""
        rows = self.rows("SELECT * FROM runs WHERE kind = ? ORDER BY number DESC LIMIT 1", [kind])
        return run_of(rows[0]) if rows else None

    def last_runs(self, kind: str, most: int = 10) -> list[RunSummary]:
        """What the latest runs of this kind did, newest first."""
        rows = self.rows("SELECT * FROM runs WHERE kind = ? ORDER BY number DESC LIMIT ?", [kind, most])
        return list(map(run_of, rows))

    def ingests_after_scan(self) -> list[RunSummary]:
        """What was taken in since the latest scan, oldest run first; nothing where there was no scan."""
        scanned = "SELECT max(number) FROM runs WHERE kind = 'scan'"
        rows = self.rows(f"SELECT * FROM runs WHERE kind = 'ingest' AND number > ({scanned}) ORDER BY number")
        return list(map(run_of, rows))

    def counts(self) -> dict[str, int]:
        """How many of everything there is: articles, origins, claims, findings, open, decided, disputes, decisions.

        `findings` are those that were flagged; `sampled` is the random slice of the others.
        """
        tables = ("articles", "claims", "disputes", "decisions")
        counted = {table: self.number(f"SELECT count(*) FROM {table}") for table in tables}
        counted["findings"] = self.number("SELECT count(*) FROM findings WHERE is_sampled = 0")
        counted["open"] = self.number("SELECT count(*) FROM findings WHERE is_sampled = 0 AND is_open = 1")
        counted["decided"] = counted["findings"] - counted["open"]
        counted["sampled"] = self.number("SELECT count(*) FROM findings WHERE is_sampled = 1")
        counted["origins"] = self.number("SELECT count(DISTINCT origin_id) FROM articles")
        return counted
