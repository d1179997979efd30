"""scalars.py: numbers as Java prints them, times as AWS writes them."""

import doctest
import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skylens.wire import scalars, xml_document


def test_the_examples_run():
    assert doctest.testmod(scalars).failed == 0
    assert doctest.testmod(xml_document).failed == 0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (0.001, "0.001"),
        (9.99e-4, "9.99E-4"),
        (9999999.0, "9999999.0"),
        (1e7, "1.0E7"),
        (-12345678.5, "-1.23456785E7"),
        (1e16, "1.0E16"),
        (5e-324, "4.9E-324".replace("4.9", "5.0")),
        (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
    ],
)
def test_doubles_are_printed_as_java_does(value, text):
    assert scalars.java_double(value) == text


@given(st.floats(allow_nan=False))
def test_a_printed_double_is_read_as_the_same_number(value):
    text = scalars.java_double(value)
    assert scalars.TEXT.readers["double"](text) == value
    assert re.fullmatch(r"-?(Infinity|\d+\.\d+(E-?\d+)?)", text)


@pytest.mark.parametrize(
    ("microsecond", "text"),
    [(0, "2026-07-01T12:00:00Z"), (250_000, "2026-07-01T12:00:00.250Z"), (1, "2026-07-01T12:00:00.000001Z")],
)
def test_a_time_in_xml_has_the_fraction_that_it_needs(microsecond, text):
    east = datetime(2026, 7, 1, 14, 0, 0, microsecond, tzinfo=timezone(timedelta(hours=2)))
    assert scalars.TEXT.writers["timestamp"](east) == text


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_written_time_is_read_as_the_same_moment(moment):
    whole = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    for spelling in (scalars.TEXT, scalars.JSON):
        assert spelling.readers["timestamp"](spelling.writers["timestamp"](whole)) == whole
