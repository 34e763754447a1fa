"""Conditions: entity tags of what is read, so that it need not be sent twice, nor decided about unseen."""

from __future__ import annotations

from hashlib import sha256

from flask import Response, current_app, request

from factcheck.errors import ChangedMeanwhile
from factcheck.payloads import Json

WITHOUT_TIME = ("generated_at",)
"""What a report says about itself: it makes no other report."""
WHO_IS_AT_IT = "assigned"
"""Told at the end of the tag: it makes another answer, but no other finding to decide about."""


def tag_of(payload: Json) -> str:
    """The entity tag of an answer."""
    told = {name: value for name, value in payload.items() if name not in (*WITHOUT_TIME, WHO_IS_AT_IT)}
    held = payload.get(WHO_IS_AT_IT)
    return _hash(told) + (f"-{_hash(held)[:8]}" if held else "")


def add_tag(response: Response) -> Response:
    """What was read, with its entity tag; only the tag where the reader has it already."""
    if request.method not in ("GET", "HEAD") or response.status_code != 200 or response.is_streamed:
        return response
    if not response.get_etag()[0]:
        payload = response.get_json() if response.mimetype == "application/json" else None
        body = response.get_data()
        response.set_etag(tag_of(payload) if isinstance(payload, dict) else sha256(body).hexdigest()[:32])
    response.headers.setdefault("Cache-Control", "private, no-cache")
    response.make_conditional(request)
    return response


def refuse_changed(what: str, now: Json) -> None:
    """Refuses a request that was made for another version than there is now, where it names one by If-Match.

    Raises:
        ChangedMeanwhile: it is another.
    """
    wanted = request.if_match
    if wanted and not wanted.star_tag and _version(tag_of(now)) not in map(_version, wanted.as_set()):
        raise ChangedMeanwhile(f"{what} has changed since you read it", hint="read it again, then decide")


def _version(tag: str) -> str:
    """What a tag says of the thing itself."""
    return tag.partition("-")[0]


def _hash(told: Json) -> str:
    return sha256(current_app.json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]
