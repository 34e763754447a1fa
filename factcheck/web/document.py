"""The OpenAPI document, completed with what every call has: conditions, idempotency keys, problems, logins."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from factcheck.reports import MEDIA_TYPES
from factcheck.web.access import NEEDED, REPLAYED
from factcheck.web.api_base import PREFIX
from factcheck.web.problems import MEDIA_TYPE
from factcheck.web.repeats import HEADER, MAX_KEY_CHARS

Json = dict[str, Any]

MAY_BE_CHANGED = ("add_decision", "withdraw_decision", "decide_dispute")
"""Calls that take If-Match."""
WATCHED = ("read_job",)
STARTING = ("start_job", "take_files")
TEXT = {"type": "string"}
SECONDS = {"schema": {"type": "integer", "minimum": 1}, "description": "Seconds after which to try again."}


def completed(document: Json, views: dict[str, Any], *, cookie: str) -> Json:
    """The document with what the library does not know.

    `views` are the functions by operation id, `cookie` is the name of the one that holds a session.
    """
    document = deepcopy(document)
    document["components"]["securitySchemes"] = _logins(cookie)
    document["components"].setdefault("parameters", {}).update(_parameters())
    for path, methods in document["paths"].items():
        if not path.startswith(PREFIX):
            continue
        for method, operation in methods.items():
            _complete(method, operation)
            is_public = getattr(views.get(operation["operationId"]), NEEDED, "") is None
            # single-user mode asks nobody who they are
            operation["security"] = [{}] if is_public else [{}, {"key": []}, {"session": []}]
    return document


def _complete(method: str, operation: Json) -> None:
    parameters = operation.setdefault("parameters", [])
    name, responses = operation["operationId"], operation["responses"]
    for status, response in responses.items():
        if int(status) >= 400:
            response["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
            if status in ("429", "503"):
                response["headers"] = {"Retry-After": SECONDS}
        elif method == "get":
            response.setdefault("headers", {})["ETag"] = {"schema": TEXT, "required": True}
        else:
            response.setdefault("headers", {})[REPLAYED] = {
                "schema": {"type": "string", "enum": ["true"]},
                "description": "There where the answer is that to an earlier request with the same key.",
            }
        if name in (*WATCHED, *STARTING, "cancel_job") and int(status) < 300:
            response["headers"]["Retry-After"] = SECONDS
        if name in STARTING and int(status) < 300:
            response["headers"]["Location"] = {"schema": TEXT, "required": True, "description": "Where the job is."}
    if method == "get":
        parameters.append({"$ref": "#/components/parameters/IfNoneMatch"})
        responses["304"] = {"description": "It reads as it did.", "headers": {"ETag": {"schema": TEXT}}}
    else:
        parameters.append({"$ref": "#/components/parameters/IdempotencyKey"})
    if name == "whole_report":
        responses["200"]["content"] |= {kind: {} for form, kind in MEDIA_TYPES.items() if form != "json"}
    if name in MAY_BE_CHANGED:
        parameters.append({"$ref": "#/components/parameters/IfMatch"})


def _logins(cookie: str) -> Json:
    return {
        "key": {
            "type": "http",
            "scheme": "bearer",
            "description": "A key of factcheck keys add, once there are accounts.",
        },
        "session": {"type": "apiKey", "in": "cookie", "name": cookie, "description": "The cookie of the login page."},
    }


def _parameters() -> Json:
    return {
        "IdempotencyKey": {
            "name": HEADER,
            "in": "header",
            "description": "Made anew for each request, the same when it is sent again: then it has no second effect,"
            " and the first answer comes again. It is kept for 24 hours.",
            "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY_CHARS, "pattern": "^[!-~]+$"},
        },
        "IfMatch": {
            "name": "If-Match",
            "in": "header",
            "description": "The ETag of what was read; the call is refused where it reads differently by now,"
            " whoever is at it.",
            "schema": TEXT,
        },
        "IfNoneMatch": {
            "name": "If-None-Match",
            "in": "header",
            "description": "The ETag of an earlier answer; 304 where it would be the same again.",
            "schema": TEXT,
        },
    }
