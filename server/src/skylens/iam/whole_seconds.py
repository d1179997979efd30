"""IAM tells the time in whole seconds."""

from datetime import datetime


def whole_seconds(time: datetime) -> datetime:
    """Return the time without what is below a second.

    >>> whole_seconds(datetime(2026, 7, 1, 12, 0, 0, 999000)).microsecond
    0
    """
    return time.replace(microsecond=0)
