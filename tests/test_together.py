"""Threads of tests end, or the test fails: a suite that hangs tells nobody why."""

from __future__ import annotations

import threading
import time

import pytest

from tests.together import all_at_once


def test_all_are_done_when_it_comes_back():
    """Each work is done once, also where each waits for the others."""
    barrier, done = threading.Barrier(4, timeout=60), []
    all_at_once([lambda number=number: done.append((barrier.wait() < 4, number)) for number in range(4)])
    assert sorted(number for _, number in done) == [0, 1, 2, 3]


def test_what_hangs_is_named_and_left():
    """It is told after the time given, and the thread keeps no interpreter from ending."""
    released = threading.Event()
    began = time.monotonic()
    with pytest.raises(AssertionError, match=r"not done after 0\.2 seconds: Thread-") as told:
        all_at_once([lambda: None, lambda: released.wait(60)], seconds=0.2)
    assert time.monotonic() - began < 30
    [left] = [one for one in threading.enumerate() if str(told.value).endswith(one.name)]
    assert left.daemon
    released.set()
    left.join(60)
