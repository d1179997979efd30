"""Statement: a query's text as a tree."""

from __future__ import annotations

from typing import Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from skylens.cloudtrail.lake.invalid import InvalidQuery
from skylens.cloudtrail.lake.store_names import TOKEN

MOST_DEPTH: Final = 60


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


def _with_quoted_stores(text: str) -> str:
    return TOKEN.sub(lambda token: f'"{token["store"]}"' if token["store"] else token[0], text)


def _refuse_depth(text: str) -> None:
    """Refuse what the parser, which calls itself for every level, would need a very high stack for."""
    outside = TOKEN.sub(" ", text)
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
