"""The pages about people: logging in and out, one's own account and keys, and everybody's for an admin."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from factcheck import people
from factcheck.errors import BadInput, Conflict, FactcheckError, LoginNeeded, NotAllowed, NotFound, TooManyRequests
from factcheck.parts import Parts
from factcheck.payloads import Json
from factcheck.payloads_people import account_payload, audit_payload, key_payload
from factcheck.records import Role
from factcheck.web.access import (
    LOGIN,
    asking_person,
    current_actor,
    current_person,
    is_single_user,
    needs,
    own_actor,
    public,
    rates,
)
from factcheck.web.current import current_parts
from factcheck.web.security import check_form_token

MOST_FORM_BYTES = 64 * 1024
AUDIT_SHOWN = 100
MOST_DIGITS = 9
"""Of a number in a form: more are no number of days, and Python reads no number of thousands of digits."""

bp = Blueprint("people", __name__)


@bp.before_request
def check_forms() -> None:
    """Refuses a form that no page of this session sent, and one far larger than any of these."""
    if request.method == "POST":
        request.max_content_length = MOST_FORM_BYTES
        check_form_token()


@bp.get("/login")
@public
def login() -> str | Response:
    """The form to log in."""
    following = inner_address(request.args.get("next"))
    if current_person() is not None:
        return redirect(following, 303)
    return _login_page(following)


@bp.post("/login")
@public
def log_in() -> tuple[str, int, dict[str, str]] | Response:
    """Begins a session for a name and its password."""
    parts, address = current_parts(), request.remote_addr or ""
    name, password = request.form.get("name", ""), request.form.get("password", "")
    following = inner_address(request.form.get("next"))
    try:
        with rates().password_try(name, address):
            account, token = people.log_in(parts, name, password, address)
    except (LoginNeeded, TooManyRequests) as error:
        page = _login_page(following, name=name[: people.MAX_NAME_CHARS], problem=error)
        later = {"Retry-After": str(error.retry_after)} if isinstance(error, TooManyRequests) else {}
        return page, error.http_status, later
    _begin(token)
    flash(f"Logged in as {account.name}.")
    return redirect(following, 303)


@bp.post("/logout")
@public
def log_out() -> Response:
    """Ends the session, here and for whoever else may have its cookie."""
    if token := session.get(LOGIN):
        people.log_out(current_parts(), token)
    session.clear()
    return redirect(url_for("people.login"), 303)


@bp.get("/account")
@needs(Role.READER)
def account() -> str:
    """One's own role, password and keys."""
    return _account_page()


@bp.post("/account/password")
@needs(Role.READER)
def change_password() -> Response:
    """Changes one's own password, which ends every other session of the account."""
    parts, actor, form = current_parts(), own_actor(), request.form
    try:
        with rates().password_try(actor.who, actor.address):
            token = people.change_own_password(parts, actor, form.get("old", ""), form.get("new", ""))
    except (BadInput, NotAllowed, TooManyRequests) as error:
        return _back_with(error, "people.account")
    _begin(token)
    flash("Your password is changed; every other session has ended.")
    return redirect(url_for("people.account"), 303)


@bp.post("/account/keys")
@needs(Role.READER)
def add_key() -> str | Response:
    """Makes a key and shows it, this once."""
    actor, form = own_actor(), request.form
    days = form.get("days", "").strip()
    try:
        if days and not (days.isdecimal() and len(days) <= MOST_DIGITS):
            raise BadInput(f"a key cannot last {days!r:.60} days", hint="give a number, or nothing for no end")
        _, secret = people.add_own_key(
            current_parts(),
            actor,
            asking_person(),
            role=form.get("role") or None,
            label=form.get("label", ""),
            days=int(days) if days else None,
        )
    except BadInput as error:
        return _back_with(error, "people.account")
    return _account_page(secret=secret)


@bp.post("/account/keys/<prefix>/revoke")
@needs(Role.READER)
def revoke_key(prefix: str) -> Response:
    """Revokes a key: one's own, or as admin anybody's."""
    people.revoke_own_key(current_parts(), current_actor(), asking_person(), prefix)
    flash(f"The key {prefix} is revoked.")
    return redirect(url_for("people.users" if request.form.get("from") == "users" else "people.account"), 303)


