from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skylens.sql import Param, Sql, join
from skylens.xray.service_graph.histogram import bin_of, bin_sql, histogram_entries

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


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(microseconds, min_size=1, max_size=50))
def test_the_engine_bins_as_python_does(store, values):
    query = join(
        "",
        [Sql("WITH "), bin_sql(), Sql(" AS bin SELECT arrayMap(us -> bin(us), ?)", (Param("Array(UInt64)", values),))],
    )

    assert store.read(query) == [([bin_of(us) for us in values],)]


def test_entries_are_seconds_with_their_counts():
    assert histogram_entries({13: 2, 0: 1}) == [{"Value": 0.013, "Count": 2}, {"Value": 0.0, "Count": 1}]
