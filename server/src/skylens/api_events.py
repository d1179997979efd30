"""ApiEvent: one API call with its outcome, as the gateway hands it to the audit trail."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping
    from datetime import datetime

    from skylens.registry import ApiCall


@dataclass(frozen=True, slots=True)
class ApiEvent:
    """One API call after it was answered, or would have been. ``output`` is None where it failed."""

    call: ApiCall
    completed: datetime
    output: Mapping[str, Any] | None = field(default=None, repr=False)
    error_code: str = ""
    error_message: str = ""


@dataclass(frozen=True, slots=True)
class UnattributedCall:
    """A request that does not prove whose it is, and why not. Whatever it says of itself is only a claim."""

    reason: str
    time: datetime
    source_ip: str
    access_key_id: str  # as claimed; "": none
    service: str
    user_agent: str


class NotRecorded(Exception):
    """The audit trail cannot take a call. Whoever made it must be told so instead of its answer."""


class Record(Protocol):
    """The audit trail, as the gateway knows it. Call it on the event loop."""

    def __call__(self, event: ApiEvent) -> Awaitable[None] | None:
        """Take the call. What must be awaited before the answer goes out is returned; it may raise NotRecorded."""

    def admit(self, call: ApiCall) -> None:
        """Raise NotRecorded for a call whose event could not be kept, before it has changed anything."""
