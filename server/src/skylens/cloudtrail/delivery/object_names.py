"""Object names: the keys under which a trail's files are delivered, as AWS lays them out.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-find-log-files.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from skylens.cloudtrail.trails import Trail

# The folder of a category's files. Data events stand among the management events.
FOLDERS: Final = {
    "Management": "CloudTrail",
    "Data": "CloudTrail",
    "Insight": "CloudTrail-Insight",
    "DataInsight": "CloudTrail-Insight",
    "NetworkActivity": "CloudTrail-NetworkActivity",
}
SUFFIX_LETTERS: Final = 16
_DIGESTS: Final = "CloudTrail-Digest"


def marker(trail: Trail) -> str:
    """Return the key of the empty object that is written when a trail is checked."""
    return f"{_account(trail)}/CloudTrail/"


def log_file(trail: Trail, folder: str, region: str, at: datetime, suffix: str) -> str:
    """Return the key of a log file delivered at that minute."""
    name = f"{trail.account}_{folder}_{region}_{at:%Y%m%dT%H%MZ}_{suffix}.json.gz"
    return f"{_account(trail)}/{folder}/{region}/{at:%Y/%m/%d}/{name}"


def digest(trail: Trail, region: str, end: datetime) -> str:
    """Return the key of the digest that ends then."""
    name = f"{trail.account}_{_DIGESTS}_{region}_{trail.name}_{trail.region}_{end:%Y%m%dT%H%M%SZ}.json.gz"
    return f"{_account(trail)}/{_DIGESTS}/{region}/{end:%Y/%m/%d}/{name}"


def log_stream(trail: Trail, region: str) -> str:
    """Return the name of the log stream that a region's events go to."""
    return f"{trail.account}_CloudTrail_{region}"


def _account(trail: Trail) -> str:
    prefix = f"{trail.prefix}/" if trail.prefix else ""
    return f"{prefix}AWSLogs/{trail.account}"
