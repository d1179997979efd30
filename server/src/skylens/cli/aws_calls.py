"""AWS calls of a trace: the subsegments that say which request it was."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

MOST_CALLS: Final = 50  # of a trace that are looked up: each look-up takes ten milliseconds
_REQUEST_ID: Final = re.compile(r"[0-9a-fA-F-]{36}")  # as this installation gives them


@dataclass(frozen=True, slots=True)
class AwsCall:
    """One call: the id that its answer carried is also that of its event in the audit trail."""

    request_id: str
    operation: str
    region: str


def aws_calls(segments: Sequence[Mapping[str, Any]]) -> list[AwsCall]:
    """Return the calls in a trace's Segments as BatchGetTraces answers them, each request once."""
    found = (call for segment in segments for call in _calls(json.loads(segment["Document"])))
    return list({call.request_id: call for call in found}.values())


def _calls(entity: Mapping[str, Any]) -> Iterator[AwsCall]:
    aws = entity.get("aws", {})
    request_id = str(aws.get("request_id", ""))
    if _REQUEST_ID.fullmatch(request_id):
        yield AwsCall(request_id, str(aws.get("operation", entity["name"])), str(aws.get("region", "")))
    for child in entity.get("subsegments", ()):
        yield from _calls(child)
