"""What keeps the pages safe: lasting secrets, strict headers, form tokens, and where a request may come from."""

from __future__ import annotations

import hmac
import logging
import os
import re
import secrets
import socket
import time
from collections.abc import Callable
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request, session
from werkzeug.exceptions import BadRequest, Forbidden, SecurityError

from factcheck.config import Settings
from factcheck.loaders import MAX_COLLECTION_BYTES

View = TypeVar("View", bound=Callable[..., Any])

logger = logging.getLogger(__name__)

SECRET_FILE = "secret.key"
FORMER_SECRET_FILE = "secret.former.key"
KEY_BYTES = 32
SECRET_DAYS = 30
"""After so long a start makes a new secret; cookies of the former one hold until the next change."""
TOKEN_FIELD = "form_token"
TOKEN_HEADER = "X-Form-Token"
MOST_FILES = 1_000
"""That one request may bring, where it may bring files at all."""
OTHER_FIELDS = 20
"""More than the forms with files have beside them."""
TAKES_FILES = "takes_files"
CORS_METHODS = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
CORS_TAKEN = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match"
CORS_SHOWN = "ETag, Location, Retry-After, Link"
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^:\[\]]+))(?::[0-9]+)?")
POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data:",  # the form icons of Pico are data URIs
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
# A report file carries its own style sheet and nothing that runs.
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"


def is_loopback(host: str) -> bool:
    """Whether a server bound to this address can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def lasting_secrets(folder: Path, now: float) -> list[bytes]:
    """The keys that sign session cookies, newest first, made on first use and readable by their owner alone.

    A key older than SECRET_DAYS gives way to a new one and is still accepted. Where the folder cannot be written a
    key lasts as long as the process.
    """
    path, former = folder / SECRET_FILE, folder / FORMER_SECRET_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists() and now - path.stat().st_mtime > SECRET_DAYS * 86_400:
            os.replace(path, former)
        keys = [_kept_key(path)]
        if former.exists():
            former.chmod(0o600)
            keys.append(former.read_bytes())
    except OSError as error:
        logger.warning("%s cannot be used (%s): everybody is logged out at the next start", path, error)
        return [secrets.token_bytes(KEY_BYTES)]
    return [key for key in keys if len(key) >= KEY_BYTES]


def _kept_key(path: Path) -> bytes:
    """The key in a file, which is made whole or not at all; one that was cut short is made anew."""
    if path.exists() and path.stat().st_size >= KEY_BYTES:
        path.chmod(0o600)
        return path.read_bytes()
    key, fresh = secrets.token_bytes(KEY_BYTES), path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key)
    os.replace(fresh, path)
    return key


def form_token() -> str:
    """The token that every form of this session carries."""
    if "token" not in session:
        session["token"] = secrets.token_urlsafe(24)
        session.permanent = True
    return str(session["token"])


def has_form_token() -> bool:
    """Whether the request carries the token of its session, in a field of its form or in a header."""
    expected = str(session.get("token", ""))
    given = request.headers.get(TOKEN_HEADER) or request.form.get(TOKEN_FIELD, "")
    return bool(expected) and hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))


def check_form_token() -> None:
    """Refuses a posted page form that did not come from a page of this session.

    Raises:
        BadRequest: the token is missing, or of another session.
    """
    if not has_form_token():
        raise BadRequest("this form belongs to an older session; go back, reload the page and send it again")


def names_in(setting: str) -> list[str]:
    """The names that a setting holds with commas between."""
    return [name.strip().rstrip("/").lower() for name in setting.split(",") if name.strip()]


def may_call_api(origin: str | None, settings: Settings) -> bool:
    """Whether a setting lets pages of this other origin call the API."""
    allowed = names_in(settings.cors_origins)
    return origin is not None and request.path.startswith("/api/") and origin.lower() in allowed


def refuse_foreign_origin(settings: Settings) -> None:
    """Refuses a write that a page of another site started in the reader's browser.

    Raises:
        Forbidden: the browser names another origin than this server.
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    origin = request.headers.get("Origin")
    if may_call_api(origin, settings):
        return
    foreign = origin is not None and origin.partition("://")[2] != request.host
    if foreign or request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Forbidden("a page of another site may not write here")


