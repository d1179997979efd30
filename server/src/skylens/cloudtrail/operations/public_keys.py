"""Public keys that signatures of digests and query results are checked with."""

from __future__ import annotations

from skylens.cloudtrail import page, signing_keys
from skylens.cloudtrail.errors import InvalidTimeRange
from skylens.registry import Call, Input, Output, operation


@operation("cloudtrail", "ListPublicKeys")
def list_public_keys(call: Call, request: Input) -> Output:
    """Return the keys of this region that were valid at some time of the range; without a range those valid now.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListPublicKeys.html
    """
    page.refuse_token(request)
    start, end = request.get("StartTime", call.now), request.get("EndTime", call.now)
    if "StartTime" in request and start > end:
        raise InvalidTimeRange("Start time must be before end time")
    with call.control.read() as connection:
        keys = signing_keys.public_keys(connection, call.caller.region, min(start, end), end)
    return {
        "PublicKeyList": [
            {
                "Value": key.der,
                "ValidityStartTime": key.valid_from,
                "ValidityEndTime": key.valid_until,
                "Fingerprint": key.fingerprint,
            }
            for key in keys
        ]
    }
