"""What keeps the pages safe: a lasting secret, strict headers, form tokens, and where a request may come from."""

from __future__ import annotations

import hmac
import logging
import os
import secrets
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, request, session
from werkzeug.exceptions import BadRequest, Forbidden

from factcheck.config import Settings

logger = logging.getLogger(__name__)

SECRET_FILE = "secret.key"
TOKEN_FIELD = "form_token"
LOOPBACK_NAMES = ["localhost", "127.0.0.1", "::1", "[::1]"]
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


def lasting_secret(folder: Path) -> bytes:
    """The key that signs session cookies, made on first use and readable by its owner alone.

    Where the folder cannot be written the key lasts as long as the process.
    """
    path = folder / SECRET_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes() or secrets.token_bytes(32)
    except OSError as error:
        logger.warning("%s cannot be written (%s): reviewers' names are forgotten at the next start", path, error)
        return secrets.token_bytes(32)
    key = secrets.token_bytes(32)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
    return key


def form_token() -> str:
    """The token that every form of this session carries."""
    if "token" not in session:
        session["token"] = secrets.token_urlsafe(24)
        session.permanent = True
    return str(session["token"])


def check_form_token() -> None:
    """Refuses a posted page form that did not come from a page of this session.

    Raises:
        BadRequest: the token is missing, or of another session.
    """
    expected = session.get("token", "")
    given = request.form.get(TOKEN_FIELD, "")
    if not expected or not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise BadRequest("this form belongs to an older session; go back, reload the page and send it again")


def refuse_foreign_origin() -> None:
    """Refuses a write that a page of another site started in the reader's browser.

    Raises:
        Forbidden: the browser names another origin than this server.
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    origin = request.headers.get("Origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.host
    if foreign or request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Forbidden("a page of another site may not write here")


def add_headers(response: Response) -> Response:
    """The response with the headers that every answer carries; a view's own policy stays."""
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if request.endpoint is not None and not request.endpoint.endswith("static"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def secure(app: Flask, settings: Settings) -> None:
    """Sets up sessions, trusted hosts and headers of an application."""
    app.config.update(
        SECRET_KEY=lasting_secret(settings.index),
        SESSION_COOKIE_NAME="factcheck",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # else a style sheet that arrives late would bring back the cookie of before a decision
        SESSION_REFRESH_EACH_REQUEST=False,
        # a body is at most four bytes a character, plus the other fields
        MAX_CONTENT_LENGTH=4 * settings.max_article_chars + 1_000_000,
        MAX_FORM_MEMORY_SIZE=4 * settings.max_article_chars + 1_000_000,
        TRUSTED_HOSTS=LOOPBACK_NAMES if is_loopback(settings.host) else None,
    )
    app.before_request(refuse_foreign_origin)
    app.after_request(add_headers)
    app.jinja_env.globals.update(form_token=form_token, token_field=TOKEN_FIELD)
