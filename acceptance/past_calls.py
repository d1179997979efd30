"""Past calls: fills the event history of a server that does not run, through the recorder that a running one has.

``python past_calls.py DATA < calls.json``, where calls are ``{"minutes_ago": 20, "operation": "CreateGroup", "error": ""}``.
It is a program because the embedded engine is one process's.
"""

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from skylens.api_events import ApiEvent
from skylens.app import build
from skylens.caller import Caller, Region, root_of
from skylens.cloudtrail.api_call_event import ApiCallEvents, access_of
from skylens.config import Settings
from skylens.ids import RandomIds
from skylens.registry import ApiCall

ACCOUNT, REGION = "000000000000", Region("us-east-1")
IDS = RandomIds()


def happened(call: dict[str, Any]) -> ApiEvent:
    time = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=call["minutes_ago"])
    made = ApiCall(
        caller=Caller(root_of(ACCOUNT), REGION, "AKIAEXAMPLE"),
        service="xray",
        operation=call["operation"],
        request={"GroupName": "checkout"},
        time=time,
        request_id=IDS.uuid(),
        user_agent="past-calls/1",
    )
    error = call.get("error", "")
    return ApiEvent(made, time, None if error else {}, error, "")


async def main(data: Path, calls: list[dict[str, Any]]) -> None:
    app = build(Settings(data=data))
    events = ApiCallEvents(IDS)
    made = [event for event in map(happened, calls) for event in events.of(event, access_of(event.call))]
    await app.recorder.put(made)
    await app.recorder.close()
    app.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), json.load(sys.stdin)))
