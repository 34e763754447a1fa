"""What belongs to the application that answers the current request."""

from __future__ import annotations

from typing import cast

from flask import current_app

from factcheck.parts import Parts

EXTENSION = "factcheck"


def current_parts() -> Parts:
    """The parts that the application was made with."""
    return cast(Parts, current_app.extensions[EXTENSION])
