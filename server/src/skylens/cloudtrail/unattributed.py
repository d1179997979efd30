"""Unattributed calls: requests that do not prove whose they are. No account has them on record; the operator has.

Whoever sends them is unknown and unlimited, so they are added up by the hour in a bounded number of rows, and written down
every few seconds however many there are.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import delete, select

from skylens.store.control.schema.unattributed_calls import UNATTRIBUTED_CALLS
from skylens.store.control.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from skylens.api_events import UnattributedCall
    from skylens.store.control import Control

MOST_ROWS: Final = 100  # of an hour; a few more where the rest is added up
MOST_KEYS: Final = 10  # of one address and reason in an hour, so that one guesser cannot take all rows
VARIOUS: Final = "*"
_LONGEST_KEY: Final = 128
_LONGEST_TEXT: Final = 256


class _Row(NamedTuple):
    hour: datetime
    reason: str
    source_ip: str
    access_key_id: str


@dataclass(slots=True)
class _Sum:
    calls: int
    last: UnattributedCall


@dataclass(frozen=True, slots=True)
class Unattributed:
    """What came in an hour from one address with one key for one reason. ``*`` stands for various."""

    hour: datetime
    reason: str
    source_ip: str
    access_key_id: str
    calls: int
    last_at: datetime
    service: str
    user_agent: str


class UnattributedCalls:
    """Those of this process. ``note`` touches memory only; ``flush`` writes down what was noted since the last time."""

    def __init__(self, control: Control, kept_days: int) -> None:
        self._control, self._kept = control, timedelta(days=kept_days)
        self._lock = threading.Lock()
        self._sums: dict[_Row, _Sum] = {}  # not yet written down
        self._rows: set[_Row] = set()  # of the newest hour

    def note(self, call: UnattributedCall) -> None:
        """Count a call."""
        with self._lock:
            row = self._row(call)
            known = self._sums.get(row)
            if known is None:
                self._sums[row] = _Sum(1, call)
            else:
                known.calls, known.last = known.calls + 1, call

    def flush(self, _now: datetime) -> None:
        """Write down what was noted; what cannot be written now is written with the next."""
        with self._lock:
            sums, self._sums = self._sums, {}
        if not sums:
            return
        try:
            with self._control.begin() as connection:
                rows = [_values(row, each) for row, each in sums.items()]
                upsert(connection, UNATTRIBUTED_CALLS, rows, add=("calls",))
        except BaseException:
            self._put_back(sums)
            raise

    def forget(self, now: datetime) -> None:
        """Delete what is older than event history is."""
        with self._control.begin() as connection:
            connection.execute(delete(UNATTRIBUTED_CALLS).where(UNATTRIBUTED_CALLS.c.hour < now - self._kept))

    def _row(self, call: UnattributedCall) -> _Row:
        """Return where a call is counted: by itself while there is room, else with others."""
        hour = call.time.replace(minute=0, second=0, microsecond=0)
        if not any(row.hour >= hour for row in self._rows):
            self._rows.clear()
        row = _Row(hour, call.reason, _printable(call.source_ip), _printable(call.access_key_id)[:_LONGEST_KEY])
        if row not in self._rows:
            if sum(each[:3] == row[:3] for each in self._rows) >= MOST_KEYS:
                row = row._replace(access_key_id=VARIOUS)
            if row not in self._rows and len(self._rows) >= MOST_ROWS:
                row = row._replace(source_ip=VARIOUS, access_key_id=VARIOUS)
            self._rows.add(row)
        return row

    def _put_back(self, sums: dict[_Row, _Sum]) -> None:
        with self._lock:
            for row, each in sums.items():
                newer = self._sums.setdefault(row, each)
                if newer is not each:
                    newer.calls += each.calls


def since(control: Control, start: datetime) -> Sequence[Unattributed]:
    """Return what came since then, the newest first."""
    table = UNATTRIBUTED_CALLS.c
    with control.read() as connection:
        found = connection.execute(
            select(UNATTRIBUTED_CALLS).where(table.last_at >= start).order_by(table.last_at.desc())
        )
        return [Unattributed(**row) for row in found.mappings()]


def _values(row: _Row, each: _Sum) -> dict[str, object]:
    last = each.last
    told = {"service": last.service, "user_agent": _printable(last.user_agent[:_LONGEST_TEXT])}
    return {**row._asdict(), "calls": each.calls, "last_at": last.time, **told}


def _printable(text: str) -> str:
    r"""Return a stranger's text as a terminal may show it.

    >>> _printable("curl\x1b[2J")
    'curl?[2J'
    """
    return "".join(letter if letter.isprintable() else "?" for letter in text)
