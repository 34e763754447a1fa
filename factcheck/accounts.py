"""The records of people: who may log in, with which keys programs call, and what was done with such rights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from factcheck.vocabulary import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who may log in. Neither the password nor its hash is in it."""

    name: str
    role: Role
    added_at: datetime
    last_login_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key that lets a program act for a person; `prefix` is how the key begins, its rest is known to nobody here.

    `role` is the most that the key may do; it never does more than its owner may.
    """

    prefix: str
    owner: str
    role: Role
    label: str
    made_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None

    def is_expired(self, now: datetime) -> bool:
        """Whether the key is past its time."""
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Something that somebody did with an admin's rights, or tried to do at the door."""

    at: datetime
    who: str
    act: str
    what: str
    address: str
