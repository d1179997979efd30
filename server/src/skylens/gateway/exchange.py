"""Exchange: one API call on its way through the steps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, MutableMapping
    from datetime import datetime

    from skylens.caller import Caller
    from skylens.registry import ApiCall
    from skylens.tls import Tls
    from skylens.wire.errors import ServiceError
    from skylens.wire.http import WireRequest, WireResponse
    from skylens.wire.models import Operation, Service
    from skylens.wire.protocols import WireProtocol

    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


@dataclass(slots=True)
class Exchange:
    """What is known of a call so far; each step fills in its part.

    ``request`` has no body before the step ``receive``; ``is_cut_off`` when it was not read to its end.
    """

    request: WireRequest
    receive: Receive
    request_id: str
    time: datetime
    source_ip: str = ""
    tls: Tls | None = None
    body_bytes: int = 0
    is_cut_off: bool = False
    service: Service | None = None
    protocol: WireProtocol | None = None
    operation: Operation | None = None
    caller: Caller | None = None
    input: Mapping[str, Any] = field(default_factory=dict)
    output: Mapping[str, Any] = field(default_factory=dict)
    error: ServiceError | None = None
    response: WireResponse | None = None
    call: ApiCall | None = None  # see api_call.py

    @property
    def identified(self) -> Service:
        """The service, which every step behind ``identify`` may rely on."""
        if self.service is None:
            raise AssertionError("no step but the first runs without a service")
        return self.service
