"""Engine errors: each becomes the store's own exception, by its code or by what it says."""

import errno

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError

from skylens.store import errors
from skylens.store.engine_errors import domain_error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (DatabaseError("Code: 159. DB::Exception: Timeout exceeded", code=159), errors.ReadLimitExceeded),
        (DatabaseError("Code: 394. DB::Exception: Query was cancelled", code=394), errors.QueryCancelled),
        (DatabaseError("Code: 252. DB::Exception: Too many parts (3000)", code=252), errors.StoreBusy),
        (
            DatabaseError("Code: 252. DB::Exception: Too many partitions for single INSERT block", code=252),
            errors.RowsRefused,
        ),
        (DatabaseError("Code: 243. DB::Exception: Cannot reserve 1.00 MiB", code=243), errors.StoreFull),
        (
            DatabaseError("Code: 75. DB::Exception: Cannot write: errno: 28, No space left on device", code=75),
            errors.StoreFull,
        ),
        (OSError(errno.ENOSPC, "No space left on device"), errors.StoreFull),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), errors.StoreFull),
        (OSError(errno.EIO, "Input/output error"), errors.StoreUnavailable),
        (OperationalError("Connection refused"), errors.StoreUnavailable),
        (DatabaseError("Code: 62. DB::Exception: Syntax error", code=62), errors.StoreError),
    ],
)
def test_an_error_is_told_as(error: Exception, kind: type[Exception]):
    assert type(domain_error(error, disk_full=lambda: False)) is kind


def test_an_unexplained_error_on_a_full_disk_is_the_disk():
    error = DatabaseError("Code: 1000. DB::Exception: std::exception", code=1000)
    assert type(domain_error(error, disk_full=lambda: True)) is errors.StoreFull
