"""People: names, passwords, roles, sessions, keys, and the audit, over a real store."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from factcheck import people, review
from factcheck.accounts import Account
from factcheck.cli import main
from factcheck.errors import BadInput, Conflict, FactcheckError, LoginNeeded, NotAllowed, NotFound
from factcheck.ingest import ingest
from factcheck.parts import Parts
from factcheck.people import Actor
from factcheck.pipeline import scan
from factcheck.records import Person, Role
from factcheck.store import FindingFilter
from tests.fakes import fake_parts, make_article

PASSWORD = "correct horse battery"
OTHER = "quite another phrase"
ROOT = Actor(who="root", address="here")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index with an admin, Ana, and a reviewer, Bo; hashing passwords takes long, so it is done once."""
    made = fake_parts(tmp_path_factory.mktemp("office"))
    people.add_account(made, ROOT, "Ana", "admin", PASSWORD)
    people.add_account(made, ROOT, "Bo", "reviewer", OTHER)
    made.store.close()
    return made.settings.index


@pytest.fixture
def staffed(office: Path, tmp_path: Path) -> Iterator[Parts]:
    """Parts with a copy of that index."""
    made = fake_parts(Path(shutil.copytree(office, tmp_path / "index")))
    yield made
    made.store.close()


def acts(parts: Parts) -> list[tuple[str, str, str]]:
    """Who did what, oldest first."""
    return [(entry.who, entry.act, entry.what) for entry in reversed(parts.store.audit(100))]


def test_roles_include_the_ones_below() -> None:
    """An admin may what a reviewer may, who may what a reader may."""
    assert [[one.may(other) for other in Role] for one in Role] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]


def test_accounts_are_listed_and_what_was_done_is_in_the_audit(staffed: Parts) -> None:
    """An account has a name, a role and when it was added; the audit says who added it and from where."""
    assert [(one.name, one.role, one.last_login_at) for one in staffed.store.accounts()] == [
        ("Ana", Role.ADMIN, None),
        ("Bo", Role.REVIEWER, None),
    ]
    assert acts(staffed) == [("root", "added account", "Ana as admin"), ("root", "added account", "Bo as reviewer")]
    assert {entry.address for entry in staffed.store.audit(100)} == {"here"}


@pytest.mark.parametrize("name", ["ana", "ANA", "Ａｎａ", " Ana"])
def test_two_names_that_look_alike_are_one(staffed: Parts, name: str) -> None:
    """Case, width and space around do not make another name."""
    with pytest.raises(FactcheckError, match=r"is taken by 'Ana'|cannot be used"):
        people.add_account(staffed, ROOT, name, "reader", PASSWORD)


@pytest.mark.parametrize(
    "name", ["", "x" * 65, "a\nb", "a\u202eb", "a\u200bb", "<b>", "a/b", "..", "=1+1", "command line (root)", "\udcff"]
)
def test_a_name_that_could_do_harm_is_refused(parts: Parts, name: str) -> None:
    """Control and direction signs, markup, formulas and paths are no names."""
    with pytest.raises(BadInput, match="name"):
        people.add_account(parts, ROOT, name, "admin", PASSWORD)
    assert parts.store.accounts() == []


@pytest.mark.parametrize("name", ["Ana", "ana.maria@desk.example", "Søren Å", "O'Neill", "पूजा", "用户 2", "b"])
def test_names_of_people_are_taken_as_they_are(parts: Parts, name: str) -> None:
    """Letters of any script, spaces and a few signs."""
    assert people.checked_name(name) == name


@pytest.mark.parametrize("password", ["short", "x" * 201, "aaaaaaaaaaaa", "Ana Ana", "anaanaanaana1"[:12]])
def test_a_password_that_is_easily_guessed_is_refused(parts: Parts, password: str) -> None:
    """Too short, too long, one letter again and again, or little more than the name."""
    with pytest.raises(BadInput, match="password"):
        people.add_account(parts, ROOT, "Ana", "admin", password)
    assert parts.store.accounts() == []


def test_the_first_account_is_an_admin(parts: Parts) -> None:
    """Else nobody could ever add another one."""
    with pytest.raises(Conflict, match="the first account has to be an admin"):
        people.add_account(parts, ROOT, "Bo", "reviewer", PASSWORD)
    with pytest.raises(BadInput, match="role 'boss' is none of ours"):
        people.add_account(parts, ROOT, "Bo", "boss", PASSWORD)


