"""What reviewers say of the origins of articles, in the store: a log that only grows."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from factcheck.origins import OriginReview
from factcheck.store_file import StoreFile


class OriginStore(StoreFile):
    """Reviews of origins. They name articles that may be gone, and hold again when those come back."""

    def add_origin_review(self, review: OriginReview) -> None:
        """Append what a reviewer says; the same review twice is one."""
        with self.writing() as db:
            row = {**asdict(review), "entry_id": review.entry_id, "made_at": review.made_at.isoformat()}
            db.table("origin_reviews").insert(row, ignore=True)

    def origin_reviews(self, article_id: str | None = None) -> list[OriginReview]:
        """Everything that reviewers said of origins, or what concerns one article; oldest first."""
        where = "WHERE ? IN (article_id, joined_to)" if article_id is not None else ""
        rows = self.rows(
            f"SELECT article_id, joined_to, reviewer, note, made_at FROM origin_reviews {where} ORDER BY number",
            [article_id] if article_id is not None else [],
        )
        return [OriginReview(**{**row, "made_at": datetime.fromisoformat(row["made_at"])}) for row in rows]
