"""The commands about people: accounts, keys for programs, and the audit."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING

import click

from factcheck.cli.commands import main
from factcheck.cli.edge import answer, parts_now, wants_json
from factcheck.errors import BadInput

if TYPE_CHECKING:
    from factcheck.people import Actor

ROLES = ("reader", "reviewer", "admin")


@main.group()
def users() -> None:
    """Say who may log in, and as what.

    Readers read, reviewers also decide and submit claims, admins do everything. Without any account nobody is asked
    to log in, and only this machine can reach the pages.
    """


@users.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="reviewer", show_default=True, help="What the account may.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input, not from a prompt.")
def add_user(name: str, role: str, password_stdin: bool) -> None:
    """Make an account.

    The first one has to be an admin. The password is asked for; it never stands in the command.
    """
    from factcheck.payloads_people import account_payload
    from factcheck.people import add_account, checked_name

    name = checked_name(name)
    account = add_account(parts_now(), _at_this_machine(), name, role, _password(password_stdin))
    answer(
        lambda: {"account": account_payload(account)},
        lambda: click.echo(f"{account.name} can log in as {account.role}."),
    )


@users.command("list")
def list_users() -> None:
    """Show who may log in."""
    from factcheck.cli.terminal import show_table
    from factcheck.payloads_people import account_payload

    accounts = [account_payload(one) for one in parts_now().store.accounts()]
    answer(
        lambda: {"accounts": accounts},
        lambda: show_table(("name", "role", "added_at", "last_login_at"), accounts, nothing="There is no account."),
    )


@users.command("remove")
@click.argument("name")
def remove_user(name: str) -> None:
    """Remove an account with its sessions and keys.

    What the person decided stays, under the name. The last admin cannot be removed.
    """
    from factcheck.people import remove_account

    account = remove_account(parts_now(), _at_this_machine(), name)
    answer(lambda: {"removed": account.name}, lambda: click.echo(f"{account.name} is removed."))


@users.command("password")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input, not from a prompt.")
def change_password(name: str, password_stdin: bool) -> None:
    """Give an account another password.

    Every session of the account ends; its keys stay.
    """
    from factcheck.payloads_people import account_payload
    from factcheck.people import folded, set_password

    parts = parts_now()
    found = parts.store.account(folded(name))
    account = set_password(parts, _at_this_machine(), found.name, _password(password_stdin))
    answer(
        lambda: {"account": account_payload(account)},
        lambda: click.echo(f"{account.name} has a new password; every session has ended."),
    )


@users.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
def change_role(name: str, role: str) -> None:
    """Give an account another role.

    It holds at once, in open sessions too. The last admin stays one.
    """
    from factcheck.payloads_people import account_payload
    from factcheck.people import change_role as change

    account = change(parts_now(), _at_this_machine(), name, role)
    answer(lambda: {"account": account_payload(account)}, lambda: click.echo(f"{account.name} is {account.role} now."))


@users.command("audit")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="Most entries to show.")
def show_audit(limit: int) -> None:
    """Show what was done with an admin's rights.

    Latest first: who did what, when and from where; logins too.
    """
    from factcheck.cli.terminal import show_table
    from factcheck.payloads_people import audit_payload

    entries = [audit_payload(entry) for entry in parts_now().store.audit(limit)]
    answer(
        lambda: {"audit": entries},
        lambda: show_table(("at", "who", "act", "what", "address"), entries, nothing="Nothing was done yet."),
    )


@main.group()
def keys() -> None:
    """Let programs call the API."""


@keys.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), help="The most that the key may do.  [default: as its owner]")
@click.option("--label", default="", help="What the key is for.")
@click.option("--days", type=click.IntRange(1, 3650), help="Days until it ends.  [default: it does not]")
def add_key(name: str, role: str | None, label: str, days: int | None) -> None:
    """Make a key for the programs of an account.

    NAME is the owner. The key is shown this once; only a hash of it is kept.
    """
    from factcheck.payloads_people import key_payload
    from factcheck.people import add_key as make

    parts = parts_now()
    key, secret = make(parts, _at_this_machine(), name, role=role, label=label, days=days)
    answer(lambda: {"secret": secret, "key": key_payload(key, parts.clock())}, lambda: click.echo(secret))
    if not wants_json():
        click.echo("Keep it now: it is shown this once. Send it as  Authorization: Bearer KEY", err=True)


@keys.command("list")
def list_keys() -> None:
    """Show every key by how it begins."""
    from factcheck.cli.terminal import show_table
    from factcheck.payloads_people import key_payload

    parts = parts_now()
    held = [key_payload(key, parts.clock()) for key in parts.store.api_keys()]
    columns = ("prefix", "owner", "role", "label", "made_at", "expires_at", "last_used_at")
    answer(lambda: {"keys": held}, lambda: show_table(columns, held, nothing="There is no key."))


@keys.command("revoke")
@click.argument("prefix")
def revoke_key(prefix: str) -> None:
    """Make a key worthless.

    PREFIX is how the key begins, as `keys list` shows it.
    """
    from factcheck.people import revoke_key as revoke

    key = revoke(parts_now(), _at_this_machine(), prefix)
    answer(lambda: {"revoked": key.prefix}, lambda: click.echo(f"The key {key.prefix} of {key.owner} is revoked."))


def _at_this_machine() -> Actor:
    """Who sits at the command line, as the audit shows them."""
    from factcheck.people import Actor

    try:
        who = getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container may have no name for its user
        who = "unknown"
    return Actor(who=f"command line ({who})", address="this machine")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise BadInput("there is no terminal to ask for the password", hint="add --password-stdin and pipe it in")
    given: str = click.prompt("Password", hide_input=True, confirmation_prompt="The same again", err=True)
    return given