@bp.get("/users")
@needs(Role.ADMIN)
def users() -> str:
    """Everybody's account and keys, and the audit."""
    return render_template("users.html", active="users", roles=list(Role), **people_shown(current_parts()))


@bp.post("/users")
@needs(Role.ADMIN)
def add_user() -> Response:
    """Makes an account; who makes the first one is logged in with it."""
    parts, form = current_parts(), request.form
    is_first = is_single_user()

    def add() -> str:
        made = people.add_account(
            parts, current_actor(), form.get("name", ""), form.get("role", ""), form.get("password", "")
        )
        if is_first:
            _begin(people.begin_session(parts, made))
            return f"{made.name} is the first account, and you are logged in with it. From now on everybody logs in."
        return f"{made.name} can log in as {made.role}."

    return _done(add)


@bp.post("/users/<name>/role")
@needs(Role.ADMIN)
def change_role(name: str) -> Response:
    """Gives an account another role."""
    role = request.form.get("role", "")
    return _done(lambda: f"{people.change_role(current_parts(), current_actor(), name, role).name} is {role} now.")


@bp.post("/users/<name>/password")
@needs(Role.ADMIN)
def set_password(name: str) -> Response:
    """Gives an account another password."""
    new = request.form.get("password", "")
    return _done(lambda: f"{people.set_password(current_parts(), current_actor(), name, new).name} has a new password.")


@bp.post("/users/<name>/remove")
@needs(Role.ADMIN)
def remove_user(name: str) -> Response:
    """Removes an account; what the person decided stays."""
    return _done(lambda: f"{people.remove_account(current_parts(), current_actor(), name).name} is removed.")


def people_shown(parts: Parts) -> dict[str, list[Json]]:
    """Every account and key, and the latest of the audit, as the users page shows them."""
    now = parts.clock()
    return {
        "accounts": [account_payload(one) for one in parts.store.accounts()],
        "keys": [key_payload(key, now) for key in parts.store.api_keys()],
        "audit": [audit_payload(entry) for entry in parts.store.audit(AUDIT_SHOWN)],
    }


def inner_address(wanted: str | None) -> str:
    """The address where somebody wanted to go, if it is one of these pages; else the first page."""
    first = url_for("pages.findings")
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or not wanted.isprintable():
        return first
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return first
    return first if parts.scheme or parts.netloc or parts.path in ("/login", "/logout") else wanted


def _login_page(following: str, *, name: str = "", problem: FactcheckError | None = None) -> str:
    return render_template(
        "login.html",
        active="login",
        following=following,
        name=name,
        problem=problem,
        has_accounts=current_parts().store.has_accounts(),
    )


def _account_page(secret: str = "") -> str:
    parts, person = current_parts(), current_person()
    mine = parts.store.api_keys(person.name) if person and not is_single_user() else []
    return render_template(
        "account.html",
        active="account",
        person=person,
        keys=[key_payload(key, parts.clock()) for key in mine],
        roles=[role for role in Role if person and person.role.may(role)],
        secret=secret,
        password_limits=(people.MIN_PASSWORD_CHARS, people.MAX_PASSWORD_CHARS),
        key_days=people.MAX_KEY_DAYS,
        label_limit=people.MAX_LABEL_CHARS,
    )


def _begin(token: str) -> None:
    session.clear()  # what was there before the login is worth nothing after it
    session[LOGIN] = token
    session.permanent = True


def _done(act: Callable[[], str]) -> Response:
    try:
        flash(act())
    except (BadInput, Conflict, NotFound) as error:
        return _back_with(error, "people.users")
    return redirect(url_for("people.users"), 303)


def _back_with(error: FactcheckError, endpoint: str) -> Response:
    message = str(error)
    flash(f"{message[:1].upper()}{message[1:]}. {error.hint[:1].upper()}{error.hint[1:]}.", "bad")
    return redirect(url_for(endpoint), 303)
