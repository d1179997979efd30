"""Key events: what KMS does with keys by itself is on record as a service event.

https://docs.aws.amazon.com/kms/latest/developerguide/ct-rotatekey.html
https://docs.aws.amazon.com/kms/latest/developerguide/ct-delete-key.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from skylens.caller import AccountId, Region
from skylens.cloudtrail.other_event import Origin, service_event

if TYPE_CHECKING:
    from skylens.clock import Clock
    from skylens.cloudtrail.recorder import Recorder
    from skylens.ids import Ids

_SOURCE: Final = "kms.amazonaws.com"


class KeyEvents:
    """Told by the worker, in a thread of its own."""

    def __init__(self, recorder: Recorder, ids: Ids, clock: Clock) -> None:
        self._recorder, self._ids, self._clock = recorder, ids, clock

    def rotated(self, arn: str) -> None:
        """Note that a key has a new material because its day had come."""
        self._put("RotateKey", arn, {"keyId": arn, "rotationType": "AUTOMATIC"})

    def deleted(self, arn: str) -> None:
        """Note that a key is gone because its waiting period was over."""
        self._put("DeleteKey", arn, {"keyId": arn})

    def _put(self, name: str, arn: str, details: dict[str, str]) -> None:
        _, _, _, region, account, _ = arn.split(":", 5)
        origin = Origin(AccountId(account), Region(region), self._clock.now(), self._ids.uuid())
        self._recorder.put_from_thread([service_event(origin, _SOURCE, name, details, [arn])])
