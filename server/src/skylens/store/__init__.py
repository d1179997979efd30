"""The database, no domain: telemetry in ClickHouse (Store), control-plane state in SQL (control)."""

from skylens.store.errors import (
    QueryCancelled,
    ReadLimitExceeded,
    RowsRefused,
    StoreBusy,
    StoreError,
    StoreFull,
    StoreUnavailable,
)
from skylens.store.insert_buffer import MAY_REPEAT
from skylens.store.limits import ReadLimits
from skylens.store.store import Store, open_store

__all__ = [
    "MAY_REPEAT",
    "QueryCancelled",
    "ReadLimitExceeded",
    "ReadLimits",
    "RowsRefused",
    "Store",
    "StoreBusy",
    "StoreError",
    "StoreFull",
    "StoreUnavailable",
    "open_store",
]
