"""Key events: what KMS does with keys by itself is on record as a service event.

https://docs.aws.amazon.com/kms/latest/developerguide/ct-rotatekey.html
https://docs.aws.amazon.com/kms/latest/developerguide/ct-delete-key.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from skylens.caller import AccountId, Region
from skylens.cloudtrail.other_event import Origin, service_event

if TYPE_CHECKING:
    from skylens.clock import Clock
    from skylens.cloudtrail.event import Event
    from skylens.cloudtrail.recorder import Recorder
    from skylens.ids import Ids

_SOURCE: Final = "kms.amazonaws.com"


def rotation_event(origin: Origin, arn: str, kind: Literal["AUTOMATIC", "ON_DEMAND"]) -> Event:
    """Return the event of a key's new material, which came by the calendar or because somebody asked for it."""
    return service_event(origin, _SOURCE, "RotateKey", {"keyId": arn, "rotationType": kind}, [arn])


class KeyEvents:
    """Told by the worker, in a thread of its own."""

    def __init__(self, recorder: Recorder, ids: Ids, clock: Clock) -> None:
        self._recorder, self._ids, self._clock = recorder, ids, clock

    def rotated(self, arn: str) -> None:
        """Note that a key has a new material because its day had come."""
        self._recorder.put_from_thread([rotation_event(self._origin(arn), arn, "AUTOMATIC")])

    def deleted(self, arn: str) -> None:
        """Note that a key is gone because its waiting period was over."""
        self._recorder.put_from_thread([service_event(self._origin(arn), _SOURCE, "DeleteKey", {"keyId": arn}, [arn])])

    def _origin(self, arn: str) -> Origin:
        _, _, _, region, account, _ = arn.split(":", 5)
        return Origin(AccountId(account), Region(region), self._clock.now(), self._ids.uuid())
