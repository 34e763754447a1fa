"""People: accounts with their passwords, sessions, keys for programs, and the audit of what was done with them."""

from __future__ import annotations

import hmac
import re
import secrets
import threading
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256

from werkzeug.security import check_password_hash, generate_password_hash

from factcheck.accounts import Account, ApiKey, AuditEntry
from factcheck.errors import BadInput, LoginNeeded, NotAllowed, NotFound
from factcheck.parts import Parts
from factcheck.records import Person, Role

MAX_NAME_CHARS = 64
MIN_PASSWORD_CHARS = 10
MAX_PASSWORD_CHARS = 200
MAX_LABEL_CHARS = 100
MAX_KEY_DAYS = 3650
LOGIN_DAYS = 14
"""How long a session lasts."""

_SIGNS_IN_NAMES = " .'’@+-_"
_PREFIX = re.compile(r"fc_[0-9a-f]{8}")
_USE_NOTED_EVERY = timedelta(minutes=5)
# scrypt takes 32 MiB a check: many logins at once wait for one another rather than for memory
_HASHING = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who does something, and from which address; both as the audit shows them.

    `until` is when the key ends by which they ask, if that ends: no key that they make lasts longer.
    """

    who: str
    address: str
    until: datetime | None = None


def add_account(parts: Parts, actor: Actor, name: str, role: str, password: str) -> Account:
    """Makes an account.

    Raises:
        BadInput: name, role or password cannot be used.
        Conflict: the name is taken, or the first account is no admin.
    """
    account = Account(name=checked_name(name), role=checked_role(role), added_at=parts.clock())
    hashed = _hashed(checked_password(password, account.name))
    parts.store.add_account(account, folded(account.name), hashed)
    note_act(parts, actor, "added account", f"{account.name} as {account.role}")
    return account


def remove_account(parts: Parts, actor: Actor, name: str) -> Account:
    """Removes an account with its sessions and keys. What the person decided stays, under the name.

    Raises:
        NotFound: there is no such account.
        Conflict: no admin would be left.
    """
    account = parts.store.account(folded(name))
    parts.store.remove_account(account.name)
    note_act(parts, actor, "removed account", account.name)
    return account


def change_role(parts: Parts, actor: Actor, name: str, role: str) -> Account:
    """Gives an account another role, at once in its open sessions and keys too.

    Raises:
        NotFound: there is no such account.
        BadInput: there is no such role.
        Conflict: no admin would be left.
    """
    account, chosen = parts.store.account(folded(name)), checked_role(role)
    parts.store.set_role(account.name, chosen)
    note_act(parts, actor, "changed role", f"{account.name} from {account.role} to {chosen}")
    return parts.store.account(folded(name))


def set_password(parts: Parts, actor: Actor, name: str, password: str) -> Account:
    """Gives an account another password and ends its sessions; keys stay.

    Raises:
        NotFound: there is no such account.
        BadInput: the password cannot be used.
    """
    account = parts.store.account(folded(name))
    parts.store.set_password(account.name, _hashed(checked_password(password, account.name)))
    note_act(parts, actor, "changed password", account.name)
    return account


def change_own_password(parts: Parts, actor: Actor, old: str, new: str) -> str:
    """The same by the person, who has to know the old one; the token of a new session.

    Raises:
        NotAllowed: the old password is wrong.
        BadInput: the new one cannot be used.
    """
    if not _is_password_of(parts, actor.who, old):
        raise NotAllowed("the present password is not right", hint="an admin can set another one")
    return begin_session(parts, set_password(parts, actor, actor.who, new))


def log_in(parts: Parts, name: str, password: str, address: str) -> tuple[Account, str]:
    """The account of a name and its password, and the token of a new session.

    An unknown name takes as long as a wrong password, and the answer does not say which it was.

    Raises:
        LoginNeeded: there is no such account, or the password is wrong.
    """
    known = _is_password_of(parts, name, password)
    if not known:
        whose = parts.store.account(folded(name)).name if parts.store.password_hash(folded(name)) else "unknown name"
        note_act(parts, Actor(who="", address=address), "login failed", whose)
        raise LoginNeeded("name or password is not right", hint="check both; an admin can set another password")
    account = parts.store.account(folded(name))
    note_act(parts, Actor(who=account.name, address=address), "logged in", str(account.role))
    return account, begin_session(parts, account)


def begin_session(parts: Parts, account: Account) -> str:
    """The token of a new session for somebody who has shown who they are."""
    token, now = secrets.token_urlsafe(32), parts.clock()
    parts.store.begin_login(_digest(token), account.name, at=now, until=now + timedelta(days=LOGIN_DAYS))
    return token


def person_of_login(parts: Parts, token: str) -> Person | None:
    """Whose session a token is; None where it has ended."""
    account = parts.store.account_of_login(_digest(token), parts.clock())
    return Person(name=account.name, role=account.role) if account else None


def log_out(parts: Parts, token: str) -> None:
    """Ends a session; its token is worth nothing from now on."""
    parts.store.end_login(_digest(token))


def add_key(
    parts: Parts, actor: Actor, owner: str, *, role: str | None = None, label: str = "", days: int | None = None
) -> tuple[ApiKey, str]:
    """A new key for the programs of an account, and its secret, which is shown this once and kept nowhere.

    One that is made by a key ends with that key at the latest.

    Raises:
        NotFound: there is no such account.
        BadInput: the role is above the owner's, or label or days are outside their limits.
    """
    account = parts.store.account(folded(owner))
    chosen = checked_role(role) if role else account.role
    if not account.role.may(chosen):
        raise BadInput(
            f"a key of {account.name} cannot be {chosen}: {account.name} is {account.role}",
            hint=f"take {account.role} or less",
        )
    label = label.strip()
    if len(label) > MAX_LABEL_CHARS or not label.isprintable():
        raise BadInput(f"the label has {len(label)} characters", hint=f"give at most {MAX_LABEL_CHARS}, on one line")
    if days is not None and not 1 <= days <= MAX_KEY_DAYS:
        raise BadInput(f"a key cannot last {days} days", hint=f"give 1 to {MAX_KEY_DAYS}, or none for no end")
    prefix, now = f"fc_{secrets.token_hex(4)}", parts.clock()
    secret = f"{prefix}_{secrets.token_urlsafe(32)}"
    ends = (now + timedelta(days=days) if days else None, actor.until)
    key = ApiKey(
        prefix=prefix,
        owner=account.name,
        role=chosen,
        label=label,
        made_at=now,
        expires_at=min(filter(None, ends), default=None),
    )
    parts.store.add_key(key, _digest(secret))
    note_act(parts, actor, "added key", f"{prefix} of {account.name} as {chosen}")
    return key, secret


def add_own_key(
    parts: Parts, actor: Actor, person: Person, *, role: str | None = None, label: str = "", days: int | None = None
) -> tuple[ApiKey, str]:
    """A new key for whoever asks, who may ask by a key: no key makes one that may do more than itself.

    Raises:
        BadInput: the role is above what the person may do now, or label or days are outside their limits.
    """
    chosen = checked_role(role) if role else person.role
    if not person.role.may(chosen):
        raise BadInput(
            f"{person.name} is {person.role} here and cannot make a key that is {chosen}",
            hint=f"take {person.role} or less",
        )
    return add_key(parts, actor, person.name, role=chosen, label=label, days=days)


def revoke_own_key(parts: Parts, actor: Actor, person: Person, prefix: str) -> ApiKey:
    """Makes a key of whoever asks worthless, or as an admin anybody's.

    Raises:
        NotFound: there is none that begins so and is theirs.
    """
    found = parts.store.api_key(prefix)
    if found is None or not (person.role is Role.ADMIN or found[0].owner == person.name):
        raise NotFound(f"you have no key {prefix!r}", hint="the account page lists yours")
    return revoke_key(parts, actor, prefix)


def revoke_key(parts: Parts, actor: Actor, prefix: str) -> ApiKey:
    """Makes a key worthless.

    Raises:
        NotFound: there is no key that begins so.
    """
    found = parts.store.api_key(prefix)
    if found is None:
        raise NotFound(f"there is no key {prefix!r}", hint="factcheck keys list shows how each key begins")
    parts.store.remove_key(prefix)
    note_act(parts, actor, "revoked key", f"{prefix} of {found[0].owner}")
    return found[0]


def person_of_key(parts: Parts, secret: str) -> tuple[Person, datetime | None]:
    """For whom a key speaks, with the lower of its own role and its owner's, and when it ends.

    Raises:
        LoginNeeded: there is no such key, or it is past its time.
    """
    prefix = _PREFIX.match(secret)
    found = parts.store.api_key(prefix[0]) if prefix else None
    if found is None or not hmac.compare_digest(found[1], _digest(secret)):
        raise LoginNeeded("this key is not known", hint="factcheck keys add NAME makes one")
    key, now = found[0], parts.clock()
    if key.expires_at is not None and key.is_expired(now):
        raise LoginNeeded(
            f"the key {key.prefix} ended on {key.expires_at:%Y-%m-%d}", hint="factcheck keys add NAME makes another"
        )
    if key.last_used_at is None or now - key.last_used_at >= _USE_NOTED_EVERY:
        parts.store.key_was_used(key.prefix, now)
    owner = parts.store.account(folded(key.owner))
    return Person(name=owner.name, role=min(key.role, owner.role, key=lambda role: role.rank)), key.expires_at


def note_act(parts: Parts, actor: Actor, act: str, what: str) -> None:
    """Appends to the audit."""
    parts.store.add_audit(AuditEntry(at=parts.clock(), who=actor.who, act=act, what=what, address=actor.address))


def folded(name: str) -> str:
    """A name in the form in which two that look alike are one."""
    plain = name.encode("utf-8", "replace").decode()  # the command line can hold halves of surrogate pairs
    return " ".join(unicodedata.normalize("NFKC", plain).casefold().split())


def checked_name(name: str) -> str:
    """A name as it is kept.

    Raises:
        BadInput: it is empty, too long, or has characters that no name needs.
    """
    name = " ".join(unicodedata.normalize("NFC", name).split(" "))
    if not 1 <= len(name) <= MAX_NAME_CHARS:
        raise BadInput(f"the name has {len(name)} characters", hint=f"give 1 to {MAX_NAME_CHARS}")
    kinds = ["sign" if one in _SIGNS_IN_NAMES else unicodedata.category(one)[0] for one in name]
    if kinds[0] not in "LN" or set(kinds) - {"L", "M", "N", "sign"} or name.endswith(" "):
        raise BadInput(
            f"the name {name!r} cannot be used",
            hint="take letters, digits, spaces and . ' @ + - _; begin with a letter or digit",
        )
    return name


def checked_role(role: str) -> Role:
    """The role of this name.

    Raises:
        BadInput: there is none.
    """
    try:
        return Role(role)
    except ValueError as error:
        raise BadInput(f"role {role!r} is none of ours", hint=f"choose one of: {', '.join(Role)}") from error


def checked_password(password: str, name: str) -> str:
    """A password that is hard to guess by trying the name or a handful of letters.

    Raises:
        BadInput: it is too short or too long, the name, or one character again and again.
    """
    if not MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS:
        raise BadInput(
            f"the password has {len(password)} characters",
            hint=f"give {MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS}; a few words in a row are good",
        )
    if folded(name) in folded(password) and len(password) < len(name) + MIN_PASSWORD_CHARS:
        raise BadInput("the password is little more than the name", hint="take a few words that nobody would guess")
    if len(set(password)) < 4:
        raise BadInput("the password has fewer than 4 different characters", hint="take a few words in a row")
    return password


def _is_password_of(parts: Parts, name: str, password: str) -> bool:
    decoy = _decoy()
    hashed = parts.store.password_hash(folded(name))
    with _HASHING:
        matches = check_password_hash(hashed or decoy, _normal(password[: MAX_PASSWORD_CHARS + 1]))
    return matches and hashed is not None


@cache
def _decoy() -> str:
    """What is checked in place of a hash that there is not, so that the answer takes as long."""
    return _hashed(secrets.token_urlsafe(16))


def _hashed(password: str) -> str:
    with _HASHING:
        return generate_password_hash(_normal(password), method="scrypt")


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password.encode("utf-8", "replace").decode())


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "replace")).hexdigest()
