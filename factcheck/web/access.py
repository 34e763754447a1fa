"""Who asks, and whether they may: every request passes here before a view sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, flash, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from factcheck.config import Settings
from factcheck.errors import BadInput, BadSetting, Conflict, LoginNeeded, NotAllowed
from factcheck.parts import Parts
from factcheck.people import Actor, note_act, person_of_key, person_of_login
from factcheck.records import Person, Role
from factcheck.web.current import EXTENSION, current_parts
from factcheck.web.rates import Rates, network_of
from factcheck.web.security import has_form_token, is_loopback

View = TypeVar("View", bound=Callable[..., Any])

NEEDED = "needed_role"
RATES = "factcheck-rates"
LOGIN = "login"
"""Where a session keeps the token that proves it."""
READING = ("GET", "HEAD", "OPTIONS")
FOR_PROGRAMS = ("/api/", "/openapi", "/metrics")
PUBLIC = ("static", "health.healthz", "health.readyz", "openapi_document")
COSTLY = ("pages.check",)
"""What asks the models although it only reads."""
NOTE_THEMSELVES = ("people.", "api_people.")
NO_LIMIT = ("static", "health.healthz", "health.readyz")
REPLAYED = "Idempotency-Replayed"
"""The header of an answer that is given again."""


def needs(role: Role) -> Callable[[View], View]:
    """Marks a view with the least role that may call it; write it right above the function, below the route.

    A view without a mark can be read by a reader, and written to by an admin alone.
    """

    def mark(view: View) -> View:
        setattr(view, NEEDED, role)
        return view

    return mark


def public(view: View) -> View:
    """Marks a view that anybody may call."""
    setattr(view, NEEDED, None)
    return view


def needed_role(endpoint: str, method: str) -> Role | None:
    """The least role that may call an endpoint; None where anybody may."""
    if endpoint in PUBLIC or endpoint.startswith(("openapi.", "swagger.")):
        return None  # some of these are methods of a library, which take no mark
    view = current_app.view_functions[endpoint]
    otherwise = Role.READER if method in READING else Role.ADMIN
    needed: Role | None = getattr(view, NEEDED, otherwise)
    return needed


def refuse_open_door(parts: Parts) -> None:
    """Refuses to serve where others can come in while nobody has to log in.

    Raises:
        BadSetting: others can come in, and there is no account.
    """
    settings = parts.settings
    where = _where_others_come_in(settings)
    if not where or parts.store.has_accounts():
        return
    at = "" if settings.index == type(settings).model_fields["index"].default else f"--index {settings.index} "
    host = "" if is_loopback(settings.host) else f" --host {settings.host}"
    raise BadSetting(
        f"serving {where} lets others in, and there is no account to log in with",
        hint=f"make one, then serve again:\n  factcheck {at}users add NAME --role admin\n  factcheck {at}serve{host}",
    )


def _where_others_come_in(settings: Settings) -> str:
    """What lets others than this machine in, in words; empty where nothing does.

    Whoever comes through a proxy on this machine comes from its address: only the settings tell of it.
    """
    if not is_loopback(settings.host):
        return f"on {settings.host}"
    if settings.public_hosts:
        return f"on {settings.public_hosts} (setting FACTCHECK_PUBLIC_HOSTS)"
    if settings.trusted_proxy:
        return f"behind the proxy {settings.trusted_proxy} (setting FACTCHECK_TRUSTED_PROXY)"
    return "behind a proxy (setting FACTCHECK_HTTPS)" if settings.https else ""


def current_person() -> Person | None:
    """Who asks; None where nobody said so. Without accounts, whoever sits at this machine may do everything.

    Raises:
        LoginNeeded: the request has a key that is worth nothing.
    """
    if "person" not in g:
        g.person = None  # the page about an error asks again, and must not fail of the same
        g.person = _found_person()
    person: Person | None = g.person
    return person


def is_single_user() -> bool:
    """Whether nobody is asked who they are: there is no account, and only this machine can reach the server."""
    if "single_user" not in g:
        parts = current_parts()
        g.single_user = (
            is_loopback(request.remote_addr or "")
            and not _where_others_come_in(parts.settings)
            and not parts.store.has_accounts()
        )
    return bool(g.single_user)


def current_actor() -> Actor:
    """Who asks, as the audit shows them."""
    person = current_person()
    who = person.name if person and not is_single_user() else f"single user {person.name if person else ''}".strip()
    return Actor(who=who, address=request.remote_addr or "", until=g.get("key_ends"))


def asking_person() -> Person:
    """Who asks, where somebody has to.

    Raises:
        LoginNeeded: nobody said who they are.
    """
    person = current_person()
    if person is None:
        raise LoginNeeded("nobody is logged in", hint="log in, or send Authorization: Bearer KEY")
    return person


def own_actor() -> Actor:
    """Who does something to their own account.

    Raises:
        Conflict: there is no account to do it to.
    """
    if is_single_user():
        raise Conflict("there is no account yet", hint="the users page makes the first one")
    return current_actor()


def reviewer_of(given: str | None) -> str:
    """Who a decision of this request is by: the account's name, or in single-user mode the name given.

    Raises:
        BadInput: an account may not decide in another name.
        LoginNeeded: nobody said who they are.
    """
    person = asking_person()
    if is_single_user():
        return given if given is not None else person.name
    if given not in (None, "", person.name):
        raise BadInput(f"reviewer {given!r} is not {person.name!r}", hint="leave reviewer away: it is who is logged in")
    return person.name


def rates() -> Rates:
    """How often people asked of late."""
    return cast(Rates, current_app.extensions[RATES])


def check_access() -> BaseResponse | None:
    """Refuses a request whose sender may not make it; somebody at a page is sent to the login.

    Raises:
        TooManyRequests: they asked too often.
        LoginNeeded: nobody said who they are.
        NotAllowed: their role is too low, or a page of another site may have sent it.
    """
    if request.endpoint is None or request.method == "OPTIONS":
        return None  # nothing is there, or nothing but the methods is told
    if request.endpoint not in NO_LIMIT:
        _check_rates()
    needed = needed_role(request.endpoint, request.method)
    if needed is None:
        return None
    person = current_person()
    if person is None:
        return _sent_to_login()
    if not person.role.may(needed):
        raise NotAllowed(f"{person.name} is {person.role}; this needs {needed}", hint="an admin can change the role")
    if _came_by_cookie() and request.method not in READING and _is_for_programs() and not has_form_token():
        raise NotAllowed(
            "a session may write here only with its form token", hint="send X-Form-Token, or Authorization: Bearer KEY"
        )
    g.was_let_in = True
    return None


def note_admin_act(response: Response) -> Response:
    """Appends to the audit what an admin did; acts on accounts and keys note themselves.

    An answer that is given again for its idempotency key is no act.
    """
    endpoint = request.endpoint
    was_done = "was_let_in" in g and response.status_code < 400 and REPLAYED not in response.headers
    if endpoint is None or request.method in READING or not was_done or endpoint.startswith(NOTE_THEMSELVES):
        return response
    if needed_role(endpoint, request.method) is Role.ADMIN:
        act = endpoint.rsplit(".", 1)[-1].replace("_", " ")
        note_act(current_parts(), current_actor(), act, f"{request.method} {request.path}")
    return response


def say_how_to_log_in(response: Response) -> Response:
    """The response, with the header that tells a program which proof is missing."""
    if response.status_code == 401:
        response.headers.setdefault("WWW-Authenticate", 'Bearer realm="factcheck"')
    return response


def guard(app: Flask) -> None:
    """Sets up who may do what in an application; call it once every view is registered."""
    app.extensions[RATES] = Rates(cast(Parts, app.extensions[EXTENSION]).settings)
    app.before_request(check_access)
    app.after_request(note_admin_act)
    app.after_request(say_how_to_log_in)
    app.jinja_env.globals.update(current_person=current_person, is_single_user=is_single_user, Role=Role)


def _found_person() -> Person | None:
    given = request.headers.get("Authorization", "")
    if given:
        scheme, _, secret = given.partition(" ")
        if scheme.lower() != "bearer":
            raise LoginNeeded("Authorization is of another kind than Bearer", hint="send Authorization: Bearer KEY")
        owner, g.key_ends = person_of_key(current_parts(), secret.strip())
        return owner
    if (token := session.get(LOGIN)) and (person := person_of_login(current_parts(), token)):
        return person
    if is_single_user():
        return Person(name=session.get("reviewer", ""), role=Role.ADMIN)
    return None


def _check_rates() -> None:
    address = network_of(request.remote_addr or "")
    try:
        person = current_person()
    except LoginNeeded:
        rates().ask("requests", address)
        raise
    alone = is_single_user()
    who = person.name if person and not alone else address
    rates().ask("requests", who, generous=alone)
    if request.method not in READING or request.endpoint in COSTLY:
        rates().ask("writes", who, generous=alone)


def _came_by_cookie() -> bool:
    return not request.headers.get("Authorization") and not is_single_user()


def _is_for_programs() -> bool:
    return request.path.startswith(FOR_PROGRAMS)


def _sent_to_login() -> BaseResponse:
    if _is_for_programs():
        raise LoginNeeded("this needs a login", hint="send Authorization: Bearer KEY; factcheck keys add makes one")
    if request.method in READING:
        wanted: str | None = request.full_path.removesuffix("?")
    else:
        wanted = _sent_from()
        flash("You were logged out: what you sent was not recorded.", "bad")
    login = url_for("people.login", next=wanted)
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": login})
    return redirect(login, 303)


def _sent_from() -> str | None:
    """The address of the page that sent a form, without the host; None where the browser names none of ours."""
    host, slash, path = (request.referrer or "").partition("://")[2].partition("/")
    return slash + path if host == request.host else None
