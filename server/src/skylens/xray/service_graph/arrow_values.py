"""Arrow values: columns without nulls, as the engine sends them, as arrays to compute with."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints: TypeAlias = npt.NDArray[np.int64]
Ids: TypeAlias = npt.NDArray[np.uint64]
Flags: TypeAlias = npt.NDArray[np.bool_]


def ints(column: pa.Array) -> Ints:
    """Return integers of any width."""
    values: npt.NDArray[Any] = column.to_numpy()
    return values.astype(np.int64)


def flags(column: pa.Array) -> Flags:
    """Return truth values."""
    values: Flags = column.to_numpy(zero_copy_only=False)
    return values


def ids(column: pa.Array) -> Ids:
    """Return the bytes of FixedString columns as numbers in the same order; two to a value of sixteen bytes."""
    width = column.type.byte_width // 8
    content = np.frombuffer(column.buffers()[1], dtype=">u8")
    return content[column.offset * width : (column.offset + len(column)) * width].astype(np.uint64)


def numbered(column: pa.Array) -> tuple[Sequence[str], Ints]:
    """Return the distinct texts and, for each value, which of them it is."""
    encoded = pc.dictionary_encode(column)
    return encoded.dictionary.to_pylist(), ints(encoded.indices)
