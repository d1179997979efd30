"""From the columns of many requests to one Arrow table, without touching a row twice."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

import pyarrow as pa

from skylens.store.errors import RowsRefused
from skylens.store.insert_buffer import Columns
from skylens.store.tables import Table

_FIXED_BYTES = 8  # what a value of fixed width is counted as


def measure(table: Table, columns: Columns) -> tuple[int, int]:
    """Return the number of rows and about how many bytes they take; columns that do not fit the table are a ValueError."""
    if columns.keys() != set(table.columns):
        missing = sorted(set(table.columns) - columns.keys())
        unknown = sorted(columns.keys() - set(table.columns))
        raise ValueError(f"columns of {table.name}: missing {missing}, unknown {unknown}")
    rows = len(columns[table.columns[0]])
    if any(len(column) != rows for column in columns.values()):
        raise ValueError(f"columns of {table.name} differ in length: { {k: len(v) for k, v in columns.items()} }")
    size = rows * _FIXED_BYTES * len(table.columns)
    for name in table.text_columns:
        size += sum(map(len, columns[name]))
    return rows, size


def gather(table: Table, pieces: Sequence[Columns]) -> pa.Table:
    """Return the rows of all pieces as one record batch; values that do not fit are RowsRefused, naming their column."""
    arrays = [_array(field, [piece[field.name] for piece in pieces]) for field in table.schema]
    return pa.Table.from_arrays(arrays, schema=table.schema)


def _array(field: pa.Field, columns: Sequence[Sequence[Any]]) -> pa.Array:
    values = columns[0] if len(columns) == 1 else list(chain.from_iterable(columns))
    try:
        return pa.array(values, field.type)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as exc:
        raise RowsRefused(f"column {field.name} is {field.type}: {exc}") from exc
