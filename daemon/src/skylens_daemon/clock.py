"""Time and chance: handed to everything that needs them, so that tests decide both."""

import secrets
import time
from datetime import UTC, datetime
from typing import Protocol

_chance = secrets.SystemRandom()


class Clock(Protocol):
    """Where time and chance come from."""

    def now(self) -> float:
        """Return the wall-clock time in epoch seconds."""

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""

    def fraction(self) -> float:
        """Return a chance in [0, 1)."""


class SystemClock:
    """The machine's own time and chance."""

    def now(self) -> float:
        """Return the machine's wall-clock time."""
        return time.time()  # noqa: TID251  # the one place where time is read

    def monotonic(self) -> float:
        """Return the machine's monotonic seconds."""
        return time.monotonic()

    def fraction(self) -> float:
        """Return a random fraction."""
        return _chance.random()


def utc(epoch_seconds: float) -> datetime:
    """Return the aware datetime of an epoch time.

    >>> utc(0).isoformat()
    '1970-01-01T00:00:00+00:00'
    """
    return datetime.fromtimestamp(epoch_seconds, UTC)
