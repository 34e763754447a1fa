"""Decisions in the store: the log, the chain over it, and which decisions stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from factcheck.answers import Reopened, Reviewed
from factcheck.chain import NO_HASH, entry_hash, head_mark, problems_of
from factcheck.errors import BadInput
from factcheck.records import Decision, LoggedDecision
from factcheck.store_findings import IS_OPEN, TWO_REVIEW
from factcheck.store_queue import QueueStore
from factcheck.store_rows import Row, decision_of, ids_json, logged_of, logged_row, quote_of

HEAD = "decision_log_head"


class DecisionStore(QueueStore):
    """The log of decisions. Entries are added, never changed; one can take another back."""

    # what stands, kept with the head of the log that it was read at: the quality page asks for all of it
    _standing_kept: tuple[str, tuple[LoggedDecision, ...]] = ("", ())

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
                conflict_type=finding.conflict_type,
                is_sampled=finding.is_sampled,
            )
            self.add_logged_decision(entry)
        return entry

    def add_logged_decision(self, entry: LoggedDecision) -> bool:
        """Append an entry made elsewhere; False if it is here already. Its finding need not be here."""
        made = entry.decision
        with self.writing() as db:
            if self.number("SELECT count(*) FROM decisions WHERE entry_id = ?", [entry.entry_id]):
                return False
            row = logged_row(entry)
            number = db.table("decisions").insert(row).last_rowid or 0
            previous = self.log_head()
            own = entry_hash(previous, row)
            db.execute("INSERT INTO decision_chain VALUES (?, ?, ?)", [number, previous, own])
            self.set_mark(HEAD, head_mark(number, own))
            self._restate(db, made.finding_id, made.reviewer)
            self.release(made.finding_id, made.reviewer)
        return True

    def withdraw_decision(self, finding_id: str, reviewer: str, at: datetime) -> Decision:
        """Append that a reviewer takes back the latest of his decisions about a finding that stands.

        Raises:
            BadInput: he has none.
        """
        with self.writing():
            rows = self.rows("SELECT * FROM decisions WHERE finding_id = ?", [finding_id])
            own = [row for row in standing(rows) if row["reviewer"] == reviewer]
            if not own:
                raise BadInput(
                    f"{reviewer} has no decision about finding {finding_id!r} that could be withdrawn",
                    hint="everybody can withdraw only what they decided themselves, and once",
                )
            entry = logged_of(own[-1])
            made = Decision(
                finding_id=finding_id,
                verdict=entry.decision.verdict,
                reviewer=reviewer,
                note="",
                decided_at=at,
                withdraws=entry.entry_id,
            )
            self.add_logged_decision(replace(entry, decision=made))
        return made

    def decisions(self, finding_id: str) -> list[Decision]:
        """What was decided about one finding and not withdrawn, oldest first."""
        return self.decisions_of([finding_id]).get(finding_id, [])

    def decisions_of(self, finding_ids: Iterable[str]) -> dict[str, list[Decision]]:
        """What was decided about these findings and not withdrawn, oldest first; those without are left away."""
        decided: dict[str, list[Decision]] = {}
        for row in standing(self._entries(finding_ids)):
            decided.setdefault(row["finding_id"], []).append(decision_of(row))
        return decided

    def reviews_of(self, finding_ids: Iterable[str], *, now: datetime | None = None) -> dict[str, Reviewed]:
        """What people made of each of these findings so far."""
        ids = list(finding_ids)
        entries: dict[str, list[Row]] = {}
        for row in in_time(self._entries(ids)):
            entries.setdefault(row["finding_id"], []).append(row)
        assigned, reopened = self.assignments(ids, now=now), self.reopened(ids)
        chosen = "finding_id IN (SELECT value FROM json_each(?))"
        columns = "finding_id, is_open, needs_two, is_sampled, dispute_id"
        flags = self.rows(f"SELECT {columns} FROM findings WHERE {chosen}", [ids_json(ids)])
        return {
            row["finding_id"]: Reviewed(
                status="open" if row["is_open"] else "decided",
                decisions=tuple(map(decision_of, standing(entries.get(row["finding_id"], ())))),
                history=tuple(map(decision_of, entries.get(row["finding_id"], ()))),
                reopened=reopened.get(row["finding_id"]),
                assignment=assigned.get(row["finding_id"]),
                needs_two=bool(row["needs_two"]),
                is_sampled=bool(row["is_sampled"]),
                dispute_id=row["dispute_id"],
            )
            for row in flags
        }

    def decision_log(self) -> list[LoggedDecision]:
        """Every decision ever made and every withdrawal, in the order of the log, also about claims that are gone."""
        return [logged_of(row) for row in self.rows("SELECT * FROM decisions ORDER BY number")]

    def log_after(self, entry_id: str | None, size: int) -> list[LoggedDecision]:
        """The entries of the log that follow one, or the first ones, in order."""
        behind = "coalesce((SELECT number FROM decisions WHERE entry_id = ?), 0)"
        sql = f"SELECT * FROM decisions WHERE number > {behind} ORDER BY number LIMIT ?"
        return [logged_of(row) for row in self.rows(sql, [entry_id, size])]

    def has_entry(self, entry_id: str) -> bool:
        """Whether the log has an entry with this id."""
        return bool(self.number("SELECT count(*) FROM decisions WHERE entry_id = ?", [entry_id]))

    def standing_log(self) -> list[LoggedDecision]:
        """The decisions that were not withdrawn, oldest first, also about claims that are gone."""
        head, (kept_head, kept) = self.log_head(), self._standing_kept
        if head != kept_head:
            kept = tuple(logged_of(row) for row in standing(self.rows("SELECT * FROM decisions")))
            self._standing_kept = (head, kept)
        return list(kept)

    def withdrawal_count(self) -> int:
        """How many decisions were taken back."""
        return self.number("SELECT count(*) FROM decisions WHERE withdraws <> ''")

    def orphaned_decisions(self) -> list[LoggedDecision]:
        """The decisions that stand but whose finding is not here: a claim of it went, or it came by an import."""
        sql = "SELECT finding_id FROM standing_decisions WHERE finding_id NOT IN (SELECT finding_id FROM findings)"
        ids = {row["finding_id"] for row in self.rows(sql)}
        return [logged_of(row) for row in standing(self._entries(ids))]

    def save_reopened(self, reopened: Iterable[tuple[str, str, str]]) -> None:
        """Keep which findings have to be decided again: each with the earlier finding, and why in words."""
        with self.writing() as db:
            db.execute("DELETE FROM reopened")
            for finding_id, earlier_id, because in reopened:
                db.execute("INSERT OR IGNORE INTO reopened VALUES (?, ?, ?)", [finding_id, earlier_id, because])

    def reopened(self, finding_ids: Iterable[str]) -> dict[str, Reopened]:
        """Those of these findings that were decided about in an earlier wording: why, and what was decided."""
        chosen = "finding_id IN (SELECT value FROM json_each(?))"
        rows = self.rows(
            f"SELECT * FROM reopened WHERE {chosen} ORDER BY finding_id, earlier_id", [ids_json(finding_ids)]
        )
        decided = self.decisions_of(row["earlier_id"] for row in rows) if rows else {}
        earlier: dict[str, Reopened] = {}
        for row in rows:
            made = decided.get(row["earlier_id"], [])
            before = earlier.get(row["finding_id"])
            decisions = (*(before.decisions if before else ()), *made)
            if decisions:
                ordered = tuple(sorted(decisions, key=lambda one: one.decided_at))
                earlier[row["finding_id"]] = Reopened(because=row["because"], decisions=ordered)
        return earlier

    def log_head(self) -> str:
        """The hash of the last entry of the log, which changes with every entry; zeros where nothing was decided."""
        return self.mark(HEAD).partition(" ")[2] or NO_HASH

    def chain_links(self) -> dict[str, tuple[str, str]]:
        """The hash before each entry of the log and its own, by entry id."""
        sql = "SELECT entry_id, previous_hash, entry_hash FROM decisions JOIN decision_chain USING (number)"
        return {row["entry_id"]: (row["previous_hash"], row["entry_hash"]) for row in self.rows(sql)}

    def chain_problems(self) -> list[str]:
        """What speaks for the log having been changed behind our back; [] is sound."""
        links = {
            row["number"]: (row["previous_hash"], row["entry_hash"])
            for row in self.rows("SELECT * FROM decision_chain")
        }
        return problems_of(self.rows("SELECT * FROM decisions ORDER BY number"), links, self.mark(HEAD))

    def _entries(self, finding_ids: Iterable[str]) -> list[Row]:
        sql = "SELECT * FROM decisions WHERE finding_id IN (SELECT value FROM json_each(?))"
        return self.rows(sql, [ids_json(finding_ids)])

    def _restate(self, db: Database, finding_id: str, reviewer: str) -> None:
        """Note which decision of a reviewer about a finding stands now, and whether the finding is open."""
        were_two = self.number(f"SELECT {TWO_REVIEW}")
        rows = [row for row in standing(self._entries([finding_id])) if row["reviewer"] == reviewer]
        db.execute("DELETE FROM standing_decisions WHERE finding_id = ? AND reviewer = ?", [finding_id, reviewer])
        if rows:
            db.execute("INSERT INTO standing_decisions VALUES (?, ?, ?)", [finding_id, reviewer, rows[-1]["number"]])
        is_one_more = self.number(f"SELECT {TWO_REVIEW}") != were_two
        which = "finding_id = ? OR needs_two" if is_one_more else "finding_id = ?"
        db.execute(f"UPDATE findings SET is_open = {IS_OPEN} WHERE {which}", [finding_id])


def in_time(rows: Iterable[Row]) -> list[Row]:
    """Rows of `decisions` by the time at which they were made; an import may have brought them in another order."""
    return sorted(rows, key=lambda row: (datetime.fromisoformat(row["decided_at"]), row["number"]))


def standing(rows: Iterable[Row]) -> list[Row]:
    """Those rows of `decisions` that decide and were not withdrawn by who made them, oldest first.

    A withdrawal counts wherever in the log it stands, so that lines can be imported in any order.
    """
    rows = in_time(rows)
    withdrawn = {(row["withdraws"], row["finding_id"], row["reviewer"]) for row in rows if row["withdraws"]}
    return [
        row
        for row in rows
        if not row["withdraws"] and (row["entry_id"], row["finding_id"], row["reviewer"]) not in withdrawn
    ]
