"""Lists: a column of lists held flat is the same column."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skylens.store import RowsRefused
from skylens.store.lists import Lists, flat, list_array
from skylens.store.rows import compact, gather
from skylens.store.tables import table_from_columns

COLUMN = st.lists(st.lists(st.text(max_size=3), max_size=4), max_size=6)
TABLE = table_from_columns("things", {"name": "String", "tags": "Array(String)"})


@given(COLUMN)
def test_a_flat_column_gives_its_rows_back(column):
    assert list(flat(column)) == column
    assert len(flat(column)) == len(column)


@given(st.lists(COLUMN, min_size=1, max_size=3))
def test_columns_one_after_another_are_arrows_own_array_of_them(columns):
    expected = pa.array([row for column in columns for row in column], pa.list_(pa.string()))
    assert list_array([flat(column) for column in columns], pa.list_(pa.string())).equals(expected)


@given(COLUMN)
def test_rows_that_wait_are_the_rows_that_came(column):
    columns = {"name": ["x"] * len(column), "tags": column}
    assert gather(TABLE, [compact(TABLE, columns), columns]).to_pydict() == {
        "name": ["x"] * 2 * len(column),
        "tags": column * 2,
    }


def test_a_flat_column_is_a_copy_of_the_rows_lists():
    row = ["a"]
    column = flat([row])
    row.append("b")
    assert list(column) == [["a"]]


@pytest.mark.parametrize("row", ["text", None, 5, {"a": 1}])
def test_a_row_that_is_no_list_is_refused_with_its_column(row):
    with pytest.raises(RowsRefused, match="tags"):
        compact(TABLE, {"name": ["x", "y"], "tags": [[], row]})


@pytest.mark.parametrize("lengths", [[1], [3], [2, 1]])
def test_lengths_that_do_not_add_up_to_the_values_are_refused(lengths):
    with pytest.raises(RowsRefused, match="the lengths say"):
        gather(TABLE, [{"name": ["x"] * len(lengths), "tags": Lists(["a", "b"], lengths)}])
