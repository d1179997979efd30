"""Token buckets: how often an account may call an operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.wire.errors import ServiceError

if TYPE_CHECKING:
    from skylens.clock import Clock
    from skylens.gateway.exchange import Exchange
    from skylens.gateway.world import World
    from skylens.wire.models import Service

# In the order of preference: the first that a service's model declares is the one its callers know how to retry.
_NAMES = ("ThrottledException", "ThrottlingException")
_MANY_BUCKETS = 10_000


class Buckets:
    """One bucket per key, filled at ``per_second`` up to one second's worth; a rate of 0 never refuses."""

    def __init__(self, per_second: float, clock: Clock) -> None:
        self._per_second = per_second
        self._capacity = max(1.0, per_second)
        self._clock = clock
        self._tokens: dict[tuple[str, ...], tuple[float, float]] = {}  # key: tokens, and when there were so many

    def take(self, *key: str) -> bool:
        """Take a token, or say that there is none."""
        if not self._per_second:
            return True
        now = self._clock.monotonic()
        tokens = self._filled(self._tokens.get(key, (self._capacity, now)), now)
        granted = tokens >= 1
        self._tokens[key] = (tokens - granted, now)
        if len(self._tokens) > _MANY_BUCKETS:
            self._forget_full(now)
        return granted

    def _filled(self, bucket: tuple[float, float], now: float) -> float:
        tokens, since = bucket
        return min(self._capacity, tokens + (now - since) * self._per_second)

    def _forget_full(self, now: float) -> None:
        self._tokens = {
            key: bucket for key, bucket in self._tokens.items() if self._filled(bucket, now) < self._capacity
        }

    def __len__(self) -> int:
        return len(self._tokens)


def throttle(exchange: Exchange, world: World) -> None:
    """Refuse a call when its account has called the operation too often in the last second."""
    service, operation, caller = exchange.identified, exchange.operation, exchange.caller
    if operation and caller and not world.buckets.take(caller.account, service.name, operation.name):
        raise throttled(service, "Rate exceeded")


def throttled(service: Service | None, message: str) -> ServiceError:
    """Return the error by which a service tells its callers to come again later."""
    declared = (name for name in _NAMES if service and service.error(name))
    return ServiceError(next(declared, "ThrottlingException"), message)
