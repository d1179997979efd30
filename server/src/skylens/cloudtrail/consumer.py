"""Consumers: who, besides event history, wants events. Data events are recorded only where somebody does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from skylens.caller import AccountId, Region
    from skylens.cloudtrail.event import Category


@dataclass(frozen=True, slots=True)
class Facts:
    """What selectors may ask of an event, before it is a record."""

    account: AccountId  # whose event it is
    region: Region
    category: Category
    source: str  # "xray.amazonaws.com"
    name: str
    read_only: bool
    resource_type: str = ""  # of a data event: "AWS::XRay::Trace"
    resource_arns: tuple[str, ...] = ()
    user_arn: str = ""
    error_code: str = ""
    event_type: str = "AwsApiCall"
    is_from_console: bool = False


Wants: TypeAlias = Callable[[Facts], bool]
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
