"""Attempts: how often one address may fail to sign in."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from skylens.clock import Clock

MOST: Final = 10  # at once
EVERY_SECONDS: Final = 6.0  # one more
_MANY: Final = 10_000


class Attempts:
    """A bucket of attempts for each address. Successes cost nothing: they are given back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}  # how many, and when

    def take(self, address: str) -> bool:
        """Take an attempt before it is looked at, so that many at the same time are no way around; or say that there is none."""
        network, now = network_of(address), self._clock.monotonic()
        left = self._now(network, now)
        if left < 1:
            return False
        if len(self._left) >= _MANY:
            self._left = {each: then for each, then in self._left.items() if self._now(each, now) < MOST}
        self._left[network] = (left - 1, now)
        return True

    def give_back(self, address: str) -> None:
        """Return an attempt that succeeded."""
        network, now = network_of(address), self._clock.monotonic()
        self._left[network] = (min(MOST, self._now(network, now) + 1), now)

    def _now(self, network: str, now: float) -> float:
        left, then = self._left.get(network, (float(MOST), now))
        return min(MOST, left + (now - then) / EVERY_SECONDS)


def network_of(address: str) -> str:
    """Return what counts as one address: of IPv6, where one host has as many as it likes, the first 64 bits.

    >>> network_of("2001:db8::17"), network_of("192.0.2.7")
    ('2001:db8::/64', '192.0.2.7')
    """
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network((address.partition("%")[0], 64), strict=False))
    except ValueError:
        return address
