"""World: what the steps need besides the request. ``app.py`` fills it in; the gateway itself knows no service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from skylens.api_events import Record, UnattributedCall
    from skylens.clock import Clock
    from skylens.config import Limits, Settings
    from skylens.gateway.dispatch import Dispatcher
    from skylens.gateway.health import Health
    from skylens.gateway.receive import Intake
    from skylens.gateway.sigv4 import FindCredential
    from skylens.gateway.throttle import Buckets
    from skylens.ids import Ids
    from skylens.registry import Authorize


@dataclass(frozen=True, slots=True)
class World:
    """One server's parts, as far as a request meets them."""

    settings: Settings
    limits: Limits
    clock: Clock
    ids: Ids
    find_credential: FindCredential
    intake: Intake
    buckets: Buckets
    authorize: Authorize
    dispatcher: Dispatcher
    record: Record
    note_unattributed: Callable[[UnattributedCall], None]
    health: Health
