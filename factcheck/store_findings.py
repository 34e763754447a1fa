"""Findings and disputes in the store: what a scan found, and the cards. The queue reads them in `store_queue`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlite_utils import Database

from factcheck.attribution import UNNAMED
from factcheck.errors import NotFound
from factcheck.names import PRONOUNS
from factcheck.records import Dispute, Finding, Relation, Side
from factcheck.store_pairs import PairStore
from factcheck.store_rows import Row, finding_of, finding_row, ids_json

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
_DECIDED = "EXISTS (SELECT 1 FROM standing_decisions AS made WHERE made.finding_id = findings.finding_id)"

# the day of an ISO 8601 date or time; without hyphens it is a date all the same
_DAY = """
    CASE WHEN {0} IS NULL THEN '' WHEN substr({0}, 5, 1) = '-' THEN substr({0}, 1, 10)
    ELSE substr({0}, 1, 4) || '-' || substr({0}, 5, 2) || '-' || substr({0}, 7, 2) END
"""
_DATES = f"""
    UPDATE findings SET last_published = days.last, first_published = days.first
    FROM (
        SELECT number, max(one, other) AS last,
            CASE WHEN one = '' OR other = '' THEN max(one, other) ELSE min(one, other) END AS first
        FROM (SELECT findings.number, {_DAY.format("left_article.published_at")} AS one,
            {_DAY.format("right_article.published_at")} AS other {_SIDES})
    ) AS days
    WHERE days.number = findings.number AND (last_published <> days.last OR first_published <> days.first)
"""
LESSER_WEIGHT = 1 / 3
"""What an update or a tension weighs beside a conflict as likely: so the conflict stands first, whatever else is so."""

HALF_AS_FRESH_DAYS = 30
"""A finding whose newest article is this much older than the newest of all is half as fresh."""

LEAST_RECENCY = 0.75
"""What is left of the weight of the oldest findings: with three origins they still stand before fresh ones with two."""

# probability x relation x independent origins (1 for two, below 2 for however many; those of the whole dispute) x
# recency (unknown days are taken to be half as fresh); docs/api.md says it to those who use the queue
_PRIORITY = f"""
    UPDATE findings SET priority = ranked.priority
    FROM (
        SELECT one.number, one.probability
            * CASE one.relation WHEN 'conflict' THEN 1.0 ELSE {LESSER_WEIGHT} END
            * (2.0 - 2.0 / max(2, coalesce(card.origins, 2)))
            * ({LEAST_RECENCY} + {1 - LEAST_RECENCY} * CASE WHEN one.last_published = '' THEN 0.5 ELSE 1.0 / (1.0 +
                max(0.0, coalesce(julianday(newest.day) - julianday(one.last_published), 0.0)) / {HALF_AS_FRESH_DAYS})
            END) AS priority
        FROM findings AS one, (SELECT max(last_published) AS day FROM findings) AS newest
        LEFT JOIN (
            SELECT dispute_claims.dispute_id, count(DISTINCT articles.origin_id) AS origins
            FROM dispute_claims JOIN claims USING (claim_id) JOIN articles USING (article_id)
            GROUP BY dispute_claims.dispute_id
        ) AS card ON card.dispute_id = one.dispute_id
    ) AS ranked
    WHERE ranked.number = findings.number AND findings.priority <> ranked.priority
"""
# nobody looks for "he": a speaker whom nothing names is in no list
_NAMELESS = sorted({UNNAMED, *PRONOUNS})
_NAMED = f"CASE WHEN lower({{0}}) IN ({', '.join(map(repr, _NAMELESS))}) THEN '' ELSE {{0}} END"
_FACET_VALUES = {
    "relation": ("findings.relation",),
    "conflict_type": ("findings.conflict_type",),
    "source": (_LEFT_NAME, _RIGHT_NAME),
    "speaker": (_NAMED.format("left_claim.speaker"), _NAMED.format("right_claim.speaker")),
    "month": ("substr(findings.first_published, 1, 7)", "substr(findings.last_published, 1, 7)"),
}

# as many people as a finding needs; a second one is asked for only where there is one
TWO_REVIEW = """coalesce((SELECT min(reviewer) FROM standing_decisions)
    < (SELECT max(reviewer) FROM standing_decisions), 0)"""
IS_OPEN = f"""
    (SELECT count(*) FROM standing_decisions AS made WHERE made.finding_id = findings.finding_id)
        < CASE WHEN findings.needs_two AND {TWO_REVIEW} THEN 2 ELSE 1 END