def refuse_foreign_host(settings: Settings) -> Callable[[], None]:
    """What refuses a request made under a name that is not this server's: another site may have pointed its name here.

    The setting public_hosts says the names. Without it, a server that others can reach is known by any address, as
    nobody can point one elsewhere, and by the name of its machine.
    """
    named = names_in(settings.public_hosts)
    known = {*LOOPBACK_NAMES, settings.host.strip("[]").lower(), *named}
    takes_addresses = not named and not is_loopback(settings.host)
    if takes_addresses:
        known.add(socket.gethostname().lower())

    def refuse() -> None:
        found = _HOST.fullmatch(request.host.lower())
        name = (found[1] or found[2]) if found else request.host
        if name not in known and not (takes_addresses and _is_address(name)):
            raise SecurityError(f"this server is not known as {name!r}; the setting FACTCHECK_PUBLIC_HOSTS names it")

    return refuse


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def add_headers(response: Response) -> Response:
    """The response with the headers that every answer carries; a view's own policy stays."""
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if request.endpoint is not None and not request.endpoint.endswith("static"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def answer_other_origins(settings: Settings) -> Callable[[Response], Response]:
    """What lets pages of the origins in a setting read the API; they prove who they are by a key, never by a cookie."""

    def add(response: Response) -> Response:
        origin = request.headers.get("Origin")
        if settings.cors_origins and request.path.startswith("/api/"):
            response.vary.add("Origin")
        if origin is not None and may_call_api(origin, settings):
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = CORS_SHOWN
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Methods"] = CORS_METHODS
                response.headers["Access-Control-Allow-Headers"] = CORS_TAKEN
                response.headers["Access-Control-Max-Age"] = "600"
        return response

    return add


def say_https_only(response: Response) -> Response:
    """The response, telling the browser to come by https alone for a year."""
    response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def cookie_name(settings: Settings) -> str:
    """The name of the session cookie, another for each index: a browser sends a cookie to every port of a host."""
    place = sha256(bytes(settings.index.resolve())).hexdigest()[:8]
    # a browser takes a cookie called __Host- only over https, from this host and for all of it
    return f"{'__Host-' if settings.https else ''}factcheck-{place}"


def takes_files(view: View) -> View:
    """Marks a view that takes requests as large as files are; write it right above the function."""
    setattr(view, TAKES_FILES, True)
    return view


def let_files_in() -> None:
    """Lifts the limit of a request whose view takes files; nothing may have read its body before."""
    if request.endpoint and hasattr(current_app.view_functions[request.endpoint], TAKES_FILES):
        request.max_content_length = current_app.config["MAX_UPLOAD_BYTES"]
        request.max_form_parts = MOST_FILES + OTHER_FIELDS


def most_received(app: Flask) -> int:
    """The bytes of a request that the server in front of an application takes.

    They are more than the application does, so that what is a little too large is refused in our words.
    """
    return int(app.config["MAX_UPLOAD_BYTES"]) * 5 // 4


def secure(app: Flask, settings: Settings) -> None:
    """Sets up sessions, trusted hosts and headers of an application."""
    key, *former = lasting_secrets(settings.index, time.time())
    most = 4 * settings.max_article_chars + 1_000_000  # a body is at most four bytes a character, plus the other fields
    app.config.update(
        SECRET_KEY=key,
        SECRET_KEY_FALLBACKS=former,
        SESSION_COOKIE_NAME=cookie_name(settings),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        # else a style sheet that arrives late would bring back the cookie of before a decision
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=most,
        MAX_FORM_MEMORY_SIZE=most,
        MAX_UPLOAD_BYTES=max(most, MAX_COLLECTION_BYTES),
    )
    app.before_request(let_files_in)
    app.before_request(refuse_foreign_host(settings))
    app.before_request(lambda: refuse_foreign_origin(settings))
    app.after_request(add_headers)
    app.after_request(answer_other_origins(settings))
    if settings.https:
        app.after_request(say_https_only)
    app.jinja_env.globals.update(form_token=form_token, token_field=TOKEN_FIELD, most_files=MOST_FILES)
