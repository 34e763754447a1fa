"""What belongs to the application that answers the current request."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import current_app

from factcheck.parts import Parts

EXTENSION = "factcheck"

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def current_parts() -> Parts:
    """The parts that the application was made with."""
    return cast(Parts, current_app.extensions[EXTENSION])


def of_one_state(view: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """A view that only reads, and reads all from one state of the database: a scan may save its findings meanwhile."""

    @wraps(view)
    def read(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        with current_parts().store.reading():
            return view(*args, **kwargs)

    return read
