"""Packed: columns put together from their bytes are the columns that came."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skylens.store import Store
from skylens.store.errors import RowsRefused
from skylens.store.packed import packer, unpacked

_VALUES: dict[pa.DataType, st.SearchStrategy[Any]] = {
    pa.string(): st.text(max_size=4),
    pa.binary(3): st.binary(min_size=3, max_size=3),
    pa.bool_(): st.booleans(),
    pa.float32(): st.floats(width=32, allow_nan=False),
    pa.float64(): st.floats(allow_nan=False),
    pa.int8(): st.integers(-(2**7), 2**7 - 1),
    pa.int64(): st.integers(-(2**63), 2**63 - 1),
    pa.uint16(): st.integers(0, 2**16 - 1),
    pa.uint64(): st.integers(0, 2**64 - 1),
    pa.timestamp("ms", "UTC"): st.integers(0, 2**40),
}
_SCALARS = list(_VALUES)
_VALUES |= {pa.list_(kind): st.lists(_VALUES[kind], max_size=3) for kind in _SCALARS}
_VALUES |= {pa.list_(pa.list_(pa.string())): st.lists(st.lists(st.text(max_size=2), max_size=2), max_size=2)}


@pytest.mark.parametrize("kind", list(_VALUES), ids=str)
@given(data=st.data())
def test_columns_one_after_another_are_arrows_own_array_of_them(kind: pa.DataType, data: st.DataObject):
    columns = data.draw(st.lists(st.lists(_VALUES[kind], max_size=4), min_size=1, max_size=3))
    array = unpacked(kind, [packer(kind)(column) for column in columns])
    array.validate(full=True)
    assert array.equals(pa.array([value for column in columns for value in column], kind))


def test_a_packed_column_is_a_copy_of_the_rows():
    row = ["a"]
    piece = packer(pa.list_(pa.string()))([row])
    row.append("b")
    assert unpacked(pa.list_(pa.string()), [piece]).to_pylist() == [["a"]]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (pa.string(), 5),
        (pa.string(), None),
        (pa.string(), b"bytes"),
        (pa.string(), "half of a pair: \ud800"),
        (pa.binary(2), b"abc"),
        (pa.binary(2), b"a"),
        (pa.binary(2), "ab"),
        (pa.binary(2), None),
        (pa.bool_(), 2),
        (pa.bool_(), None),
        (pa.bool_(), "true"),
        (pa.uint8(), 256),
        (pa.uint16(), -1),
        (pa.int64(), 2**63),
        (pa.uint32(), 1.5),
        (pa.uint64(), "1"),
        (pa.uint64(), None),
        (pa.timestamp("ms", "UTC"), "yesterday"),
        (pa.list_(pa.string()), "text"),
        (pa.list_(pa.string()), None),
        (pa.list_(pa.string()), 5),
        (pa.list_(pa.string()), {"a": 1}),
        (pa.list_(pa.string()), ["a", None]),
        (pa.list_(pa.uint8()), [1, 300]),
    ],
    ids=str,
)
def test_a_value_that_does_not_fit_is_refused(kind: pa.DataType, value: object):
    with pytest.raises((TypeError, ValueError, OverflowError)):
        packer(kind)([value])


def test_widths_that_add_up_over_the_rows_are_refused_all_the_same():
    with pytest.raises(ValueError, match=r"not \[1, 3\]"):
        packer(pa.binary(2))([b"a", b"bcd"])


def test_more_than_an_offset_can_count_is_refused():
    lengths = (2**30).to_bytes(4, "little") * 2
    with pytest.raises(RowsRefused, match="2147483648"):
        unpacked(pa.string(), [(lengths, b"")])


def test_a_column_of_every_table_can_be_packed(store: Store):
    for table in store.tables.values():
        assert [name for name, _ in table.packers] == table.schema.names
