"""Moment: a column that holds a point in time as whole milliseconds and gives it back as an aware datetime in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.types import TypeDecorator

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND: Final = timedelta(milliseconds=1)


def whole_milliseconds(time: datetime) -> datetime:
    """Return the time as a Moment will give it back.

    >>> whole_milliseconds(datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=UTC)).microsecond
    123000
    """
    return EPOCH + (time - EPOCH) // MILLISECOND * MILLISECOND


class Moment(TypeDecorator[datetime]):
    """SQLite has no times and PostgreSQL's depend on the session's zone; a number sorts and compares alike in both."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Return the milliseconds since 1970, or None for no time."""
        return None if value is None else (value - EPOCH) // MILLISECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the datetime, or None for no time."""
        return None if value is None else EPOCH + value * MILLISECOND
