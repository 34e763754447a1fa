"""The queue in the store: which findings a filter shows, how many of each kind, what is next, and who is at what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from factcheck.answers import Assignment
from factcheck.records import Finding
from factcheck.store_filter import (
    FACETS,
    FindingFilter,
    Page,
    Status,
    beyond,
    moment,
    order_columns,
    order_of,
    where_of,
)
from factcheck.store_findings import FindingStore
from factcheck.store_rows import finding_of, ids_json

MOST_VALUES = 200
"""The most frequent values of a facet that are counted; nobody reads longer lists, and pages stay quick."""

_FREE = """
    NOT EXISTS (SELECT 1 FROM assignments WHERE assignments.finding_id = findings.finding_id
        AND assignments.reviewer <> :for_whom AND assignments.until > :now)
"""
_STATUSES: tuple[Status, ...] = ("open", "decided", "sample")


class QueueStore(FindingStore):
    """The findings as a reviewer works through them."""

    def findings(self, shown: FindingFilter | None = None) -> list[Finding]:
        """Every finding that a filter shows, in its order; without one, all that were flagged, most likely first."""
        shown = shown or FindingFilter(sort="probability")
        where, values = where_of(shown)
        return list(map(finding_of, self.rows(f"SELECT * FROM findings {where} ORDER BY {order_of(shown)}", values)))

    def findings_to_review(self, shown: FindingFilter, page: int = 1, size: int = 25) -> Page[Finding]:
        """One page of the findings that a filter shows."""
        where, values = where_of(shown)
        limits = {"size": size, "behind": (page - 1) * size}
        ids = self.rows(
            f"SELECT findings.finding_id FROM findings {where} ORDER BY {order_of(shown)} LIMIT :size OFFSET :behind",
            values | limits,
        )
        records = self._in_order([row["finding_id"] for row in ids])
        return Page(records=records, total=self.finding_count(shown), page=page, size=size)

    def findings_after(self, shown: FindingFilter, after: str | None, size: int = 25) -> list[Finding]:
        """The findings that follow one in the order of a filter; the first ones where there is no such finding.

        What was decided meanwhile moves no one, unlike page numbers do.
        """
        where, values = where_of(shown)
        at = self._place(shown, after)
        if at:
            where += f" AND ({beyond(shown)})"
        sql = f"SELECT findings.finding_id FROM findings {where} ORDER BY {order_of(shown)} LIMIT :size"
        return list(self._in_order([row["finding_id"] for row in self.rows(sql, values | at | {"size": size})]))

    def finding_count(self, shown: FindingFilter) -> int:
        """How many findings a filter shows."""
        where, values = where_of(shown)
        return self.number(f"SELECT count(*) FROM findings {where}", values)

    def finding_ids(self, shown: FindingFilter) -> list[str]:
        """The ids of all findings that a filter shows, in its order."""
        where, values = where_of(shown)
        sql = f"SELECT findings.finding_id FROM findings {where} ORDER BY {order_of(shown)}"
        return [row["finding_id"] for row in self.rows(sql, values)]

    def beside_in_queue(self, shown: FindingFilter, finding_id: str) -> tuple[int | None, str | None, str | None]:
        """The number of a finding in the order of a filter, from 1, and the ids before and behind it.

        The number is None for one that the filter does not show; what would stand beside it is given all the same.
        """
        at = self._place(shown, finding_id)
        if not at:
            return None, None, next(iter(self.finding_ids_after(shown, None, 1)), None)
        where, values = where_of(shown)
        before = f"FROM findings {where} AND ({beyond(shown, backwards=True)})"
        order = order_of(shown, backwards=True)
        previous = self.rows(f"SELECT findings.finding_id {before} ORDER BY {order} LIMIT 1", values | at)
        is_shown = self.number(f"SELECT count(*) FROM findings {where} AND finding_id = :at_finding_id", values | at)
        ordinal = self.number(f"SELECT count(*) {before}", values | at) + 1 if is_shown else None
        following = self.finding_ids_after(shown, finding_id, 1)
        return ordinal, previous[0]["finding_id"] if previous else None, following[0] if following else None

    def finding_ids_after(self, shown: FindingFilter, after: str | None, size: int) -> list[str]:
        """The ids that follow a finding in the order of a filter; the first ones where there is no such finding."""
        return [finding.finding_id for finding in self.findings_after(shown, after, size)]

    def next_to_review(
        self, shown: FindingFilter, reviewer: str, after: str | None, *, now: datetime, until: datetime
    ) -> str | None:
        """What this reviewer should look at next, assigned to him until then; None where nothing is left.

        It is the first behind `after` that he has not decided and nobody else is at, or else, from the top, the first
        that he passed over.
        """
        if reviewer and shown.reviewer != reviewer:
            shown = replace(shown, unreviewed_by=reviewer)
        with self.writing():
            found = self._first_free(shown, reviewer, after, now) or (
                self._first_free(shown, reviewer, None, now) if after else None
            )
            if found == after:
                return None
            if found and reviewer:
                self._assign(found, reviewer, now=now, until=until)
            return found

    def finding_facets(self, shown: FindingFilter | None = None) -> dict[str, dict[str, int]]:
        """How many findings there are of each kind, most first, among those that a filter shows.

        By relation, conflict type, status, source, speaker, month, event and reviewer. What the filter says of a
        matter itself does not count for that matter, so that one sees what another choice would show.
        """
        shown = shown or FindingFilter()
        chosen = [facet for facet in FACETS if getattr(shown, facet)]
        counted: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
        counted |= self._counted(shown, [facet for facet in FACETS if facet not in (*chosen, "status")])
        for facet in chosen:
            if facet != "status":
                lifted: dict[str, Any] = {facet: None}
                counted |= self._counted(replace(shown, **lifted), [facet])
        if one := shown.other_source:  # beside itself an outlet has fewer findings than in all
            counted["source"][one] = self.finding_count(replace(shown, source=one))
        counted["status"] = {
            status: self.finding_count(replace(shown, status=status, sampled=shown.sampled or status == "sample"))
            for status in _STATUSES
        }
        some = {facet: [entry for entry in counts.items() if entry[1]] for facet, counts in counted.items()}
        return {
            facet: dict(sorted(counts, key=lambda entry: (-entry[1], entry[0]))[:MOST_VALUES])
            for facet, counts in some.items()
        }

    def assign(self, finding_id: str, reviewer: str, *, now: datetime, until: datetime) -> Assignment:
        """Give a finding to a reviewer until then, or prolong it. One that another has is left; whose it is comes back.

        Raises:
            NotFound: there is no such finding.
        """
        with self.writing():
            self.finding(finding_id)
            held = self.assignments([finding_id], now=now).get(finding_id)
            if held and held.reviewer != reviewer:
                return held
            return self._assign(finding_id, reviewer, now=now, until=until)

    def release(self, finding_id: str, reviewer: str) -> None:
        """Take a finding back from a reviewer who has it."""
        with self.writing() as db:
            db.execute("DELETE FROM assignments WHERE finding_id = ? AND reviewer = ?", [finding_id, reviewer])

    def assignments(self, finding_ids: Iterable[str], *, now: datetime | None = None) -> dict[str, Assignment]:
        """Who is at which of these findings now; without a time also who was at it last, if nobody came after."""
        sql = "SELECT * FROM assignments WHERE finding_id IN (SELECT value FROM json_each(?)) AND until > ?"
        rows = self.rows(sql, [ids_json(finding_ids), moment(now) if now else ""])
        return {row["finding_id"]: Assignment(**{**row, "until": datetime.fromisoformat(row["until"])}) for row in rows}

    def _assign(self, finding_id: str, reviewer: str, *, now: datetime, until: datetime) -> Assignment:
        with self.writing() as db:
            db.execute("DELETE FROM assignments WHERE until <= ?", [moment(now)])
            db.execute(
                "INSERT INTO assignments VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET reviewer = excluded.reviewer,"
                " until = max(excluded.until, CASE reviewer WHEN excluded.reviewer THEN until ELSE '' END)",
                [finding_id, reviewer, moment(until)],
            )
        return self.assignments([finding_id])[finding_id]

    def _first_free(self, shown: FindingFilter, reviewer: str, after: str | None, now: datetime) -> str | None:
        where, values = where_of(shown)
        at = self._place(shown, after)
        if at:
            where += f" AND ({beyond(shown)})"
        sql = f"SELECT findings.finding_id FROM findings {where} AND {_FREE} ORDER BY {order_of(shown)} LIMIT 1"
        found = self.rows(sql, values | at | {"for_whom": reviewer, "now": moment(now)})
        return found[0]["finding_id"] if found else None

    def _place(self, shown: FindingFilter, finding_id: str | None) -> dict[str, Any]:
        """Where a finding stands in the order of a filter, as `beyond` takes it; {} where there is no such finding."""
        if finding_id is None:
            return {}
        columns = ", ".join(order_columns(shown))
        found = self.rows(f"SELECT {columns} FROM findings WHERE finding_id = ?", [finding_id])
        return {f"at_{column}": value for column, value in found[0].items()} if found else {}

    def _in_order(self, finding_ids: list[str]) -> tuple[Finding, ...]:
        rows = self.rows(
            "SELECT * FROM findings WHERE finding_id IN (SELECT value FROM json_each(?))", [ids_json(finding_ids)]
        )
        found = {row["finding_id"]: finding_of(row) for row in rows}
        return tuple(found[finding_id] for finding_id in finding_ids if finding_id in found)

    def _counted(self, shown: FindingFilter, facets: list[str]) -> dict[str, dict[str, int]]:
        where, values = where_of(shown)
        counted: dict[str, dict[str, int]] = {facet: {} for facet in facets}
        kept = ", ".join(f"'{facet}'" for facet in facets if facet not in ("event", "reviewer"))
        if kept:
            sql = (
                f"SELECT facet, value, count(*) AS count FROM finding_facets WHERE facet IN ({kept})"
                f" AND number IN (SELECT findings.number FROM findings {where}) GROUP BY facet, value"
            )
            for row in self.rows(sql, values):
                counted[row["facet"]][row["value"]] = row["count"]
        if "event" in facets:
            sql = f"SELECT dispute_id AS value, count(*) AS count FROM findings {where} AND dispute_id <> '' GROUP BY 1"
            counted["event"] = {row["value"]: row["count"] for row in self.rows(sql, values)}
        if "reviewer" in facets:
            sql = (
                "SELECT made.reviewer AS value, count(*) AS count FROM standing_decisions AS made"
                f" JOIN findings USING (finding_id) {where} GROUP BY 1"
            )
            counted["reviewer"] = {row["value"]: row["count"] for row in self.rows(sql, values)}
        return counted
