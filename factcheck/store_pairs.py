"""Pairs in the store: which claims were matched with which settings, and what a relation model says of the pairs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from factcheck.records import Claim, ClaimPair, ScoredPair
from factcheck.store_articles import ArticleStore
from factcheck.store_rows import as_json, claim_of, ids_json, pair_of, pair_row, scored_of, scores_row

# copies of one text may have been recognised as such only after their claims were matched
_COMPARABLE = """
    FROM pairs
    JOIN claims AS left_claim ON left_claim.claim_id = pairs.left_id
    JOIN claims AS right_claim ON right_claim.claim_id = pairs.right_id
    JOIN articles AS left_article ON left_article.article_id = left_claim.article_id
    JOIN articles AS right_article ON right_article.article_id = right_claim.article_id
"""
_COMPARABLE_WHERE = "WHERE pairs.match_key = :key AND left_article.origin_id <> right_article.origin_id"
_SCORED = """
    JOIN scores ON scores.left_id = pairs.left_id AND scores.right_id = pairs.right_id AND scores.model_id = :model
"""


class PairStore(ArticleStore):
    """Candidate pairs and their scores. A match key names the settings that pairs were found with."""

    def unmatched_claims(self, match_key: str) -> list[Claim]:
        """The claims not yet matched with these settings, by article and in reading order."""
        sql = (
            "SELECT * FROM claims WHERE claim_id NOT IN (SELECT claim_id FROM matched_claims WHERE match_key = ?)"
            " ORDER BY article_id, position, start"
        )
        return [claim_of(row) for row in self.rows(sql, [match_key])]

    def save_matches(
        self, match_key: str, claim_ids: Iterable[str], pairs: Iterable[ClaimPair], left_out: Mapping[str, int]
    ) -> None:
        """Keep the pairs found for some claims, how many were left out and why, and that the claims are matched.

        What was said of a pair of which other units are compared now is forgotten. So is that claims were matched with
        other settings: a pair is found with one, and whoever goes back to those has it found anew, not scored anew.
        """
        with self.writing() as db:
            for table in ("matched_claims", "left_out"):
                db.execute(f"DELETE FROM {table} WHERE match_key <> ?", [match_key])
            rows = [{**pair_row(pair), "match_key": match_key} for pair in pairs]
            db.execute(
                "DELETE FROM scores WHERE (left_id, right_id) IN (SELECT pairs.left_id, pairs.right_id FROM pairs"
                " JOIN json_each(?) AS now ON pairs.left_id = now.value ->> 'left_id'"
                " AND pairs.right_id = now.value ->> 'right_id' WHERE pairs.left_unit <> now.value ->> 'left_unit'"
                " OR pairs.right_unit <> now.value ->> 'right_unit')",
                [as_json(rows)],
            )
            db.table("pairs").upsert_all(rows, pk=("left_id", "right_id"))
            marks = [{"claim_id": claim_id, "match_key": match_key} for claim_id in claim_ids]
            db.table("matched_claims").insert_all(marks, ignore=True)
            for reason, count in left_out.items():
                db.execute(
                    "INSERT INTO left_out VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET pairs = pairs + excluded.pairs",
                    [match_key, reason, count],
                )
            self._touch()

    def pairs_left_out(self, match_key: str) -> dict[str, int]:
        """How many pairs matching left out so far, by reason, most first."""
        sql = "SELECT reason, pairs FROM left_out WHERE match_key = ? ORDER BY pairs DESC, reason"
        return {row["reason"]: row["pairs"] for row in self.rows(sql, [match_key])}

    def pairs_to_score(self, match_key: str, model_id: str) -> list[ClaimPair]:
        """The pairs that this relation model has not scored yet, most alike first."""
        sql = (
            f"SELECT pairs.* {_COMPARABLE} LEFT {_SCORED} {_COMPARABLE_WHERE} AND scores.model_id IS NULL"
            " ORDER BY pairs.similarity DESC, pairs.left_id, pairs.right_id"
        )
        return [pair_of(row) for row in self.rows(sql, {"key": match_key, "model": model_id})]

    def save_scored(self, scored: Sequence[ScoredPair]) -> None:
        """Keep what a relation model says of some pairs; a claim that vanished meanwhile is passed over."""
        with self.writing() as db:
            ids = {claim_id for one in scored for claim_id in (one.pair.left_id, one.pair.right_id)}
            sql = "SELECT claim_id FROM claims WHERE claim_id IN (SELECT value FROM json_each(?))"
            held = {row["claim_id"] for row in self.rows(sql, [ids_json(ids)])}
            rows = [scores_row(one) for one in scored if {one.pair.left_id, one.pair.right_id} <= held]
            db.table("scores").upsert_all(rows, pk=("left_id", "right_id", "model_id"))
            self._touch()

    def scored_pairs(
        self, match_key: str, model_id: str, *, least_flagged: float = 0.0, least_agree: float = 0.0
    ) -> list[ScoredPair]:
        """What this model says of the pairs found with these settings, most alike first.

        Only those whose conflict, update and tension together reach `least_flagged`, and agree `least_agree`.
        """
        sql = (
            f"SELECT pairs.*, scores.* {_COMPARABLE} {_SCORED} {_COMPARABLE_WHERE}"
            ' AND scores.conflict + scores."update" + scores.tension >= :least_flagged AND scores.agree >= :least_agree'
            " ORDER BY pairs.similarity DESC, pairs.left_id, pairs.right_id"
        )
        floors = {"least_flagged": least_flagged, "least_agree": least_agree}
        return [scored_of(row) for row in self.rows(sql, {"key": match_key, "model": model_id, **floors})]

    def scored_among(self, match_key: str, model_id: str, claim_ids: Iterable[str]) -> list[ScoredPair]:
        """What this model says of the pairs found with these settings between two of these claims."""
        listed = "(SELECT value FROM json_each(:ids))"
        sql = (
            f"SELECT pairs.*, scores.* {_COMPARABLE} {_SCORED} {_COMPARABLE_WHERE}"
            f" AND pairs.left_id IN {listed} AND pairs.right_id IN {listed} ORDER BY pairs.left_id, pairs.right_id"
        )
        rows = self.rows(sql, {"key": match_key, "model": model_id, "ids": ids_json(claim_ids)})
        return [scored_of(row) for row in rows]

    def scored_candidates(self, match_key: str, model_id: str) -> Iterator[ClaimPair]:
        """The pairs found with these settings that this model has scored, by their ids alone: there are many."""
        sql = f"SELECT pairs.left_id, pairs.right_id {_COMPARABLE} {_SCORED} {_COMPARABLE_WHERE}"
        for row in self.rows(sql, {"key": match_key, "model": model_id}):
            yield ClaimPair(left_id=row["left_id"], right_id=row["right_id"], similarity=0.0)

    def scores_of(self, pairs: Iterable[ClaimPair], model_id: str) -> list[ScoredPair]:
        """What this model says of these pairs, which come back whole; those without a score are left away."""
        sql = "SELECT pairs.*, scores.* FROM pairs JOIN scores USING (left_id, right_id) WHERE model_id = ?"
        listed = "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?)"
        wanted = as_json([(pair.left_id, pair.right_id) for pair in pairs])
        rows = self.rows(f"{sql} AND (left_id, right_id) IN ({listed}) ORDER BY left_id, right_id", [model_id, wanted])
        return [scored_of(row) for row in rows]

    def candidate_count(self, match_key: str) -> int:
        """How many pairs were found with these settings."""
        return self.number(f"SELECT count(*) {_COMPARABLE} {_COMPARABLE_WHERE}", {"key": match_key})

    def scored_count(self, match_key: str, model_id: str) -> int:
        """How many of these pairs the model has scored."""
        sql = f"SELECT count(*) {_COMPARABLE} {_SCORED} {_COMPARABLE_WHERE}"
        return self.number(sql, {"key": match_key, "model": model_id})
