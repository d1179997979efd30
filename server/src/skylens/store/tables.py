"""Tables: their definitions as schema/*.sql give them, and the Arrow types in which their rows travel."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

import pyarrow as pa

from skylens.store.packed import Pack, packer

_SIMPLE_TYPES: dict[str, pa.DataType] = {
    "String": pa.string(),
    "Bool": pa.bool_(),
    "DateTime": pa.uint32(),
    "Date": pa.uint16(),
    "Float32": pa.float32(),
    "Float64": pa.float64(),
    **{f"Int{bits}": getattr(pa, f"int{bits}")() for bits in (8, 16, 32, 64)},
    **{f"UInt{bits}": getattr(pa, f"uint{bits}")() for bits in (8, 16, 32, 64)},
}
_DURABLE = "fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1"
_DATETIME64_UNITS = {"0": "s", "3": "ms", "6": "us", "9": "ns"}


@dataclass(frozen=True, slots=True)
class Definition:
    """A table's name and its CREATE TABLE statement, as the file says it."""

    name: str
    statement: str

    @property
    def essence(self) -> str:
        """The statement without comments and layout: what decides whether two definitions are the same."""
        return " ".join(re.sub(r"--[^\n]*", "", self.statement).split())


@dataclass(frozen=True)
class Table:
    """A table as it is in the database: the columns that an insert gives, as Arrow sees them."""

    name: str
    schema: pa.Schema

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the columns."""
        return frozenset(self.schema.names)

    @cached_property
    def packers(self) -> tuple[tuple[str, Pack], ...]:
        """Each column's name, and what packs its values."""
        return tuple((field.name, packer(field.type)) for field in self.schema)


@cache
def definitions() -> tuple[Definition, ...]:
    """Return every table's definition in the order of schema/_order, in which a commit also writes them."""
    folder = files(__package__) / "schema"
    lines = (folder / "_order").read_text(encoding="utf-8").splitlines()
    names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return tuple(Definition(name, (folder / f"{name}.sql").read_text(encoding="utf-8")) for name in names)


def durable(statement: str) -> str:
    """Return a CREATE TABLE of a MergeTree whose inserts and merges reach the disk before they count (docs/adr/001).

    >>> durable("CREATE TABLE t (a Bool) ENGINE = MergeTree ORDER BY a").splitlines()[-1]
    'SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1'
    """
    body, word, settings = statement.rstrip().rpartition("\nSETTINGS ")
    if not word:
        body, settings = settings, ""
    return f"{body}\nSETTINGS {', '.join(filter(None, (settings.strip(), _DURABLE)))}"


def table_from_columns(name: str, columns: Mapping[str, str]) -> Table:
    """Return the table whose columns have these ClickHouse types."""
    return Table(name, pa.schema([pa.field(column, arrow_type(kind)) for column, kind in columns.items()]))


def arrow_type(kind: str) -> pa.DataType:
    """Return the Arrow type in which values of a ClickHouse type travel.

    >>> arrow_type("Array(FixedString(8))")
    ListType(list<item: fixed_size_binary[8]>)
    """
    outer, _, rest = kind.partition("(")
    inside = rest.removesuffix(")")
    match outer:
        case "LowCardinality":
            return arrow_type(inside)
        case "Array":
            return pa.list_(arrow_type(inside))
        case "FixedString":
            return pa.binary(int(inside))
        case "DateTime64":
            return pa.timestamp(_DATETIME64_UNITS[inside.split(",")[0]], "UTC")
        case "SimpleAggregateFunction":
            return arrow_type(_split_types(inside)[1])
    if outer not in _SIMPLE_TYPES:
        raise ValueError(f"no Arrow type for the ClickHouse type {kind!r}")
    return _SIMPLE_TYPES[outer]


def _split_types(inside: str) -> tuple[str, str]:
    """Split ``A(B, C), D`` at its outermost comma."""
    depth = 0
    for at, letter in enumerate(inside):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            return inside[:at].strip(), inside[at + 1 :].strip()
    raise ValueError(f"expected two types in {inside!r}")
