"""People as JSON: accounts, keys and the audit, alike for the command line and the pages."""

from __future__ import annotations

from datetime import datetime

from factcheck.accounts import Account, ApiKey, AuditEntry
from factcheck.payloads import Json


def account_payload(account: Account) -> Json:
    """An account; `last_login_at` is null where the person never logged in."""
    return {
        "name": account.name,
        "role": str(account.role),
        "added_at": account.added_at.isoformat(),
        "last_login_at": _moment(account.last_login_at),
    }


def key_payload(key: ApiKey, now: datetime) -> Json:
    """A key without its secret; `expires_at` is null where it has no end."""
    return {
        "prefix": key.prefix,
        "owner": key.owner,
        "role": str(key.role),
        "label": key.label,
        "made_at": key.made_at.isoformat(),
        "expires_at": _moment(key.expires_at),
        "is_expired": key.is_expired(now),
        "last_used_at": _moment(key.last_used_at),
    }


def audit_payload(entry: AuditEntry) -> Json:
    """One line of the audit."""
    return {
        "at": entry.at.isoformat(),
        "who": entry.who,
        "act": entry.act,
        "what": entry.what,
        "address": entry.address,
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