@pytest.mark.parametrize(
    "act",
    [
        lambda parts: people.remove_account(parts, ROOT, "ana"),
        lambda parts: people.change_role(parts, ROOT, "Ana", "reader"),
    ],
)
def test_one_admin_always_stays(staffed: Parts, act: Callable[[Parts], Account]) -> None:
    """The last admin can be neither removed nor made less; once there is another, both work."""
    with pytest.raises(Conflict, match="Ana is the last admin"):
        act(staffed)
    people.change_role(staffed, ROOT, "Bo", "admin")
    assert act(staffed).name == "Ana"
    assert [one.name for one in staffed.store.accounts() if one.role is Role.ADMIN] == ["Bo"]


def test_passwords_and_keys_are_nowhere_in_the_database(staffed: Parts) -> None:
    """Whoever reads the file learns no secret; passwords are scrypt hashes with their own salt."""
    people.set_password(staffed, ROOT, "Bo", PASSWORD)
    _, token = people.log_in(staffed, "Ana", PASSWORD, "here")
    _, secret = people.add_key(staffed, ROOT, "Bo")
    dump = "\n".join(sqlite3.connect(staffed.store.path or "").iterdump())
    assert [one in dump for one in (PASSWORD, OTHER, token, secret, secret[12:])] == [False] * 5
    hashes = [staffed.store.password_hash(name) or "" for name in ("ana", "bo")]
    assert [one.startswith("scrypt:") for one in hashes] == [True, True]
    assert hashes[0] != hashes[1]


def test_a_login_gives_a_session_until_it_is_ended(staffed: Parts) -> None:
    """The token stands for the person, in whatever case the name was typed, and for nobody after the logout."""
    account, token = people.log_in(staffed, " bo ", OTHER, "10.0.0.9")
    assert account.name == "Bo"
    assert people.person_of_login(staffed, token) == Person(name="Bo", role=Role.REVIEWER)
    assert staffed.store.account("bo").last_login_at is not None
    people.log_out(staffed, token)
    assert people.person_of_login(staffed, token) is None
    assert acts(staffed)[-1] == ("Bo", "logged in", "reviewer")


@pytest.mark.parametrize(
    ("name", "password", "noted"),
    [("Ana", OTHER, "Ana"), ("Eve", PASSWORD, "unknown name"), ("", "", "unknown name"), ("Ana", PASSWORD * 20, "Ana")],
)
def test_a_wrong_login_says_not_what_was_wrong(staffed: Parts, name: str, password: str, noted: str) -> None:
    """Unknown names and wrong passwords are answered alike; the audit knows which account was tried."""
    with pytest.raises(LoginNeeded, match=r"^name or password is not right$"):
        people.log_in(staffed, name, password, "10.0.0.9")
    assert acts(staffed)[-1] == ("", "login failed", noted)


