"""From the engine's error codes to the store's own exceptions."""

import errno
import re
from collections.abc import Callable

from skylens.store import errors

# https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp
_CODES: dict[int, type[errors.StoreError]] = {
    158: errors.ReadLimitExceeded,  # TOO_MANY_ROWS
    159: errors.ReadLimitExceeded,  # TIMEOUT_EXCEEDED
    160: errors.ReadLimitExceeded,  # TOO_SLOW
    202: errors.StoreBusy,  # TOO_MANY_SIMULTANEOUS_QUERIES
    241: errors.ReadLimitExceeded,  # MEMORY_LIMIT_EXCEEDED
    243: errors.StoreFull,  # NOT_ENOUGH_SPACE
    252: errors.StoreBusy,  # TOO_MANY_PARTS: merges lag behind; see also the text below
    307: errors.ReadLimitExceeded,  # TOO_MANY_BYTES
    394: errors.QueryCancelled,  # QUERY_WAS_CANCELLED
    396: errors.ReadLimitExceeded,  # TOO_MANY_ROWS_OR_BYTES
    6: errors.RowsRefused,  # CANNOT_PARSE_TEXT
    53: errors.RowsRefused,  # TYPE_MISMATCH
    70: errors.RowsRefused,  # CANNOT_CONVERT_TYPE
    117: errors.RowsRefused,  # INCORRECT_DATA
}
_NO_SPACE = re.compile(r"No space left on device|errno: 28\b|Disk quota exceeded|File too large")
_TOO_MANY_PARTITIONS = re.compile(r"Too many partitions for single INSERT block")
_FULL_ERRNOS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def domain_error(exc: Exception, *, disk_full: Callable[[], bool]) -> errors.StoreError:
    """Return the store's exception for an engine's or the operating system's.

    A code that is not in the table is a plain StoreError: our SQL is wrong, and coming again will not help.
    """
    text = str(exc)
    if getattr(exc, "errno", None) in _FULL_ERRNOS or _NO_SPACE.search(text):
        return errors.StoreFull("no space is left on the disk")
    if _TOO_MANY_PARTITIONS.search(text):
        return errors.RowsRefused("the rows lie on too many days for one insert")
    code = getattr(exc, "code", None)
    if code in _CODES:
        return _CODES[code](text)
    if disk_full():
        return errors.StoreFull("no space is left on the disk")
    return errors.StoreError(text) if code else errors.StoreUnavailable(text)
