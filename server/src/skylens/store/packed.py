"""Packed: a column held as Arrow will hold it, values side by side in bytes, from when its rows come in until they are stored.

A thousand rows that wait as Python's objects are fifty thousand places in memory, cold when the commit comes to them.
"""

from __future__ import annotations

from array import array
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import pyarrow as pa

from skylens.store.errors import RowsRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

# The values; before those of texts how long each is, before those of lists how many belong to each row.
Packed: TypeAlias = tuple[bytes, ...]
Pack: TypeAlias = "Callable[[Sequence[Any]], Packed]"

_LENGTH: Final = "i"
_FARTHEST: Final = 2**31 - 1  # an offset of Arrow's texts and lists


@cache
def packer(kind: pa.DataType) -> Pack:
    """Return the function that packs a column of an Arrow type; it raises TypeError, ValueError or OverflowError for what does not fit.

    >>> packer(pa.list_(pa.string()))([["ab", "c"], []])[-1]
    b'abc'
    """
    if pa.types.is_list(kind):
        return _lists(packer(kind.value_type))
    if pa.types.is_fixed_size_binary(kind):
        return _fixed(kind.byte_width)
    if pa.types.is_timestamp(kind):
        return _numbers("q")
    return _texts if kind == pa.string() else _booleans if kind == pa.bool_() else _numbers(_CODES[kind])


_CODES: Final[Mapping[pa.DataType, str]] = {
    pa.int8(): "b", pa.int16(): "h", pa.int32(): "i", pa.int64(): "q", pa.float32(): "f",
    pa.uint8(): "B", pa.uint16(): "H", pa.uint32(): "I", pa.uint64(): "Q", pa.float64(): "d",
}  # fmt: skip


def unpacked(kind: pa.DataType, pieces: Sequence[Packed]) -> pa.Array:
    """Return packed columns of a type, one after another, as one Arrow array. No value becomes an object of Python's."""
    return _array(kind, (b"".join(parts) for parts in zip(*pieces, strict=True)))


def _array(kind: pa.DataType, buffers: Iterator[bytes]) -> pa.Array:
    if pa.types.is_list(kind):
        offsets = pa.array(_offsets(next(buffers)))
        return pa.ListArray.from_arrays(offsets, _array(kind.value_type, buffers), type=kind)
    if kind == pa.string():
        offsets = _offsets(next(buffers))
        return pa.StringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(next(buffers)))
    values = next(buffers)
    if kind == pa.bool_():
        bits = np.packbits(np.frombuffer(values, np.uint8), bitorder="little")
        return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(bits)])
    return pa.Array.from_buffers(kind, len(values) * 8 // kind.bit_width, [None, pa.py_buffer(values)])


def _offsets(lengths: bytes) -> np.ndarray[Any, np.dtype[np.int32]]:
    ends = np.cumsum(np.frombuffer(lengths, np.int32), dtype=np.int64)
    if len(ends) and ends[-1] > _FARTHEST:
        raise RowsRefused(f"{ends[-1]} values or bytes are more than one column of a commit can hold")
    return np.concatenate((np.zeros(1, np.int32), ends), dtype=np.int32, casting="unsafe")


def _texts(column: Sequence[str]) -> Packed:
    together = "".join(column)
    if together.isascii():
        return array(_LENGTH, list(map(len, column))).tobytes(), together.encode()
    encoded = [text.encode() for text in column]
    return array(_LENGTH, list(map(len, encoded))).tobytes(), b"".join(encoded)


def _booleans(column: Sequence[bool]) -> Packed:
    values = bytes(list(column))
    if values.translate(None, b"\0\1"):
        raise ValueError(f"{max(values)} is no boolean")
    return (values,)


def _numbers(code: str) -> Pack:
    def pack(column: Sequence[float]) -> Packed:
        return (array(code, list(column)).tobytes(),)

    return pack


def _fixed(width: int) -> Pack:
    def pack(column: Sequence[bytes]) -> Packed:
        values = b"".join(column)
        if not {width}.issuperset(map(len, column)):
            raise ValueError(f"{width} bytes are needed in each row, not {sorted(set(map(len, column)))}")
        return (values,)

    return pack


def _lists(pack_values: Pack) -> Pack:
    def pack(column: Sequence[Sequence[Any]]) -> Packed:
        if not _LISTS.issuperset(map(type, column)):
            raise TypeError(f"a list is needed in each row, not {sorted({type(each).__name__ for each in column})}")
        lengths = array(_LENGTH, list(map(len, column))).tobytes()
        return lengths, *pack_values(list(chain.from_iterable(column)))

    return pack


_LISTS: Final = frozenset({list, tuple})
