"""ServiceError: what an operation answers instead of its output."""

from collections.abc import Mapping
from typing import Any


class ServiceError(Exception):
    """An AWS error: its code, its message, the members its shape has beside the message.

    ``status`` is only given for errors that no model declares; for all others the model decides.
    """

    def __init__(
        self, code: str, message: str = "", *, status: int | None = None, members: Mapping[str, Any] | None = None
    ) -> None:
        self.code, self.message, self.status, self.members = code, message, status, dict(members or {})
        super().__init__(f"{code}: {message}")

    def __repr__(self) -> str:
        return f"<ServiceError {self.code} {self.message!r}>"
