"""Provider keys: the public keys of OpenID Connect providers, found by discovery and remembered for minutes.

https://openid.net/specs/openid-connect-discovery-1_0.html
"""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import httpx
import jwt
import msgspec

from skylens.sts.errors import IdpCommunicationError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_REMEMBERED: Final = timedelta(minutes=5)
# Not asked again sooner for a key that it does not have, or when it cannot be read: anybody can send tokens that name one,
# unsigned, and each would hold a thread for as long as a dead provider keeps it waiting.
_PATIENCE: Final = timedelta(seconds=10)
_MOST_BYTES: Final = 256 * 1024
_SECONDS: Final = 5.0
_MANY: Final = 1_000


Remembered = TypeVar("Remembered")


class _Keys(NamedTuple):
    read_at: datetime
    by_id: Mapping[str, jwt.PyJWK]


class ProviderKeys:
    """The keys of providers by the URL of the provider, without its scheme."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, _Keys] = {}
        self._failed: dict[str, tuple[datetime, str]] = {}

    def find(self, url: str, key_id: str, now: datetime) -> jwt.PyJWK | None:
        """Return a provider's key, or None where it has none of that id. Without an id its only key is meant."""
        known = self._known.get(url)
        if known is None or not timedelta(0) <= now - known.read_at <= _REMEMBERED:
            known = self._read(url, now)
        if key_id and key_id not in known.by_id and now - known.read_at >= _PATIENCE:
            known = self._read(url, now)
        if not key_id:
            return next(iter(known.by_id.values())) if len(known.by_id) == 1 else None
        return known.by_id.get(key_id)

    def _read(self, url: str, now: datetime) -> _Keys:
        failed_at, why = self._failed.get(url, (now - _PATIENCE, ""))
        if timedelta(0) <= now - failed_at < _PATIENCE:
            raise IdpCommunicationError(why)
        try:
            keys = _Keys(now, _read_keys(url))
        except IdpCommunicationError as error:
            self._remember(self._failed, url, (now, str(error)))
            raise
        self._remember(self._known, url, keys)
        return keys

    def _remember(self, memory: dict[str, Remembered], url: str, what: Remembered) -> None:
        with self._lock:
            if len(memory) >= _MANY:
                memory.clear()
            memory[url] = what


KEYS: Final = ProviderKeys()


def _read_keys(url: str) -> dict[str, jwt.PyJWK]:
    issuer = f"https://{url}"
    with httpx.Client(timeout=_SECONDS) as client:
        found = _document(client, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if str(found.get("issuer", "")).rstrip("/") != issuer.rstrip("/"):
            raise IdpCommunicationError(f"The discovery document of {issuer} is that of another issuer")
        place = str(found.get("jwks_uri", ""))
        if not place.startswith("https://"):
            raise IdpCommunicationError(f"{issuer} names no keys that are read over TLS")
        document = _document(client, place)
    try:
        keys = jwt.PyJWKSet.from_dict(document).keys
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError) as wrong:
        raise IdpCommunicationError(f"The keys of {issuer} cannot be read: {wrong}") from wrong
    return {key.key_id or "": key for key in keys}


def _document(client: httpx.Client, place: str) -> dict[str, Any]:
    try:
        with client.stream("GET", place) as answer:
            answer.raise_for_status()
            body = bytearray()
            for piece in answer.iter_bytes():
                body += piece
                if len(body) > _MOST_BYTES:
                    raise IdpCommunicationError(f"{place} answered with more than {_MOST_BYTES} bytes")
        return msgspec.json.decode(body, type=dict)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, msgspec.MsgspecError) as wrong:
        raise IdpCommunicationError(f"{place} could not be read: {wrong}") from wrong
