"""Replies in the store: what was answered to a request with an idempotency key, so that a repeat gets the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from factcheck.store_file import StoreFile

KEPT_FOR = timedelta(hours=24)
"""How long a reply is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What was answered to a request; a status of 0 says that it is not answered yet.

    `asked` is a hash of the request, `body` the answer as it was sent.
    """

    asked: str
    status: int = 0
    media_type: str = ""
    location: str = ""
    body: bytes = b""


class ReplyStore(StoreFile):
    """Replies by who asked and the key that came with the request."""

    def reply(self, asker: str, key: str, now: datetime) -> Reply | None:
        """What was answered to this asker's request with this key, if there was one of late."""
        sql = (
            "SELECT asked, status, media_type, location, body FROM replies"
            " WHERE asker = ? AND idempotency_key = ? AND kept_at >= ?"
        )
        rows = self.rows(sql, [asker, key, (now - KEPT_FOR).isoformat()])
        return Reply(**rows[0]) if rows else None

    def keep_reply(self, asker: str, key: str, reply: Reply, at: datetime) -> None:
        """Keep a reply in place of an earlier one with this key; those that are too old go."""
        with self.writing() as db:
            db.execute("DELETE FROM replies WHERE kept_at < ?", [(at - KEPT_FOR).isoformat()])
            db.execute(
                "INSERT OR REPLACE INTO replies (asker, idempotency_key, kept_at, asked, status, media_type, location,"
                " body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [asker, key, at.isoformat(), reply.asked, reply.status, reply.media_type, reply.location, reply.body],
            )

    def forget_reply(self, asker: str, key: str) -> None:
        """Forget a request, as if it had not come."""
        with self.writing() as db:
            db.execute("DELETE FROM replies WHERE asker = ? AND idempotency_key = ?", [asker, key])

    def forget_unanswered(self) -> None:
        """Forget the requests that were never answered. Only for when none is being answered."""
        with self.writing() as db:
            db.execute("DELETE FROM replies WHERE status = 0")
