"""From the columns of many requests to one Arrow table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import pyarrow as pa

from skylens.store.errors import RowsRefused
from skylens.store.packed import Packed, packer, unpacked
from skylens.store.tables import Table
from skylens.store.without_pandas import keep_pandas_out

keep_pandas_out()

Columns: TypeAlias = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table on their way into it."""

    table: str
    count: int
    columns: Mapping[str, Packed]

    @property
    def size_bytes(self) -> int:
        """How much memory they take."""
        return sum(len(part) for column in self.columns.values() for part in column)

    def with_true(self, name: str) -> "Rows":
        """Return the same rows with a column of booleans that says yes."""
        return replace(self, columns={**self.columns, name: packer(pa.bool_())([True] * self.count)})


def pack(table: Table, columns: Columns) -> Rows:
    """Return the rows that these columns are; a value that does not fit is RowsRefused, naming its column.

    Columns that are not the table's are a ValueError.
    """
    if columns.keys() != table.names:
        missing, unknown = sorted(table.names - columns.keys()), sorted(columns.keys() - table.names)
        raise ValueError(f"columns of {table.name}: missing {missing}, unknown {unknown}")
    lengths = set(map(len, columns.values()))
    if len(lengths) != 1:
        raise ValueError(f"columns of {table.name} differ in length: { {k: len(v) for k, v in columns.items()} }")
    packed = {}
    name = ""
    try:
        for name, pack_column in table.packers:
            packed[name] = pack_column(columns[name])
    except (TypeError, ValueError, OverflowError) as exc:
        raise RowsRefused(f"column {name} is {table.schema.field(name).type}: {exc}") from exc
    return Rows(table.name, lengths.pop(), packed)


def gather(table: Table, pieces: Sequence[Rows]) -> pa.Table:
    """Return the rows of one piece or more as one record batch."""
    arrays = [unpacked(field.type, [piece.columns[field.name] for piece in pieces]) for field in table.schema]
    return pa.Table.from_arrays(arrays, schema=table.schema)
