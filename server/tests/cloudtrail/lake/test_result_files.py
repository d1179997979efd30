"""Result files: gzipped CSV that has every row once and in order, cut where a file is full, with a header in each."""

import csv
import gzip
import io

from hypothesis import given
from hypothesis import strategies as st

from skylens.cloudtrail.lake.result_files import result_files

CELLS = st.text(st.characters(codec="utf-8"), max_size=12)


def read(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(gzip.decompress(body).decode(), newline="")))


@given(st.lists(st.tuples(CELLS, CELLS), max_size=30), st.integers(1, 400))
def test_the_files_have_the_rows_in_their_order(rows, most):
    files = list(result_files(["a", "b,c"], rows, most=most))
    assert [file.name for file in files] == [f"result_{n}.csv.gz" for n in range(1, len(files) + 1)]
    parsed = [read(file.body) for file in files]
    assert all(lines[0] == ["a", "b,c"] for lines in parsed)
    assert all(len(lines) > 1 for lines in parsed[1:])
    assert [tuple(line) for lines in parsed for line in lines[1:]] == rows


def test_a_result_without_rows_has_one_file_with_its_header():
    [file] = result_files(["only"], [])
    assert read(file.body) == [["only"]]


def test_the_same_rows_are_the_same_bytes():
    assert list(result_files(["a"], [["1"]])) == list(result_files(["a"], [["1"]]))
