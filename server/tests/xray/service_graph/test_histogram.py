import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from skylens.xray.service_graph.histogram import bin_of, bins_of, histogram_entries

microseconds = st.one_of(
    st.integers(0, 10**13),
    st.sampled_from(
        [n * 10**k + d for n in (1, 5, 9995) for k in range(3, 10) for d in (-501, -500, -1, 0, 499, 500)]
    ).filter(lambda us: us >= 0),
)


def test_a_value_is_exact_to_the_millisecond_below_ten_seconds():
    assert [bin_of(us) for us in (0, 499, 500, 1_499, 9_999_499)] == [0, 0, 1, 1, 9_999]


def test_longer_values_keep_four_digits():
    assert [bin_of(us) for us in (9_999_500, 12_345_678, 99_996_000, 123_456_789, 1_234_567_890)] == [
        10_000,
        12_350,
        100_000,
        123_500,
        1_235_000,
    ]


@given(microseconds)
def test_no_value_moves_by_more_than_half_a_promille(us):
    assert abs(bin_of(us) * 1000 - us) <= max(500, us * 0.0005 + 500)


@given(st.lists(microseconds, max_size=50))
def test_a_column_is_binned_as_its_values_are(values):
    assert bins_of(np.array(values, dtype=np.int64)).tolist() == [bin_of(us) for us in values]


def test_entries_are_seconds_with_their_counts():
    assert histogram_entries({13: 2, 0: 1}) == [{"Value": 0.013, "Count": 2}, {"Value": 0.0, "Count": 1}]
