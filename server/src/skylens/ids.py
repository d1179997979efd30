"""New identifiers: one source is handed to everything that makes them, so that tests know them beforehand."""

import secrets
import uuid
from typing import Protocol

_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


class Ids(Protocol):
    """Where identifiers come from."""

    def uuid(self) -> str:
        """Return a new UUID, as request ids and query ids have."""

    def hex(self, digits: int) -> str:
        """Return that many lower-case hexadecimal digits."""

    def letters(self, length: int) -> str:
        """Return that many upper-case base-32 letters, as ARNs and access keys carry."""


class RandomIds:
    """Identifiers nobody can guess."""

    def uuid(self) -> str:
        """Return a random UUID."""
        return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))

    def hex(self, digits: int) -> str:
        """Return random hexadecimal digits."""
        return secrets.token_hex((digits + 1) // 2)[:digits]

    def letters(self, length: int) -> str:
        """Return random base-32 letters."""
        return "".join(secrets.choice(_UPPER) for _ in range(length))


class CountingIds:
    """Identifiers that count up from one, for tests."""

    def __init__(self) -> None:
        self._count = 0

    def _next(self) -> int:
        self._count += 1
        return self._count

    def uuid(self) -> str:
        """Return the next number as a UUID."""
        return str(uuid.UUID(int=self._next()))

    def hex(self, digits: int) -> str:
        """Return the next number in hexadecimal."""
        return f"{self._next():0{digits}x}"

    def letters(self, length: int) -> str:
        """Return the next number, padded with ``A``."""
        return str(self._next()).translate(str.maketrans("0123456789", "ABCDEFGHIJ")).rjust(length, "A")
