"""Turns: how many requests ask the models at once, and how many may wait for that."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from typing import cast

from flask import current_app

from factcheck.errors import Busy

EXTENSION = "factcheck-turns"
AT_ONCE = 2
"""More of them only make each other slow: the models take every core there is."""
MOST_PRESENT = 24
"""Fewer than the server has threads, so that decisions and pages need not wait for claims."""


class Turns:
    """A queue in front of the models, with an end."""

    def __init__(self, at_once: int = AT_ONCE, most_present: int = MOST_PRESENT) -> None:
        self._free = threading.Semaphore(at_once)
        self._lock = threading.Lock()
        self._at_once, self._most, self._present = at_once, most_present, 0
        self._seconds = 0.5

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place in the queue, for one request.

        Raises:
            Busy: there is none.
        """
        with self._lock:
            if self._present >= self._most:
                seconds = ceil(self._seconds * self._present / self._at_once)
                raise Busy(
                    f"{self._present} requests wait for the models, which is the most",
                    hint=f"try again in {seconds} s",
                    retry_after=max(1, seconds),
                )
            self._present += 1
        try:
            yield
        finally:
            with self._lock:
                self._present -= 1

    @contextmanager
    def turn(self) -> Iterator[None]:
        """The models, once it is this request's turn."""
        with self._free:
            began = time.monotonic()
            yield
            self._seconds += (time.monotonic() - began - self._seconds) / 10


def current_turns() -> Turns:
    """The queue of the application that answers the current request."""
    return cast(Turns, current_app.extensions[EXTENSION])
