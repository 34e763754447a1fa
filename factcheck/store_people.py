"""Accounts, sessions, keys and the audit in the store. Passwords and keys are here as hashes alone."""

from __future__ import annotations

from datetime import datetime

from factcheck.accounts import Account, ApiKey, AuditEntry
from factcheck.errors import Conflict, NotFound
from factcheck.store_file import Row, StoreFile
from factcheck.vocabulary import Role

_PEOPLE = "SELECT name, role, added_at, last_login_at FROM people"
_KEYS = "SELECT prefix, owner, role, label, made_at, expires_at, last_used_at FROM api_keys"


class PeopleStore(StoreFile):
    """People. `folded` is a name in the form in which two names that look alike are one."""

    def has_accounts(self) -> bool:
        """Whether anybody can log in."""
        return bool(self.number("SELECT EXISTS (SELECT 1 FROM people)"))

    def accounts(self) -> list[Account]:
        """Everybody who can log in, by name."""
        return [_account(row) for row in self.rows(f"{_PEOPLE} ORDER BY folded")]

    def account(self, folded: str) -> Account:
        """The account of this name.

        Raises:
            NotFound: there is none.
        """
        rows = self.rows(f"{_PEOPLE} WHERE folded = ?", [folded])
        if not rows:
            raise NotFound(f"there is no account {folded!r}", hint="factcheck users list shows all")
        return _account(rows[0])

    def password_hash(self, folded: str) -> str | None:
        """The hash of an account's password; None where there is no such account."""
        rows = self.rows("SELECT password_hash FROM people WHERE folded = ?", [folded])
        return str(rows[0]["password_hash"]) if rows else None

    def add_account(self, account: Account, folded: str, password_hash: str) -> None:
        """Keep a new account.

        Raises:
            Conflict: the name is taken, or the first account is no admin.
        """
        with self.writing() as db:
            taken = self.rows(f"{_PEOPLE} WHERE folded = ?", [folded])
            if taken:
                raise Conflict(
                    f"the name {account.name!r} is taken by {taken[0]['name']!r}", hint="choose another name"
                )
            if account.role is not Role.ADMIN and not self.has_accounts():
                raise Conflict("the first account has to be an admin", hint="take --role admin for this one")
            db.table("people").insert(
                {
                    "name": account.name,
                    "folded": folded,
                    "role": str(account.role),
                    "password_hash": password_hash,
                    "added_at": account.added_at.isoformat(),
                    "last_login_at": None,
                }
            )

    def set_role(self, name: str, role: Role) -> None:
        """Give an account another role. What somebody was at who may no longer decide is free again.

        Raises:
            Conflict: no admin would be left.
        """
        with self.writing() as db:
            if role is not Role.ADMIN:
                self._keep_an_admin(name)
            db.execute("UPDATE people SET role = ? WHERE name = ?", [str(role), name])
            if role is Role.READER:
                db.execute("DELETE FROM assignments WHERE reviewer = ?", [name])

    def set_password(self, name: str, password_hash: str) -> None:
        """Give an account another password; every session of it ends."""
        with self.writing() as db:
            db.execute("UPDATE people SET password_hash = ? WHERE name = ?", [password_hash, name])
            db.execute("DELETE FROM logins WHERE person = ?", [name])

    def remove_account(self, name: str) -> None:
        """Forget an account with its sessions and keys, and what the person was at; what they decided stays.

        Raises:
            Conflict: no admin would be left.
        """
        with self.writing() as db:
            self._keep_an_admin(name)
            db.execute("DELETE FROM people WHERE name = ?", [name])
            db.execute("DELETE FROM assignments WHERE reviewer = ?", [name])

    def begin_login(self, token_hash: str, name: str, *, at: datetime, until: datetime) -> None:
        """Keep a session; those that are over are forgotten."""
        with self.writing() as db:
            db.execute("DELETE FROM logins WHERE ends_at <= ?", [at.isoformat()])
            db.table("logins").insert(
                {"token_hash": token_hash, "person": name, "began_at": at.isoformat(), "ends_at": until.isoformat()}
            )
            db.execute("UPDATE people SET last_login_at = ? WHERE name = ?", [at.isoformat(), name])

    def account_of_login(self, token_hash: str, now: datetime) -> Account | None:
        """Whose session this is; None where it has ended."""
        joined = _PEOPLE + " JOIN logins ON person = name WHERE token_hash = ? AND ends_at > ?"
        rows = self.rows(joined, [token_hash, now.isoformat()])
        return _account(rows[0]) if rows else None

    def end_login(self, token_hash: str) -> None:
        """End a session."""
        with self.writing() as db:
            db.execute("DELETE FROM logins WHERE token_hash = ?", [token_hash])

    def add_key(self, key: ApiKey, key_hash: str) -> None:
        """Keep a new key."""
        with self.writing() as db:
            db.table("api_keys").insert(
                {
                    "prefix": key.prefix,
                    "key_hash": key_hash,
                    "owner": key.owner,
                    "role": str(key.role),
                    "label": key.label,
                    "made_at": key.made_at.isoformat(),
                    "expires_at": key.expires_at.isoformat() if key.expires_at else None,
                    "last_used_at": None,
                }
            )

    def api_keys(self, owner: str | None = None) -> list[ApiKey]:
        """Every key, or those of one account, oldest first."""
        where, parameters = (" WHERE owner = ?", [owner]) if owner is not None else ("", [])
        return [_key(row) for row in self.rows(f"{_KEYS}{where} ORDER BY made_at, prefix", parameters)]

    def api_key(self, prefix: str) -> tuple[ApiKey, str] | None:
        """A key and its hash; None where there is none that begins so."""
        rows = self.rows(_KEYS.replace(" FROM", ", key_hash FROM") + " WHERE prefix = ?", [prefix])
        return (_key(rows[0]), str(rows[0]["key_hash"])) if rows else None

    def key_was_used(self, prefix: str, at: datetime) -> None:
        """Note that a key was used."""
        with self.writing() as db:
            db.execute("UPDATE api_keys SET last_used_at = ? WHERE prefix = ?", [at.isoformat(), prefix])

    def remove_key(self, prefix: str) -> None:
        """Forget a key; nobody can use it any more."""
        with self.writing() as db:
            db.execute("DELETE FROM api_keys WHERE prefix = ?", [prefix])

    def add_audit(self, entry: AuditEntry) -> None:
        """Append to the audit."""
        with self.writing() as db:
            db.table("audit").insert(
                {
                    "at": entry.at.isoformat(),
                    "who": entry.who,
                    "act": entry.act,
                    "what": entry.what,
                    "address": entry.address,
                }
            )

    def audit(self, limit: int) -> list[AuditEntry]:
        """The latest entries of the audit, latest first."""
        rows = self.rows("SELECT * FROM audit ORDER BY number DESC LIMIT ?", [limit])
        return [
            AuditEntry(
                at=datetime.fromisoformat(row["at"]),
                who=row["who"],
                act=row["act"],
                what=row["what"],
                address=row["address"],
            )
            for row in rows
        ]

    def _keep_an_admin(self, name: str) -> None:
        others = self.number("SELECT count(*) FROM people WHERE role = ? AND name <> ?", [str(Role.ADMIN), name])
        if not others:
            raise Conflict(f"{name} is the last admin", hint="make somebody else an admin first")


def _account(row: Row) -> Account:
    return Account(
        name=row["name"],
        role=Role(row["role"]),
        added_at=datetime.fromisoformat(row["added_at"]),
        last_login_at=_moment(row["last_login_at"]),
    )


def _key(row: Row) -> ApiKey:
    return ApiKey(
        prefix=row["prefix"],
        owner=row["owner"],
        role=Role(row["role"]),
        label=row["label"],
        made_at=datetime.fromisoformat(row["made_at"]),
        expires_at=_moment(row["expires_at"]),
        last_used_at=_moment(row["last_used_at"]),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
