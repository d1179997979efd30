"""Store names: where a query's text names event data stores, found without reading the query."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Iterator

_UUID: Final = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_ARN: Final = rf"arn:aws:cloudtrail:[a-z0-9-]+:[0-9]{{12}}:eventdatastore/{_UUID}"
STORE: Final = re.compile(rf"{_ARN}|{_UUID}")
# Text, quoted names and comments are passed over; a store stands unquoted in no grammar of SQL, so it is quoted here.
TOKEN: Final = re.compile(
    rf"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|(?<![\w-])(?P<store>{_ARN}|{_UUID})(?![\w-])", re.DOTALL
)


def named_stores(text: str) -> tuple[str, ...]:
    """Return what stands in a text as an event data store, ids and ARNs as they are written, each once.

    >>> named_stores("SELECT 1 FROM 8b2f6c1e-0000-4000-8000-0a1b2c3d4e5f -- 8b2f6c1e-0000-4000-8000-000000000000")
    ('8b2f6c1e-0000-4000-8000-0a1b2c3d4e5f',)
    """
    return tuple(dict.fromkeys(_named(text)))


def store_id(named: str) -> str:
    """Return the id that an id or ARN ends with.

    >>> store_id("arn:aws:cloudtrail:us-east-1:000000000000:eventdatastore/8B2F6C1E-0000-4000-8000-0A1B2C3D4E5F")
    '8b2f6c1e-0000-4000-8000-0a1b2c3d4e5f'
    """
    return str(UUID(named.rpartition("/")[2]))


def _named(text: str) -> Iterator[str]:
    for token in TOKEN.finditer(text):
        if token["store"]:
            yield token["store"]
        elif token[0].startswith('"') and STORE.fullmatch(token[0][1:-1]):
            yield token[0][1:-1]
