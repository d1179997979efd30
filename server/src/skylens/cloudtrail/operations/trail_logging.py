"""Logging of trails: start it, stop it, see how it goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from skylens.cloudtrail import trail_deliveries, trail_sessions, trails
from skylens.cloudtrail.trail_errors import TrailNotFound
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from datetime import datetime


@operation("cloudtrail", "StartLogging")
def start_logging(call: Call, request: Input) -> Output:
    """Let a trail log from now on.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartLogging.html
    """
    with call.control.begin() as connection:
        trail = trails.find_at_home(connection, call.caller, request["Name"])
        if not trail.is_logging:
            trail_sessions.begin(connection, trail, call.now)
            trails.update(connection, trail, replace(trail, is_logging=True, started_at=call.now))
    return {}


@operation("cloudtrail", "StopLogging")
def stop_logging(call: Call, request: Input) -> Output:
    """Let a trail log no longer; what it logged until now is still delivered.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html
    """
    with call.control.begin() as connection:
        trail = trails.find_at_home(connection, call.caller, request["Name"])
        if trail.is_logging:
            trail_sessions.end(connection, trail, call.now)
            trails.update(connection, trail, replace(trail, is_logging=False, stopped_at=call.now))
    return {}


@operation("cloudtrail", "GetTrailStatus")
def get_trail_status(call: Call, request: Input) -> Output:
    """Say whether a trail logs, and how its latest deliveries went.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html
    """
    with call.control.read() as connection:
        try:
            trail = trails.find(connection, call.caller, request["Name"])
        except TrailNotFound as missing:
            composed = trails.composed_arn(call.caller, request["Name"])
            raise TrailNotFound(composed, call.caller.account) from missing
        latest = trail_deliveries.of_trail(connection, trail.id)
    files, notification, logs, digest = (latest[kind] for kind in ("files", "notification", "logs", "digest"))
    return {
        "IsLogging": trail.is_logging,
        "StartLoggingTime": trail.started_at,
        "StopLoggingTime": trail.stopped_at,
        "LatestDeliveryTime": files.delivered_at,
        "LatestDeliveryError": files.error or None,
        "LatestNotificationTime": notification.delivered_at,
        "LatestNotificationError": notification.error or None,
        "LatestCloudWatchLogsDeliveryTime": logs.delivered_at,
        "LatestCloudWatchLogsDeliveryError": logs.error or None,
        "LatestDigestDeliveryTime": digest.delivered_at,
        "LatestDigestDeliveryError": digest.error or None,
        # Texts of earlier days, which AWS still gives, empty where there is no time.
        "LatestDeliveryAttemptTime": _text(files.attempted_at),
        "LatestDeliveryAttemptSucceeded": _text(files.delivered_at),
        "LatestNotificationAttemptTime": _text(notification.attempted_at),
        "LatestNotificationAttemptSucceeded": _text(notification.delivered_at),
        "TimeLoggingStarted": _text(trail.started_at),
        "TimeLoggingStopped": _text(trail.stopped_at),
    }


def _text(time: datetime | None) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}" if time else ""
