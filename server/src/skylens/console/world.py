"""World: what the console needs besides a request. ``app.py`` fills it in."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from skylens.clock import Clock
    from skylens.cloudtrail.event import Event
    from skylens.config import Settings
    from skylens.console.attempts import Attempts
    from skylens.gateway.sigv4 import FindCredential
    from skylens.ids import Ids
    from skylens.store.control import Control

BUILT = Path(__file__).with_name("static")


@dataclass(slots=True)
class World:
    """One server's parts, as far as the console meets them. ``record`` returns once events are durable, or raises NotRecorded."""

    settings: Settings
    control: Control
    clock: Clock
    ids: Ids
    find_credential: FindCredential
    record: Callable[[Sequence[Event]], Awaitable[None]]
    attempts: Attempts
    files: Path = BUILT
    # Known once everything listens.
    endpoint: str = field(default="", init=False)
    ca_bundle: str = field(default="", init=False)
    daemon_address: str = field(default="", init=False)
    examined: set[str] = field(default_factory=set, init=False)  # sessions for which doctor's checks run


def is_built(files: Path = BUILT) -> bool:
    """Whether there is anything to serve: a checkout has nothing before ``make console``."""
    return (files / "index.html").is_file()
