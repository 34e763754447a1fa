"""Who asks, and whether they may: every request passes here before a view sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, request, session

from factcheck.errors import BadInput, LoginNeeded, NotAllowed
from factcheck.records import Person, Role
from factcheck.web.current import current_parts
from factcheck.web.security import is_loopback

View = TypeVar("View", bound=Callable[..., Any])

NEEDED = "needed_role"


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
    view = current_app.view_functions[endpoint]
    otherwise = Role.READER if method in ("GET", "HEAD", "OPTIONS") else Role.ADMIN
    needed: Role | None = getattr(view, NEEDED, otherwise)
    return needed


def current_person() -> Person | None:
    """Who asks; None where nobody said so. Without accounts, whoever sits at this machine may do everything."""
    if "person" not in g:
        g.person = _found_person()
    person: Person | None = g.person
    return person


def is_single_user() -> bool:
    """Whether nobody is asked who they are: there is no account, and only this machine can reach the server."""
    return is_loopback(current_parts().settings.host) and is_loopback(request.remote_addr or "")


def reviewer_of(given: str | None) -> str:
    """Who a decision of this request is by: the account's name, or in single-user mode the name given.

    Raises:
        BadInput: an account may not decide in another name.
        LoginNeeded: nobody said who they are.
    """
    person = current_person()
    if person is None:
        raise LoginNeeded("nobody is logged in", hint="log in, or send Authorization: Bearer KEY")
    if is_single_user():
        return given if given is not None else person.name
    if given not in (None, "", person.name):
        raise BadInput(f"reviewer {given!r} is not {person.name!r}", hint="leave reviewer away: it is who is logged in")
    return person.name


def check_access() -> None:
    """Refuses a request whose sender may not make it.

    Raises:
        LoginNeeded: nobody said who they are.
        NotAllowed: their role is too low.
    """
    if request.endpoint is None:
        return  # there is nothing there, and everybody may know
    needed = needed_role(request.endpoint, request.method)
    if needed is None:
        return
    person = current_person()
    if person is None:
        raise LoginNeeded("this needs a login", hint="send Authorization: Bearer KEY")
    if not person.role.may(needed):
        raise NotAllowed(f"{person.name} is {person.role}; this needs {needed}", hint="ask an admin for the role")


def guard(app: Flask) -> None:
    """Sets up who may do what in an application."""
    app.before_request(check_access)
    for endpoint in ("static", "health.healthz", "health.readyz"):
        if endpoint in app.view_functions:
            public(app.view_functions[endpoint])
    app.jinja_env.globals.update(current_person=current_person, is_single_user=is_single_user, Role=Role)


def _found_person() -> Person | None:
    if is_single_user():
        return Person(name=session.get("reviewer", ""), role=Role.ADMIN)
    return None
