"""Page token: where a page ended, sealed with the request it belongs to."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

import msgspec

from skylens.xray.errors import InvalidRequest

_SEAL_BYTES: Final = 12


def seal(request: Mapping[str, Any], place: object) -> str:
    """Return the NextToken for going on from there with the same request."""
    return urlsafe_b64encode(_fingerprint(request) + msgspec.json.encode(place)).decode()


def unseal(request: Mapping[str, Any]) -> Any:
    """Return the place in the request's NextToken, or None if it has none; one of another request is refused."""
    token = request.get("NextToken")
    if not token:
        return None
    try:
        raw = urlsafe_b64decode(token)
        if raw[:_SEAL_BYTES] == _fingerprint(request):
            return msgspec.json.decode(raw[_SEAL_BYTES:])
    except (Base64Error, ValueError, msgspec.DecodeError):
        pass
    raise InvalidRequest("The specified NextToken is invalid")


def _fingerprint(request: Mapping[str, Any]) -> bytes:
    kept = sorted(
        (name, str(value))
        for name, value in request.items()
        if name != "NextToken" and value not in (None, "")  # values may be lists
    )
    return sha256(msgspec.json.encode(kept)).digest()[:_SEAL_BYTES]
