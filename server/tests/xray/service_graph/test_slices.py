from hypothesis import given
from hypothesis import strategies as st

from skylens.xray.service_graph.slices import Slice, divided

lengths = st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)), min_size=1, max_size=5)
rows_by_second = st.dictionaries(st.integers(0, 200), st.integers(1, 20))


@st.composite
def slices(draw):
    """Slices that do not touch, in any order."""
    at, made = 0, []
    for gap, length in draw(lengths):
        made.append(Slice(at + gap, at + gap + length))
        at += gap + length
    return draw(st.permutations(made))


def seconds(parts):
    return [second for piece in parts for second in range(piece.start, piece.end)]


@given(slices(), rows_by_second, st.integers(1, 50))
def test_parts_hold_every_second_that_has_rows_once_and_none_from_beside(whole, rows, most):
    parts = list(divided(whole, rows, most))

    held = [second for part in parts for second in seconds(part)]
    assert len(held) == len(set(held))
    assert set(held) <= set(seconds(whole))
    assert {second for second in seconds(whole) if second in rows} <= set(held)


@given(slices(), rows_by_second, st.integers(1, 50))
def test_a_part_has_no_more_rows_than_it_may_unless_it_is_one_second(whole, rows, most):
    for part in divided(whole, rows, most):
        counts = [rows[second] for second in seconds(part) if second in rows]
        assert sum(counts) <= most or len(counts) == 1


@given(slices(), rows_by_second, st.integers(1, 50))
def test_no_two_parts_that_follow_each_other_would_have_fitted_into_one(whole, rows, most):
    totals = [sum(rows.get(second, 0) for second in seconds(part)) for part in divided(whole, rows, most)]
    firsts = [rows[seconds(part)[0]] for part in divided(whole, rows, most)]
    assert all(total + first > most for total, first in zip(totals, firsts[1:], strict=False))
