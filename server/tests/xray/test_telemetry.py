"""Telemetry records: stored by daemon, shown to Prometheus."""

from datetime import UTC, datetime

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from skylens.registry import HANDLERS
from skylens.xray import operations, telemetry  # noqa: F401  # registers the handlers
from skylens.xray.errors import InvalidRequest

TIME = datetime(2026, 7, 1, 11, 59, 30, tzinfo=UTC)
ERRORS = {
    "TimeoutCount": 1,
    "ConnectionRefusedCount": 2,
    "HTTPCode4XXCount": 3,
    "HTTPCode5XXCount": 4,
    "UnknownHostCount": 5,
    "OtherCount": 6,
}
RECORD = {
    "Timestamp": TIME,
    "SegmentsReceivedCount": 100,
    "SegmentsSentCount": 90,
    "SegmentsSpilloverCount": 8,
    "SegmentsRejectedCount": 2,
    "BackendConnectionErrors": ERRORS,
}


@pytest.fixture
def put(call):
    """Put records: ``put([RECORD], Hostname="a")``."""

    def run(records, **request):
        handler = HANDLERS["xray", "PutTelemetryRecords"].function
        return handler(call("xray", "PutTelemetryRecords"), {"TelemetryRecords": records} | request)

    return run


@pytest.fixture
def shown(control):
    """Return what /metrics says: value by metric and host, and by the error where there is one."""

    def read():
        return {
            (sample.name, sample.labels["hostname"], sample.labels.get("error", "")): sample.value
            for metric in telemetry.metrics(control)
            for sample in metric.samples
        }

    return read


def test_records_are_added_up_for_each_daemon(put, shown):
    assert put([RECORD, RECORD], Hostname="a", EC2InstanceId="i-1") == {}
    put([RECORD], Hostname="a", EC2InstanceId="i-1")
    put([RECORD], Hostname="b")
    seen = shown()
    assert seen["skylens_reported_daemon_segments_received_total", "a", ""] == 300
    assert seen["skylens_reported_daemon_segments_received_total", "b", ""] == 100
    assert seen["skylens_reported_daemon_segments_sent_total", "a", ""] == 270
    assert seen["skylens_reported_daemon_segments_spillover_total", "a", ""] == 24
    assert seen["skylens_reported_daemon_segments_rejected_total", "a", ""] == 6
    errors = ("timeout", "connection_refused", "http_4xx", "http_5xx", "unknown_host", "other")
    counts = [seen["skylens_reported_daemon_backend_errors_total", "b", error] for error in errors]
    assert counts == [1, 2, 3, 4, 5, 6]
    assert seen["skylens_reported_daemon_last_record_timestamp_seconds", "b", ""] == TIME.timestamp()


def test_a_daemon_that_does_not_know_its_host_sends_empty_texts(put, shown):
    put([{"Timestamp": TIME}], Hostname="", EC2InstanceId="", ResourceARN="")
    put([{"Timestamp": TIME, "SegmentsSentCount": 5}])
    assert shown()["skylens_reported_daemon_segments_sent_total", "", ""] == 5


def test_no_records_are_no_daemon(put, shown):
    assert put([]) == {}
    assert shown() == {}


@pytest.mark.parametrize(
    "record", [{"SegmentsSentCount": -1}, {"BackendConnectionErrors": {"OtherCount": -1}}], ids=str
)
def test_negative_counts_are_refused_with_all_that_comes_with_them(put, shown, record):
    with pytest.raises(InvalidRequest, match="negative"):
        put([RECORD, {"Timestamp": TIME} | record])
    assert shown() == {}


def test_a_daemon_that_was_silent_for_a_day_is_forgotten(put, shown, clock):
    put([RECORD], Hostname="gone")
    clock.advance(24 * 3_600 + 1)
    put([RECORD], Hostname="here")
    assert {host for _, host, _ in shown()} == {"here"}


def test_prometheus_reads_the_counters(put, control):
    class Collector:
        def collect(self):
            return telemetry.metrics(control)

    put([RECORD], Hostname='h"\n')
    registry = CollectorRegistry()
    registry.register(Collector())
    labels = 'account="000000000000",hostname="h\\"\\n",instance_id="",region="us-east-1",resource_arn=""'
    assert f"skylens_reported_daemon_segments_sent_total{{{labels}}} 90.0\n" in generate_latest(registry).decode()
