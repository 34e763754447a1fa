"""What all parts of the JSON API share: which bodies they take, how they fail, and how they say what was read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from flask import current_app, request
from flask_openapi.blueprint import APIBlueprint
from flask_openapi.types import ResponseDict
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from factcheck.article_fields import FIELDS, article_from_fields
from factcheck.errors import BadArticle, BadInput
from factcheck.loaders import fetched_article
from factcheck.records import Article, LeftOut
from factcheck.shapes_service import Problem
from factcheck.web.conditional import add_tag
from factcheck.web.current import current_parts

View = TypeVar("View", bound=Callable[..., Any])

PREFIX = "/api/v1"
TAKES = "takes_body"
ALWAYS = (400, 401, 403, 429, 500, 503)
WITH_BODY = (409, 413, 415, 422)
"""What any request with a body can meet: its idempotency key is in use or was, or the body is too much or no JSON."""


def failing(*statuses: int) -> ResponseDict:
    """The failures of one call, for the document: those that any call has, and these."""
    return dict.fromkeys((*ALWAYS, *statuses), Problem)


def api_blueprint(name: str) -> APIBlueprint:
    """A part of the API."""
    bp = APIBlueprint(name, __name__, url_prefix=PREFIX, operation_id_callback=lambda name, path, method: name)
    bp.before_request(_check_body)
    bp.after_request(add_tag)
    return bp


def views_by_operation(views: Mapping[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """The functions of all calls by the names that the document gives them."""
    return {endpoint.partition(".")[2]: view for endpoint, view in views.items() if endpoint.startswith("api")}


def takes(*media_types: str) -> Callable[[View], View]:
    """Marks a view that takes other bodies than a JSON object; with no types, it takes none or any."""

    def mark(view: View) -> View:
        setattr(view, TAKES, media_types)
        return view

    return mark


def articles_of(given: Sequence[Mapping[str, Any]]) -> list[Article | LeftOut]:
    """Articles as their fields describe them; what is none comes with its reason.

    Raises:
        BadArticle: none of them is one.
    """
    loaded = [_article_or_reason(fields, number) for number, fields in enumerate(given)]
    refused = [one for one in loaded if isinstance(one, LeftOut)]
    if refused and len(refused) == len(loaded):
        raise BadArticle("; ".join(f"{one.what}: {one.reason}" for one in refused[:5]), hint="none was taken in")
    return loaded


def article_of(fields: Mapping[str, Any]) -> Article:
    """An article as its fields describe it; an address alone is fetched, where the settings allow it.

    Raises:
        BadArticle: they describe none, or the address may not or cannot be fetched.
    """
    parts = current_parts()
    given = [name for name in FIELDS if fields.get(name)]
    if given == ["url"]:
        if not parts.settings.allow_fetch:
            raise BadArticle(
                "field body is missing, and fetching is off",
                hint="give the body, or turn it on with FACTCHECK_ALLOW_FETCH=True",
            )
        return fetched_article(str(fields["url"]), parts.settings, parts.clock)
    return _described(fields)


def _check_body() -> None:
    """Refuses a body that is no JSON object in UTF-8, before a view looks at it.

    Raises:
        BadInput: it is no JSON, JSON of another kind or nested too deeply, or holds half a character.
        UnsupportedMediaType: it is none of what the view takes.
    """
    if request.method not in ("POST", "PUT", "PATCH") or request.endpoint is None:
        return
    taken = getattr(current_app.view_functions[request.endpoint], TAKES, ("application/json",))
    if not taken:
        return
    if request.mimetype not in taken:
        raise UnsupportedMediaType
    if request.mimetype != "application/json":
        return
    try:
        body = _read_body()
        if not isinstance(body, dict):
            raise BadInput(f"the body must be a JSON object, got {type(body).__name__}", hint='send {"…": …}')
        json.dumps(body, ensure_ascii=False).encode()
    except RecursionError as error:
        raise BadInput("the body is nested too deeply", hint="see /openapi/swagger for what it holds") from error
    except UnicodeEncodeError as error:
        raise BadInput("the body holds half of a surrogate pair, which is no character") from error


def _read_body() -> Any:
    try:
        return request.get_json()
    except BadRequest:
        try:  # Flask tells nobody what is wrong with it
            return json.loads(request.get_data())
        except ValueError as error:
            raise BadInput(f"the body is no JSON: {error}", hint="send one JSON object in UTF-8") from error


def _article_or_reason(fields: Mapping[str, Any], number: int) -> Article | LeftOut:
    try:
        return _described(fields)  # fetching many would hold the request for as long as their servers like
    except BadArticle as error:
        return LeftOut(what=f"articles[{number}]", reason=str(error))


def _described(fields: Mapping[str, Any]) -> Article:
    parts = current_parts()
    return article_from_fields(fields, settings=parts.settings, retrieved_at=parts.clock())
