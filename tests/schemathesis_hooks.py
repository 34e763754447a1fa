"""What schemathesis cannot know of the API: keys that are made anew, and rules that no schema can say."""

from __future__ import annotations

import os
from typing import Any
from uuid import uuid4

import schemathesis
from schemathesis import Case, HookContext
from schemathesis.generation import GenerationMode

IDEMPOTENCY_KEY = "Idempotency-Key"
SPARED = os.environ.get("SCHEMATHESIS_SPARED", "").split()
"""The account, and how its key begins, by which the server is asked."""


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """A sound request has a key of its own, and no cursor: one that the server did not give is refused, rightly.

    What the server told of accounts and keys is tried on them, but not on those by which it is asked.
    """
    for name, value in (case.path_parameters or {}).items():
        if value in SPARED:
            case.path_parameters[name] = f"{value}-other"
    if case.meta is not None and case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    if case.method == "POST":
        case.headers[IDEMPOTENCY_KEY] = str(uuid4())
    case.headers.pop("If-Match", None)
    case.query.pop("cursor", None)
