"""Several threads at once, which never outlast a test: what hangs fails it, and holds no process up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

SECONDS = 120
"""How long threads may take together; the machine may be busy with other things."""


def all_at_once(works: Iterable[Callable[[], object]], *, seconds: float = SECONDS) -> None:
    """Does each of these in a thread of its own, and comes back when all are done.

    The threads are daemons: an interpreter waits for others when it ends, for as long as they hang.
    """
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    for thread in threads:
        thread.start()
    until = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    hanging = [thread.name for thread in threads if thread.is_alive()]
    if hanging:
        raise AssertionError(f"not done after {seconds:g} seconds: {', '.join(hanging)}")