def test_an_unknown_name_takes_as_much_work_as_a_known_one(staffed: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """One hash of the same kind is computed either way, so the time tells nothing."""
    checked: list[str] = []
    real = people.check_password_hash

    def counted(hashed: str, password: str) -> bool:
        checked.append(hashed.split("$")[0])
        return real(hashed, password)

    monkeypatch.setattr(people, "check_password_hash", counted)
    for name in ("Ana", "Nobody"):
        with pytest.raises(LoginNeeded):
            people.log_in(staffed, name, "wrong password", "here")
    assert len(checked) == 2
    assert checked[0] == checked[1]


def test_a_session_ends_with_a_new_password_a_removal_and_its_time(staffed: Parts) -> None:
    """Whoever held a session has to log in again."""
    before = [people.log_in(staffed, "Bo", OTHER, "here")[1] for _ in range(2)]
    fresh = people.change_own_password(staffed, Actor(who="Bo", address="here"), OTHER, PASSWORD)
    assert [people.person_of_login(staffed, token) for token in before] == [None, None]
    assert people.person_of_login(staffed, fresh) == Person(name="Bo", role=Role.REVIEWER)
    people.remove_account(staffed, ROOT, "Bo")
    assert people.person_of_login(staffed, fresh) is None
    _, token = people.log_in(staffed, "Ana", PASSWORD, "here")
    start = staffed.clock.start  # type: ignore[attr-defined]
    staffed.clock.start = start + timedelta(days=people.LOGIN_DAYS)  # type: ignore[attr-defined]
    assert people.person_of_login(staffed, token) is None


def test_a_name_that_is_given_again_brings_nothing_back(staffed: Parts) -> None:
    """Sessions and keys of a removed account are not those of a later one of that name."""
    _, token = people.log_in(staffed, "Bo", OTHER, "here")
    _, secret = people.add_key(staffed, ROOT, "Bo")
    people.remove_account(staffed, ROOT, "Bo")
    people.add_account(staffed, ROOT, "Bo", "admin", OTHER)
    assert people.person_of_login(staffed, token) is None
    with pytest.raises(LoginNeeded, match="this key is not known"):
        people.person_of_key(staffed, secret)


@pytest.mark.parametrize(("role", "is_kept"), [(None, False), ("reader", False), ("admin", True)])
def test_who_may_no_longer_decide_keeps_no_finding_from_the_others(
    staffed: Parts, role: str | None, is_kept: bool
) -> None:
    """What they were at is free once the account is removed or a reader's; not with another role that decides."""
    told = (("alpha", 12), ("beta", 15))
    ingest(staffed, [make_article(f"The quake in Nepal killed {toll} people.", source) for source, toll in told])
    scan(staffed)
    [finding] = staffed.store.findings()
    review.assign(staffed, finding.finding_id, "Bo", 7 * 24 * 60)
    if role:
        people.change_role(staffed, ROOT, "Bo", role)
    else:
        people.remove_account(staffed, ROOT, "Bo")
    free = review.next_finding(staffed, FindingFilter(), "Ana")
    assert free == (None if is_kept else finding.finding_id)


def test_changing_ones_own_password_takes_the_old_one(staffed: Parts) -> None:
    """An open session alone is not enough."""
    with pytest.raises(NotAllowed, match="the present password is not right"):
        people.change_own_password(staffed, Actor(who="Bo", address="here"), "a wrong guess", PASSWORD)
    assert people.log_in(staffed, "Bo", OTHER, "here")[0].name == "Bo"


def test_a_role_that_changes_holds_at_once(staffed: Parts) -> None:
    """Open sessions and keys have the role of now."""
    people.change_role(staffed, ROOT, "Bo", "admin")
    _, token = people.log_in(staffed, "Bo", OTHER, "here")
    _, secret = people.add_key(staffed, ROOT, "Bo")
    people.change_role(staffed, ROOT, "Bo", "reader")
    reader = Person(name="Bo", role=Role.READER)
    assert (people.person_of_login(staffed, token), people.person_of_key(staffed, secret)[0]) == (reader, reader)


def test_a_key_speaks_for_its_owner_with_at_most_its_own_role(staffed: Parts) -> None:
    """The secret is shown once; what is kept recognises it, says how it begins and when it was last used."""
    key, secret = people.add_key(staffed, ROOT, "ana", role="reader", label="nightly import", days=30)
    assert secret.startswith(f"{key.prefix}_")
    assert len(secret) > 50
    assert people.person_of_key(staffed, secret) == (Person(name="Ana", role=Role.READER), key.expires_at)
    [kept] = staffed.store.api_keys("Ana")
    assert (kept.prefix, kept.label, kept.role) == (key.prefix, "nightly import", Role.READER)
    assert kept.expires_at == kept.made_at + timedelta(days=30)
    assert kept.last_used_at is not None
    assert acts(staffed)[-1] == ("root", "added key", f"{key.prefix} of Ana as reader")


def test_a_key_that_ended_or_was_revoked_is_worth_nothing(staffed: Parts) -> None:
    """So is a made-up one, and one that is right but for its last letter."""
    key, secret = people.add_key(staffed, ROOT, "Bo", days=1)
    for wrong in (
        "",
        "fc_",
        secret[:-1] + ("A" if secret[-1] != "A" else "B"),
        key.prefix,
        "x" * 10_000,
        "fc_0011aabb_x",
    ):
        with pytest.raises(LoginNeeded, match="this key is not known"):
            people.person_of_key(staffed, wrong)
    start = staffed.clock.start  # type: ignore[attr-defined]
    staffed.clock.start = start + timedelta(days=1)  # type: ignore[attr-defined]
    with pytest.raises(LoginNeeded, match=f"the key {key.prefix} ended on"):
        people.person_of_key(staffed, secret)
    staffed.clock.start = start  # type: ignore[attr-defined]
    people.revoke_key(staffed, ROOT, key.prefix)
    with pytest.raises(LoginNeeded, match="this key is not known"):
        people.person_of_key(staffed, secret)
    with pytest.raises(NotFound, match="there is no key"):
        people.revoke_key(staffed, ROOT, key.prefix)


@pytest.mark.parametrize(("days", "lasts"), [(None, 3), (5, 3), (1, 1)])
def test_a_key_made_by_a_key_ends_with_it_at_the_latest(staffed: Parts, days: int | None, lasts: int) -> None:
    """Whether it is to last longer, for ever, or less long."""
    maker, _ = people.add_key(staffed, ROOT, "Bo", days=3)
    made, _ = people.add_key(staffed, replace(ROOT, until=maker.expires_at), "Bo", days=days)
    assert made.expires_at
    assert round((made.expires_at - maker.made_at) / timedelta(days=1), 3) == lasts


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"role": "admin"}, "a key of Bo cannot be admin: Bo is reviewer"),
        ({"role": "boss"}, "role 'boss' is none of ours"),
        ({"label": "x" * 101}, "the label has 101 characters"),
        ({"label": "a\nb"}, "the label has 3 characters"),
        ({"days": 0}, "a key cannot last 0 days"),
        ({"days": 4000}, "a key cannot last 4000 days"),
    ],
)
def test_a_key_outside_its_limits_is_refused(staffed: Parts, given: dict[str, Any], reason: str) -> None:
    """No key is more than its owner, and none has a label that breaks a line."""
    with pytest.raises(BadInput, match=reason):
        people.add_key(staffed, ROOT, "Bo", **given)
    assert staffed.store.api_keys() == []


