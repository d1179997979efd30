"""Lists: a column of lists held flat, all its values in one list. A thousand small lists are a thousand places in memory."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_KINDS: Final = frozenset({list, tuple})


@dataclass(frozen=True, slots=True)
class Lists:
    """The values of all rows, and how many of them belong to each row."""

    values: Sequence[Any]
    lengths: Sequence[int]

    def __len__(self) -> int:
        return len(self.lengths)

    def __iter__(self) -> Iterator[Sequence[Any]]:
        starts = accumulate(self.lengths, initial=0)
        return (self.values[start : start + length] for start, length in zip(starts, self.lengths, strict=False))


def flat(column: Sequence[Any] | Lists) -> Lists:
    """Return a column of lists held flat; a row that is no list is a TypeError.

    >>> flat([["a", "b"], [], ["c"]])
    Lists(values=['a', 'b', 'c'], lengths=[2, 0, 1])
    """
    if isinstance(column, Lists):
        return column
    if not _KINDS.issuperset(map(type, column)):
        raise TypeError(f"a list is needed in each row, not {sorted({type(each).__name__ for each in column})}")
    return Lists(list(chain.from_iterable(column)), list(map(len, column)))


def list_array(columns: Iterable[Sequence[Any] | Lists], kind: pa.ListType) -> pa.Array:
    """Return the lists of all columns, one after another, in one Arrow array."""
    pieces = [flat(column) for column in columns]
    values = pa.array(list(chain.from_iterable([piece.values for piece in pieces])), kind.value_type)
    ends = list(accumulate(chain.from_iterable([piece.lengths for piece in pieces]), initial=0))
    # Arrow believes what it is told here, and would read beyond the values.
    if ends[-1] != len(values):
        raise ValueError(f"the lengths say {ends[-1]} values, but there are {len(values)}")
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), values, type=kind)
