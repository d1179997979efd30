"""Session tokens: everything that temporary credentials stand for, sealed so that any node reads it and nobody writes it.

The key comes of the instance key; a token is version, nonce and ciphertext, in base64. Its content names the access key, and
the secret is worked out from the token, so no table knows of a session.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import zlib
from datetime import datetime  # noqa: TC003  # msgspec reads the annotations
from typing import TYPE_CHECKING, Final

import msgspec

from skylens.caller import Principal  # noqa: TC001  # msgspec reads the annotations
from skylens.store.control.secrets import SecretUnreadable

if TYPE_CHECKING:
    from skylens.store.control.secrets import Secrets

LONGEST: Final = 16_384  # letters; the gateway takes no longer head anyway
_SECRET_LETTERS: Final = 40


class SessionContent(msgspec.Struct, frozen=True, array_like=True):
    """What a token says. ``policy_arns`` are the managed policies that narrow the session beside its principal's texts."""

    access_key_id: str
    principal: Principal
    expires_at: datetime
    policy_arns: tuple[str, ...] = ()


class SessionTokens:
    """Makes tokens and reads them again."""

    def __init__(self, secrets: Secrets) -> None:
        self._sealing = secrets.derived("STS session token, version 1")
        self._signing = secrets.derived_key("STS secret access key, version 1")
        self._decoder = msgspec.msgpack.Decoder(SessionContent)

    def seal(self, content: SessionContent) -> str:
        """Return the token of a session; no two are equal."""
        packed = zlib.compress(msgspec.msgpack.encode(content), 9)
        return base64.b64encode(self._sealing.encrypt(packed)).decode()

    def open(self, token: str) -> SessionContent | None:
        """Return what a token says, or None for one that was not made here, or was changed since."""
        if len(token) > LONGEST:
            return None
        try:
            sealed = base64.b64decode(token, validate=True)
            if base64.b64encode(sealed).decode() != token:
                return None  # the bits that fill the last letter up are not sealed: nobody shall turn them either
            return self._decoder.decode(zlib.decompress(self._sealing.decrypt(sealed)))
        except (ValueError, binascii.Error, SecretUnreadable):
            return None

    def secret(self, token: str) -> str:
        """Return the secret access key that belongs to a token."""
        digest = hmac.digest(self._signing, token.encode(), "sha384")
        return base64.b64encode(digest).decode()[:_SECRET_LETTERS]
