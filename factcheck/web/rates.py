"""How often somebody may ask: limits by person or address, and stricter ones for trying passwords. Kept in memory."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from factcheck.config import Settings
from factcheck.errors import TooManyRequests
from factcheck.people import folded

SINGLE_USER_FACTOR = 100
"""How much more often whoever sits at the machine may ask: it is their own."""
TRIES_OF_A_NAME_FROM_AN_ADDRESS = RateLimitItemPerMinute(10, 15)
TRIES_FROM_AN_ADDRESS = RateLimitItemPerMinute(30, 15)
TRIES_OF_A_NAME = RateLimitItemPerHour(100)


class Rates:
    """What was asked in the last while, by whom. It is forgotten when the server stops."""

    def __init__(self, settings: Settings) -> None:
        self._kept = MovingWindowRateLimiter(MemoryStorage())
        self._each_minute = {"requests": settings.rate_limit, "writes": settings.write_rate_limit}

    def ask(self, kind: str, who: str, *, generous: bool = False) -> None:
        """Counts one of the "requests" or "writes" of somebody.

        Raises:
            TooManyRequests: it is one too many.
        """
        most = self._each_minute[kind] * (SINGLE_USER_FACTOR if generous else 1)
        if most and not self._kept.hit(item := RateLimitItemPerMinute(most), kind, who):
            raise self._too_many(item, f"{who} sent more than {most} {kind} in a minute", kind, who)

    @contextmanager
    def password_try(self, name: str, address: str) -> Iterator[None]:
        """Counts one try of a password before what is inside looks at it; where that raises nothing, all are forgiven.

        Raises:
            TooManyRequests: too many were tried of late; which of the limits it was is not said.
        """
        tries = self._tries(name, address)
        for item, *who in tries:
            if not self._kept.hit(item, *who):
                raise self._too_many(item, "too many passwords were tried", *who)
        yield
        for item, *who in tries[:2]:  # who tries one name from many addresses is not forgiven
            self._kept.clear(item, *who)

    def _tries(self, name: str, address: str) -> list[tuple[RateLimitItem, *tuple[str, ...]]]:
        name, address = folded(name)[:100], network_of(address)
        return [
            (TRIES_OF_A_NAME_FROM_AN_ADDRESS, "name from address", name, address),
            (TRIES_FROM_AN_ADDRESS, "address", address),
            (TRIES_OF_A_NAME, "name", name),
        ]

    def _too_many(self, item: RateLimitItem, message: str, *who: str) -> TooManyRequests:
        seconds = max(1, math.ceil(self._kept.get_window_stats(item, *who).reset_time - time.time()))
        return TooManyRequests(message, hint=f"try again in {_in_words(seconds)}", retry_after=seconds)


def network_of(address: str) -> str:
    """What an address counts as: itself, or for IPv6 the network of 64 bits that one household has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))


def _in_words(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} second{'s' if seconds != 1 else ''}"
    return f"{math.ceil(seconds / 60)} minutes"
