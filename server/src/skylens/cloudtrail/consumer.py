"""Consumers: who, besides event history, wants events. Data events are recorded only where somebody does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from skylens.caller import AccountId, Region
    from skylens.cloudtrail.selector.facts import Facts


Wants: TypeAlias = Callable[["Facts"], bool]
# Asked at every data event, so it must answer from memory: None where nothing of that account and region is wanted.
Consumer: TypeAlias = Callable[["AccountId", "Region"], "Wants | None"]


class Consumers:
    """Everybody who selects events: trails and event data stores register here, ``app.py`` hands it to the recorder."""

    def __init__(self) -> None:
        self._consumers: list[Consumer] = []

    def register(self, consumer: Consumer) -> None:
        """Ask this consumer too from now on."""
        self._consumers.append(consumer)

    def asking(self, account: AccountId, region: Region) -> tuple[Wants, ...]:
        """Return those who may want an event of that account and region; nobody costs a microsecond."""
        return tuple(wants for consumer in self._consumers if (wants := consumer(account, region)) is not None)