@pytest.mark.parametrize("statement", ["UPDATE audit SET who = 'me'", "DELETE FROM audit"])
def test_the_audit_can_be_neither_changed_nor_deleted(staffed: Parts, statement: str) -> None:
    """The database itself refuses."""
    with pytest.raises(sqlite3.IntegrityError, match="the audit is added to, never"), staffed.store.writing() as db:
        db.execute(statement)
    assert len(staffed.store.audit(100)) == 2


def test_accounts_and_keys_are_managed_from_the_command_line(tmp_path: Path) -> None:
    """The password comes from standard input, a key is shown once, and the audit says that it was the command line."""

    def factcheck(*words: str, given: str = "") -> Result:
        return CliRunner().invoke(main, ["--index", str(tmp_path), *words], input=given)

    first = factcheck("users", "add", "Ana", "--role", "admin", "--password-stdin", given=PASSWORD)
    assert (first.exit_code, first.stdout) == (0, "Ana can log in as admin.\n")
    unasked = factcheck("users", "add", "Bo", given=OTHER)
    assert unasked.exit_code == 2
    assert "--password-stdin" in unasked.stderr
    added = factcheck("users", "add", "Bo", "--password-stdin", "--json", given=f"{OTHER}\n")
    assert json.loads(added.stdout)["account"]["role"] == "reviewer"
    made = json.loads(factcheck("keys", "add", "bo", "--role", "reader", "--json").stdout)
    shown = factcheck("keys", "list").stdout
    assert made["key"]["prefix"] in shown
    assert made["secret"] not in shown
    assert [one["name"] for one in json.loads(factcheck("users", "list", "--json").stdout)["accounts"]] == ["Ana", "Bo"]
    changed = factcheck("users", "password", "bo", "--password-stdin", given=PASSWORD)
    assert changed.stdout == "Bo has a new password; every session has ended.\n"
    last = factcheck("users", "remove", "Ana")
    assert (last.exit_code, "Ana is the last admin" in last.stderr) == (4, True)
    assert factcheck("users", "role", "Bo", "reader").stdout == "Bo is reader now.\n"
    assert factcheck("keys", "revoke", made["key"]["prefix"]).exit_code == 0
    entries = json.loads(factcheck("users", "audit", "--json").stdout)["audit"]
    assert [one["act"] for one in reversed(entries)] == [
        *("added account", "added account", "added key", "changed password", "changed role", "revoked key")
    ]
    assert {(one["who"].split(" (")[0], one["address"]) for one in entries} == {("command line", "this machine")}


def test_a_password_is_never_taken_from_the_command_itself() -> None:
    """Other users of a machine can read the words of a command."""
    options = [option for command in main.commands["users"].commands.values() for option in command.params]
    assert [option.name for option in options if "password" in (option.name or "")] == ["password_stdin"] * 2
