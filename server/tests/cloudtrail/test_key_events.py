"""Key events: rotation and deletion by the calendar are on record, told from a thread."""

import asyncio
import json

from skylens.cloudtrail.api_call_event import ApiCallEvents
from skylens.cloudtrail.consumer import Consumers
from skylens.cloudtrail.event_store import LookUp, look_up
from skylens.cloudtrail.key_events import KeyEvents
from skylens.cloudtrail.recorder import Recorder

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234"


async def test_what_kms_does_by_itself_is_on_record(store, clock, ids):
    recorder = Recorder(store, clock, ApiCallEvents(ids), Consumers())
    recorder.start()
    events = KeyEvents(recorder, ids, clock)
    await asyncio.to_thread(events.rotated, KEY)
    await asyncio.to_thread(events.deleted, KEY)
    wanted = LookUp("111122223333", "eu-west-1", "Management", 0, 2**32 - 2, (f"resource={KEY}",))
    found = [json.loads(event.record) for event in look_up(store, wanted, most=9)]
    assert [(each["eventName"], each["eventType"]) for each in found] == [
        ("DeleteKey", "AwsServiceEvent"),
        ("RotateKey", "AwsServiceEvent"),
    ]
    assert found[1]["serviceEventDetails"] == {"keyId": KEY, "rotationType": "AUTOMATIC"}
