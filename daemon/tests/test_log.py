"""log.py: the original's lines and rotation."""

import logging
from datetime import datetime, timedelta, timezone

import pytest

from skylens_daemon import log


def test_a_line_is_the_originals():
    record = logging.LogRecord("x", logging.WARNING, "", 0, "text %d", (5,), None)
    assert log.Formatter().format(record).endswith("[Warn] text 5")


def test_a_time_zone_is_written_as_in_go():
    assert log.stamp(datetime(2026, 5, 21, 10, tzinfo=timezone(timedelta(hours=2)))) == "2026-05-21T10:00:00+02:00"


@pytest.mark.parametrize(("rotate", "files"), [(True, ["xray.log", "xray.log.1"]), (False, ["xray.log"])])
def test_a_log_file_rotates_and_keeps_one_old(tmp_path, monkeypatch, rotate, files):
    monkeypatch.setattr(log, "ROTATION_BYTES", 200)
    handler = log.handler(str(tmp_path / "xray.log"), rotate=rotate)
    for number in range(20):
        handler.handle(logging.LogRecord("x", logging.INFO, "", 0, f"line {number}", (), None))
    handler.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == files
    assert "line 19" in (tmp_path / "xray.log").read_text()
