"""Rows: columns of many requests become one record batch, and columns that do not fit say so."""

import subprocess
import sys

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skylens.store import RowsRefused
from skylens.store.rows import gather, pack
from skylens.store.tables import table_from_columns

TABLE = table_from_columns(
    "things",
    {
        "name": "LowCardinality(String)",
        "id": "FixedString(2)",
        "at": "DateTime64(3, 'UTC')",
        "tags": "Array(String)",
        "size": "UInt16",
    },
)


def things(count: int, **columns: object) -> dict[str, list[object]]:
    row = {"name": "x", "id": b"ab", "at": 1, "tags": [], "size": 0} | columns
    return {name: [value] * count for name, value in row.items()}


def test_rows_are_counted_and_weighed():
    rows = pack(TABLE, things(3, name="hello", tags=["ab"]))
    lengths = 3 * 4 * 3  # of three names, three lists, and the texts in them
    assert (rows.count, rows.size_bytes) == (3, 3 * (5 + 2 + 8 + 2 + 2) + lengths)


def test_missing_and_unknown_columns_are_named():
    columns = things(1)
    del columns["id"]
    with pytest.raises(ValueError, match=r"missing \['id'\], unknown \['colour'\]"):
        pack(TABLE, columns | {"colour": ["red"]})


def test_columns_of_different_length_are_named():
    with pytest.raises(ValueError, match="differ in length"):
        pack(TABLE, things(2) | {"id": [b"ab"]})


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8))
def test_pieces_follow_each_other_in_one_batch(counts):
    pieces = [pack(TABLE, things(count, size=at)) for at, count in enumerate(counts)]
    table = gather(TABLE, pieces)
    assert table.column("size").to_pylist() == [at for at, count in enumerate(counts) for _ in range(count)]
    assert all(column.num_chunks <= 1 for column in table.columns)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("id", b"abc"),
        ("name", 5),
        ("name", None),
        ("name", "half of a pair: \ud800"),
        ("tags", ["a", 1]),
        ("tags", ["a", None]),
        ("tags", None),
        ("size", 65_536),
        ("size", -1),
        ("size", None),
        ("at", "yesterday"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_column(column, value):
    with pytest.raises(RowsRefused, match=column):
        pack(TABLE, things(2) | {column: [things(1)[column][0], value]})


def test_the_batch_has_the_types_of_the_table():
    assert gather(TABLE, [pack(TABLE, things(1))]).schema.field("tags").type == pa.list_(pa.string())


def test_pandas_is_not_loaded():
    program = "import sys, skylens.store, pyarrow; pyarrow.array(['a']); print('pandas' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout == "False\n"
