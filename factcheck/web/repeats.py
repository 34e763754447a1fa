"""Repeats: a request that comes again with its idempotency key gets the same answer, and has no second effect."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from hashlib import file_digest, scrypt, sha256
from typing import Any, TypeVar

from flask import Response, current_app, g, make_response, request
from werkzeug.datastructures import FileStorage

from factcheck.errors import BadInput, KeyReused, StillAnswering
from factcheck.parts import Parts
from factcheck.store import Reply
from factcheck.web.access import REPLAYED, current_person
from factcheck.web.current import current_parts

View = TypeVar("View", bound=Callable[..., Any])

HEADER = "Idempotency-Key"
MAX_KEY_CHARS = 200
PASSWORDS = ("password", "old", "new")
"""The fields that hold one: a quick hash of it would be easy to guess from."""


def once(view: View) -> View:
    """A view that writes into the store alone: what it does and its answer are kept together, or neither is.

    Requests that are refused are not kept: they had no effect, and may be sent again under the same key.
    """

    @wraps(view)
    def kept(**arguments: Any) -> Any:
        key = _key_of_request()
        if key is None:
            return view(**arguments)
        parts, asker, asked = current_parts(), _asker(), _hash_of_request()
        with parts.store.writing():  # so the second of two at once waits, and finds the answer to the first
            earlier = _earlier(parts, asker, key, asked)
            if earlier:
                return earlier
            response = make_response(view(**arguments))
            parts.store.keep_reply(asker, key, _reply_of(response, asked), parts.clock())
        return response

    return kept  # type: ignore[return-value]


def once_long(view: View) -> View:
    """A view whose work is too long for a transaction, but that can be done again without a second effect.

    That is needed where the server dies between the work and the keeping of the answer.
    """

    @wraps(view)
    def kept(**arguments: Any) -> Any:
        key = _key_of_request()
        if key is None:
            return view(**arguments)
        parts, asker, asked = current_parts(), _asker(), _hash_of_request()
        with parts.store.writing():
            earlier = _earlier(parts, asker, key, asked)
            if earlier:
                return earlier
            parts.store.keep_reply(asker, key, Reply(asked=asked), parts.clock())
        try:
            response = make_response(view(**arguments))
        except BaseException:
            parts.store.forget_reply(asker, key)
            raise
        parts.store.keep_reply(asker, key, _reply_of(response, asked), parts.clock())
        return response

    return kept  # type: ignore[return-value]


def _earlier(parts: Parts, asker: str, key: str, asked: str) -> Response | None:
    reply = parts.store.reply(asker, key, parts.clock())
    if reply is None:
        return None
    if reply.asked != asked:
        raise KeyReused(f"{HEADER} {key!r} came with another request before", hint="make a new key for each request")
    if not reply.status:
        raise StillAnswering(f"the first request with {HEADER} {key!r} is still being answered", hint="wait a moment")
    response = Response(reply.body, reply.status, content_type=reply.media_type)
    if reply.location:
        response.headers["Location"] = reply.location
    response.headers[REPLAYED] = "true"
    return response


def _reply_of(response: Response, asked: str) -> Reply:
    """What is kept of an answer: all of it, but where it holds a secret what the view put into `g.kept_answer`."""
    kept = g.pop("kept_answer", None)
    return Reply(
        asked=asked,
        status=response.status_code,
        media_type=response.content_type or "",
        location=response.headers.get("Location", ""),
        body=response.get_data() if kept is None else current_app.json.dumps(kept).encode(),
    )


def _key_of_request() -> str | None:
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not (1 <= len(key) <= MAX_KEY_CHARS and all("!" <= character <= "~" for character in key)):
        raise BadInput(
            f"{HEADER} has {len(key)} characters or others than visible ASCII ones",
            hint=f"give 1 to {MAX_KEY_CHARS} of them, such as a UUID",
        )
    return key


def _asker() -> str:
    person = current_person()
    return person.name if person else ""


def _hash_of_request() -> str:
    """The same for the same request, however its JSON is laid out or its parts are divided."""
    given = _json_of_request()
    if given is not None:
        if isinstance(given, dict):
            given = {name: _slow_hash(value) if name in PASSWORDS else value for name, value in given.items()}
        body = json.dumps(given, sort_keys=True)
    elif request.mimetype == "multipart/form-data":
        files = [(name, file.filename, _hash_of_file(file)) for name, file in request.files.items(multi=True)]
        body = repr((sorted(request.form.items(multi=True)), files))
    else:
        body = sha256(request.get_data()).hexdigest()
    return sha256("\x1f".join((request.method, request.full_path, body)).encode()).hexdigest()


def _json_of_request() -> Any:
    """The body as JSON; None where it is none, which only a view that reads no body is asked with."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def _slow_hash(password: object) -> str:
    return scrypt(str(password).encode(), salt=request.headers[HEADER].encode(), n=2**14, r=8, p=1).hex()


def _hash_of_file(file: FileStorage) -> str:
    found = file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]  # IO declares no readinto
    file.seek(0)  # the view reads it from the start
    return found
