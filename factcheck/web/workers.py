"""What works beside the answering of requests while a server runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from factcheck.jobs import JobRunner
from factcheck.parts import serving_lock
from factcheck.web.current import current_parts


@contextmanager
def working(app: Flask) -> Iterator[JobRunner]:
    """Works off jobs while the context lasts; what an earlier server left half done is tidied up first.

    Raises:
        Conflict: another server serves the same index.
    """
    with app.app_context():
        parts = current_parts()
    with serving_lock(parts):
        parts.store.forget_unanswered()
        runner = JobRunner(parts)
        runner.start()
        try:
            yield runner
        finally:
            runner.stop()