"""
_HASH_DIGITS = 8


class FindingStore(PairStore):
    """Findings and the disputes that they form."""

    def save_findings(self, findings: Sequence[Finding], *, double_review: float = 0.0) -> None:
        """Make these the findings of the store; others go, unless somebody decided about them.

        `double_review` is the share of them, chosen by the hash that their id is, that two people should look at.
        One that was drawn at random does not take the place of one that was flagged before and decided about.
        """
        with self.writing() as db:
            db.execute(
                f"DELETE FROM findings WHERE finding_id NOT IN (SELECT value FROM json_each(?)) AND NOT {_DECIDED}",
                [ids_json(finding.finding_id for finding in findings)],
            )
            decided = f"SELECT finding_id FROM findings WHERE NOT is_sampled AND {_DECIDED}"
            settled = {row["finding_id"] for row in self.rows(decided)}
            findings = [one for one in findings if not (one.is_sampled and one.finding_id in settled)]
            first_run = self._first_runs(ids_json(finding.finding_id for finding in findings))
            rows = list(map(finding_row, findings))
            for row in rows:
                run_id, flagged_as = first_run.get(row["finding_id"], ("", ()))
                if flagged_as == (row["relation"], row["model_id"]):
                    row["run_id"] = run_id
            db.table("findings").upsert_all(rows, pk="finding_id")
            # one digit more than a hash has, so that a share of 1 is above every hash
            share = f"{int(double_review * 16**_HASH_DIGITS):0{_HASH_DIGITS + 1}x}"
            db.execute(f"UPDATE findings SET needs_two = ? > '0' || substr(finding_id, -{_HASH_DIGITS})", [share])
            self._index_words(db)
            self.renew_queue()

    def renew_queue(self) -> None:
        """Work out anew what the queue is ordered, filtered and counted by."""
        with self.writing() as db:
            for statement in (
                _DATES,
                _PRIORITY,
                f"UPDATE findings SET is_open = {IS_OPEN} WHERE is_open <> ({IS_OPEN})",
            ):
                db.execute(statement)
            db.execute("DELETE FROM finding_facets")
            for facet, values in _FACET_VALUES.items():
                for value in values:
                    db.execute(
                        "INSERT OR IGNORE INTO finding_facets (facet, value, number)"
                        f" SELECT '{facet}', {value}, findings.number {_SIDES} WHERE {value} <> ''"
                    )

    def finding(self, finding_id: str) -> Finding:
        """One finding.

        Raises:
            NotFound: there is none with this id.
        """
        found = self.rows("SELECT * FROM findings WHERE finding_id = ?", [finding_id])
        if not found:
            raise NotFound(f"there is no finding {finding_id!r}", hint="an article may have changed since")
        return finding_of(found[0])

    def has_finding(self, finding_id: str) -> bool:
        """Whether there is a finding with this id."""
        return bool(self.number("SELECT count(*) FROM findings WHERE finding_id = ?", [finding_id]))

    def findings_of_article(self, article_id: str) -> list[Finding]:
        """The findings with a claim of this article, most likely first; the random slice is left away."""
        where = "WHERE ? IN (left_claim.article_id, right_claim.article_id) AND NOT findings.is_sampled"
        sql = f"SELECT findings.* {_SIDES} {where} ORDER BY findings.probability DESC, findings.finding_id"
        return [finding_of(row) for row in self.rows(sql, [article_id])]

    def save_disputes(self, disputes: Sequence[Dispute]) -> None:
        """Make these the disputes of the store, in this order."""
        with self.writing() as db:
            db.execute("DELETE FROM disputes")
            db.execute("UPDATE findings SET dispute_id = NULL")
            for place, dispute in enumerate(disputes):
                _insert_dispute(db, dispute, place)
            db.execute(_PRIORITY)

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

    def _disputes(self, where: str, values: Sequence[object]) -> list[Dispute]:
        chosen = "dispute_id IN (SELECT value FROM json_each(?))"
        with self.reading():
            rows = self.rows(f"SELECT * FROM disputes {where} ORDER BY place", values)
            ids = [ids_json(row["dispute_id"] for row in rows)]
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
