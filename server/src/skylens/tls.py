"""Tls: how a connection is encrypted, as its two ends agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

STATE = "tls"  # its place in the state of an ASGI scope


class Tls(NamedTuple):
    """Version and cipher suite, by the names that OpenSSL and CloudTrail have for them."""

    version: str
    cipher_suite: str


def tls_of(scope: Mapping[str, Any]) -> Tls | None:
    """Return how a request's connection is encrypted, or None where it is not: what a proxy says counts for nothing."""
    found: Tls | None = scope.get("state", {}).get(STATE)
    return found
