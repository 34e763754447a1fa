"""What schemathesis cannot know of the API: keys that are made anew, and rules that no schema can say."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import schemathesis
from schemathesis import Case, HookContext
from schemathesis.generation import GenerationMode

IDEMPOTENCY_KEY = "Idempotency-Key"


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """A sound request has a key of its own, and no cursor: one that the server did not give is refused, rightly."""
    if case.meta is not None and case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    if case.method == "POST":
        case.headers[IDEMPOTENCY_KEY] = str(uuid4())
    case.headers.pop("If-Match", None)
    case.query.pop("cursor", None)
