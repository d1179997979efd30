import pytest

from skylens.cli.durations import seconds


@pytest.mark.parametrize(("text", "expected"), [("30s", 30), ("15m", 900), ("2h", 7200), ("1d", 86400), (" 5m ", 300)])
def test_a_span_of_time_is_a_number_and_a_unit(text, expected):
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "15", "m", "-5m", "1.5h", "0m", "15 minutes"])
def test_anything_else_is_refused_with_what_was_expected(text):
    with pytest.raises(ValueError, match="write it as 30s, 15m, 2h or 1d"):
        seconds(text)
