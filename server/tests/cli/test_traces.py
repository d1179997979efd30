import io

import pytest
from rich.console import Console

from skylens.cli.traces import table

SUMMARY = {
    "Id": "1-6b0550f1-b30d26916ae49922a5c8f1d2",
    "StartTime": 1779384848.12,
    "Duration": 1.2345,
    "HasThrottle": True,
    "Http": {"HttpMethod": "POST", "HttpURL": "http://shop.test/" + "long/" * 40, "HttpStatus": 429},
    "EntryPoint": {"Name": "storefront"},
}


@pytest.mark.parametrize("width", [80, 120])
def test_ids_and_durations_stay_whole_and_every_trace_takes_one_line(width):
    console = Console(width=width, file=io.StringIO(), record=True)
    console.print(table([SUMMARY, SUMMARY]))
    lines = console.export_text().splitlines()
    assert len(lines) == 3
    for line in lines[1:]:
        assert SUMMARY["Id"] in line
        assert "throttle" in line
        assert "1,234" in line
        assert "storefront" in line
        assert len(line.rstrip()) <= width


def test_a_list_of_nothing_can_be_drawn():
    console = Console(width=80, file=io.StringIO(), record=True)
    console.print(table([]))
    assert "request" in console.export_text()
