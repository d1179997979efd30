"""Trail objects: which objects of a bucket are log files of a trail, and of what time.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_FOLDER: Final = "CloudTrail"
_BESIDE: Final = "CloudTrail-"  # digests, insights, aggregated events: beside the log files, and none of them
_ROOT: Final = "AWSLogs"
_SUFFIX: Final = ".json.gz"
_NAMED: Final = re.compile(r"_(\d{8}T\d{4})Z_[A-Za-z0-9]+\.json\.gz$")
_NAMED_FOR: Final = timedelta(minutes=1)  # a file is named for the minute in which it was written
LATEST: Final = timedelta(hours=24)  # behind an event, in which it may still be delivered


def folder_of(key: str) -> str:
    """Return what an object's key begins with, up to the last slash.

    >>> folder_of("AWSLogs/1/CloudTrail/us-east-1/2026/07/01/a.json.gz")
    'AWSLogs/1/CloudTrail/us-east-1/2026/07/01/'
    """
    return key[: key.rfind("/") + 1]


def is_log_file(key: str, prefix: str) -> bool:
    """Say whether an object is taken for a log file by those who ask for all below a prefix.

    What lies in a folder called CloudTrail is one. Elsewhere in the folder where AWS's services put their logs nothing is; in
    another folder everything is, if somebody names it.

    >>> is_log_file("AWSLogs/1/CloudTrail/us-east-1/2026/07/01/a.json.gz", "")
    True
    >>> [is_log_file(f"AWSLogs/1/{n}/us-east-1/a.json.gz", "") for n in ("CloudTrail-Digest", "elasticloadbalancing")]
    [False, False]
    >>> is_log_file("old/a.json.gz", ""), is_log_file("old/a.json.gz", "old/"), is_log_file("old/a.json", "old/")
    (False, True, False)
    """
    folders = key.split("/")[:-1]
    if not key.endswith(_SUFFIX) or any(folder.startswith(_BESIDE) for folder in folders):
        return False
    return _FOLDER in folders or (bool(prefix) and _ROOT not in folders)


def may_hold(key: str, start: datetime | None, end: datetime | None) -> bool:
    """Say whether a log file may have events between two times, by its name; one that tells no time may.

    An event is in no file that was written before it, and in one that was written within a day.

    >>> from datetime import UTC, datetime
    >>> name = "111122223333_CloudTrail_us-east-1_20260701T1005Z_A1b2C3d4E5f6G7h8.json.gz"
    >>> may_hold(name, datetime(2026, 7, 1, 10, 5, 59, tzinfo=UTC), None)
    True
    >>> may_hold(name, datetime(2026, 7, 1, 10, 6, tzinfo=UTC), None)
    False
    """
    written = _time_of(key)
    if written is None:
        return True
    is_too_early = start is not None and written + _NAMED_FOR <= start
    is_too_late = end is not None and written > end + LATEST
    return not is_too_early and not is_too_late


def _time_of(key: str) -> datetime | None:
    found = _NAMED.search(key)
    try:
        return datetime.strptime(f"{found[1]}+0000", "%Y%m%dT%H%M%z").astimezone(UTC) if found else None
    except ValueError:
        return None
