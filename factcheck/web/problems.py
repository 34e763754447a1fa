"""Problems: every error as the details of RFC 9457, with the keys that all our failures carry."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException

from factcheck.errors import FactcheckError, ServiceFailed
from factcheck.payloads import Json, error_payload, failure_payload

MEDIA_TYPE = "application/problem+json"
ADDRESS = "/api/v1/problems/"
UNEXPECTED = "unexpected"
HINTS = {
    404: "see /openapi/swagger for every address of the API",
    405: "see /openapi/swagger for what each address takes",
    413: "send fewer articles at once",
    415: "send the content type that /openapi/swagger names",
}
MESSAGES = {
    404: "there is nothing at {path}",
    405: "{path} does not take {method}",
    413: "the request is larger than this server takes",
    415: "the body is of a kind that {path} does not take",
}
OF_HTTP = {
    400: ("bad-request", "The request cannot be read"),
    401: ("login-needed", "Nobody said who they are, or not convincingly"),
    403: ("not-allowed", "This may not be done"),
    404: ("not-found", "Nothing is there"),
    405: ("method-not-allowed", "The address does not take this method"),
    413: ("too-large", "The request is larger than this server takes"),
    415: ("unsupported-media-type", "The body is of a kind that is not taken"),
    429: ("too-many-requests", "More in a while than the settings allow"),
    500: (UNEXPECTED, "Something went wrong that nobody foresaw"),
}


def failure_of(error: Exception) -> Json:
    """What went wrong, in the envelope of every failure."""
    if isinstance(error, FactcheckError):
        return error_payload(error)
    if isinstance(error, HTTPException):
        code = error.code or 500
        message = MESSAGES.get(code, error.description or "something went wrong")
        message = message.format(path=request.path, method=request.method)
        if code == 413 and (request.content_length or 0) > (most := request.max_content_length or 0):
            message += f": at most {f'{most >> 20} MB' if most >= 2**20 else f'{most >> 10} kB'}"
        return failure_payload(message, hint=HINTS.get(code, ""), status=code)
    return failure_payload("nobody foresaw what happened here", hint="the server's log says more", status=500)


def problem_response(error: Exception) -> Response:
    """An error as an answer for programs."""
    failure = failure_of(error)
    name, title = _kind_of(error)
    problem = {"type": ADDRESS + name, "title": title, "detail": failure["error"], **failure}
    return Response(current_app.json.dumps(problem), failure["status"], content_type=MEDIA_TYPE)


def kinds() -> Iterator[Json]:
    """Every kind of problem that the API can answer with, by status."""
    known = {name: (title, status) for status, (name, title) in OF_HTTP.items()}
    known |= {_name_of(kind): (_title_of(kind), kind.http_status) for kind in _error_kinds(FactcheckError)}
    for name, (title, status) in sorted(known.items(), key=lambda entry: (entry[1][1], entry[0])):
        yield {"type": ADDRESS + name, "title": title, "status": status}


def _kind_of(error: Exception) -> tuple[str, str]:
    if isinstance(error, FactcheckError):
        return _name_of(type(error)), _title_of(type(error))
    code = (error.code or 500) if isinstance(error, HTTPException) else 500
    return OF_HTTP.get(code, ("http-error", "The request failed"))


def _name_of(kind: type[FactcheckError]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


def _title_of(kind: type[FactcheckError]) -> str:
    return (kind.__doc__ or "").split("\n")[0].split(";")[0].rstrip(".")


def _error_kinds(kind: type[FactcheckError]) -> Iterator[type[FactcheckError]]:
    for one in kind.__subclasses__():
        if one is not ServiceFailed and one.__module__ == FactcheckError.__module__:
            yield one
            yield from _error_kinds(one)
