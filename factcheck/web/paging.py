"""Cursors: where a page of a list ended, in a form that nobody can or need read, and that survives what changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from factcheck.errors import BadInput

MAX_CURSOR_CHARS = 1_000
ANCHORS = 5
"""How many of the last ids of a page a cursor holds: if the last one is gone, the one before it stands in."""


def anchor_of(cursor: str | None, is_there: Callable[[str], bool]) -> str | None:
    """The id behind which the page of a cursor begins; None for the first page.

    Raises:
        BadInput: it is no cursor of this list, or all that it stood on is gone.
    """
    if cursor is None:
        return None
    try:
        listed, *anchors = _signer().loads(cursor)
    except (BadSignature, ValueError, TypeError) as error:
        raise BadInput("cursor is none that this server gave", hint="give next_cursor of the answer before") from error
    if listed != _this_list():
        raise BadInput("cursor is of another list or filter", hint="keep the filter while you follow a cursor")
    for anchor in anchors:
        if is_there(anchor):
            return str(anchor)
    raise BadInput("cursor stands on what is no longer there", hint="begin again without a cursor")


def cursor_behind(ids: Sequence[str], *, is_last: bool) -> str | None:
    """The cursor of the page behind these ids; None where there is none."""
    if is_last or not ids:
        return None
    cursor: Any = _signer().dumps([_this_list(), *reversed(ids[-ANCHORS:])])
    return cursor if isinstance(cursor, str) else cursor.decode()


def ids_behind(ids: Sequence[str], anchor: str | None, size: int) -> tuple[list[str], bool]:
    """The page of a whole list that begins behind an id, and whether it is the last one."""
    first = ids.index(anchor) + 1 if anchor is not None else 0
    return list(ids[first : first + size]), first + size >= len(ids)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="cursor")


def _this_list() -> str:
    """Names the list and its filter, but not the page of it."""
    chosen = sorted((name, value) for name, value in request.args.items(multi=True) if name not in ("cursor", "size"))
    return sha256(repr((request.path, chosen)).encode()).hexdigest()[:12]
