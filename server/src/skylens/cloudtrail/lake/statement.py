"""Statement: a query's text as a tree, and the event data stores that it names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from uuid import UUID

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from skylens.cloudtrail.lake.invalid import InvalidQuery

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_DEPTH: Final = 60
_UUID: Final = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_ARN: Final = rf"arn:aws:cloudtrail:[a-z0-9-]+:[0-9]{{12}}:eventdatastore/{_UUID}"
STORE: Final = re.compile(rf"{_ARN}|{_UUID}")
# Text, quoted names and comments are passed over; a store stands unquoted in no grammar of SQL, so it is quoted here.
_TOKEN: Final = re.compile(
    rf"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|(?<![\w-])(?P<store>{_ARN}|{_UUID})(?![\w-])", re.DOTALL
)
_OPENING: Final = re.compile(r"[(\[]|\bcase\b|\bselect\b|\bnot\b", re.IGNORECASE)


def parse(text: str) -> exp.Query:
    """Return the one SELECT (or union of them) that a text is; raise InvalidQuery for whatever else it is."""
    _refuse_depth(text)
    try:
        statements = [tree for tree in sqlglot.parse(_with_quoted_stores(text), read="trino") if tree is not None]
    except SqlglotError as error:
        raise InvalidQuery(f"The query cannot be read: {_first_complaint(error)}") from error
    except (RecursionError, ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
        raise InvalidQuery("The query cannot be read") from error
    if len(statements) != 1:
        raise InvalidQuery(f"A query is one statement, not {len(statements)}")
    [statement] = statements
    if not isinstance(statement, exp.Query):
        raise InvalidQuery("Only SELECT statements can be run")
    return statement


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
    for token in _TOKEN.finditer(text):
        if token["store"]:
            yield token["store"]
        elif token[0].startswith('"') and STORE.fullmatch(token[0][1:-1]):
            yield token[0][1:-1]


def _with_quoted_stores(text: str) -> str:
    return _TOKEN.sub(lambda token: f'"{token["store"]}"' if token["store"] else token[0], text)


def _refuse_depth(text: str) -> None:
    """Refuse what the parser, which calls itself for every level, would need a very high stack for."""
    outside = _TOKEN.sub(" ", text)
    depth = deepest = 0
    for letter in outside:
        depth += (letter in "([") - (letter in ")]")
        deepest = max(deepest, depth)
    if deepest > MOST_DEPTH:
        raise InvalidQuery(f"The query is nested deeper than {MOST_DEPTH} levels")


def _first_complaint(error: SqlglotError) -> str:
    details = getattr(error, "errors", None)
    if details:
        first = details[0]
        return f"{first.get('description')} at line {first.get('line')}, column {first.get('col')}"
    return str(error).splitlines()[0]
