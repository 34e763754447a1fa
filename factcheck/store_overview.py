"""Overviews in the store: which outlets disagree how often, and which articles carry one text."""

from __future__ import annotations

from collections.abc import Iterable

from factcheck.answers import OutletPair
from factcheck.records import Relation
from factcheck.store_file import StoreFile
from factcheck.store_rows import ids_json

_NAME = "coalesce(nullif({0}.source, ''), {0}.label)"


class OverviewStore(StoreFile):
    """What is counted over all articles and findings at once."""

    def outlet_pairs(self) -> list[OutletPair]:
        """How many findings of each relation there are between each two outlets, most first.

        The outlets of a pair are in the order of the alphabet; an outlet may stand beside itself.
        """
        left, right = _NAME.format("left_article"), _NAME.format("right_article")
        sql = f"""
            SELECT min({left}, {right}) AS one, max({left}, {right}) AS other, findings.relation, count(*) AS count
            FROM findings
            JOIN claims AS left_claim ON left_claim.claim_id = findings.left_id
            JOIN claims AS right_claim ON right_claim.claim_id = findings.right_id
            JOIN articles AS left_article ON left_article.article_id = left_claim.article_id
            JOIN articles AS right_article ON right_article.article_id = right_claim.article_id
            WHERE NOT findings.is_sampled
            GROUP BY 1, 2, 3 ORDER BY count DESC, 1, 2, 3
        """
        return [OutletPair(**{**row, "relation": Relation(row["relation"])}) for row in self.rows(sql)]

    def copies_of(self, origin_ids: Iterable[str]) -> dict[str, int]:
        """In how many articles the text of each of these origins stands."""
        sql = """
            SELECT origin_id, count(*) AS count FROM articles
            WHERE origin_id IN (SELECT value FROM json_each(?)) GROUP BY origin_id
        """
        return {row["origin_id"]: row["count"] for row in self.rows(sql, [ids_json(origin_ids)])}
