"""telemetry.py: the records of the original, byte for byte."""

import json

import pytest

from skylens_daemon.config import Config
from skylens_daemon.counts import Counts
from skylens_daemon.credentials import fixed
from skylens_daemon.sign import Key
from skylens_daemon.telemetry import Host, Telemetry, request_body, this_host
from skylens_daemon.transport import Transport
from skylens_daemon.upstream import Upstream

# What aws-xray-daemon 3.6.6 sent on loopback when it was told to stop.
OF_THE_ORIGINAL = (
    b'{"EC2InstanceId":"","Hostname":"","ResourceARN":"","TelemetryRecords":[{"BackendConnectionErrors":'
    b'{"ConnectionRefusedCount":0,"HTTPCode4XXCount":0,"HTTPCode5XXCount":0,"OtherCount":0,"TimeoutCount":0,'
    b'"UnknownHostCount":0},"SegmentsReceivedCount":0,"SegmentsRejectedCount":0,"SegmentsSentCount":0,'
    b'"SegmentsSpilloverCount":0,"Timestamp":1795506247.886}]}'
)


@pytest.fixture
async def reporter(sink, standing_clock):
    config = Config(endpoint=sink.url, region="us-east-1", local_mode=True)
    transport = Transport(config, {})
    counts = Counts()
    upstream = Upstream(config, transport, fixed(Key("a", "b"), standing_clock), standing_clock, "test")
    yield Telemetry(upstream, counts, Host()), counts
    await transport.close()


async def test_a_record_is_the_originals_byte_for_byte(reporter, sink):
    telemetry, counts = reporter
    counts.received = 7
    await telemetry.report()
    await telemetry.report()
    assert sink.to("/TelemetryRecords")[1].body == OF_THE_ORIGINAL


async def test_a_record_tells_what_happened_since_the_last(reporter, sink):
    telemetry, counts = reporter
    counts.received, counts.sent = 10, 4
    counts.rejected["invalid header"], counts.rejected["unprocessed"] = 1, 2
    counts.dropped["buffer full"] = 3
    counts.backend_errors["timeout"], counts.backend_errors["4xx"] = 5, 6
    await telemetry.report()
    counts.received = 12
    await telemetry.report()
    first, second = (seen.json["TelemetryRecords"][0] for seen in sink.seen)
    assert first == {
        "Timestamp": 1795506247.886,
        "SegmentsReceivedCount": 10,
        "SegmentsSentCount": 4,
        "SegmentsRejectedCount": 3,
        "SegmentsSpilloverCount": 3,
        "BackendConnectionErrors": {
            "ConnectionRefusedCount": 0,
            "HTTPCode4XXCount": 6,
            "HTTPCode5XXCount": 0,
            "OtherCount": 0,
            "TimeoutCount": 5,
            "UnknownHostCount": 0,
        },
    }
    assert (second["SegmentsReceivedCount"], second["SegmentsSentCount"]) == (2, 0)


async def test_nothing_is_reported_before_the_first_segment(reporter, sink):
    telemetry, _ = reporter
    await telemetry.report()
    assert sink.seen == []


async def test_records_wait_while_the_service_is_away_and_go_ten_at_a_time(reporter, sink):
    telemetry, counts = reporter
    counts.received = 1
    await sink.stop()
    for _ in range(34):
        await telemetry.report()
    assert counts.backend_errors["refused"] == 34
    await sink.start()
    await telemetry.report()
    assert [len(seen.json["TelemetryRecords"]) for seen in sink.seen] == [10, 10, 10]


async def test_a_refused_report_is_kept(reporter, sink):
    telemetry, counts = reporter
    counts.received = 1
    sink.always = sink.Reply(500)
    await telemetry.report()
    sink.always = sink.Reply(200, b"{}")
    await telemetry.report()
    assert [len(seen.json["TelemetryRecords"]) for seen in sink.seen] == [1, 2]


def test_a_whole_second_has_no_decimal_point_as_in_go():
    assert json.loads(request_body(Host("i-1", "h", "arn"), [{"Timestamp": 5}])) == {
        "EC2InstanceId": "i-1",
        "Hostname": "h",
        "ResourceARN": "arn",
        "TelemetryRecords": [{"Timestamp": 5}],
    }


async def test_the_host_is_named_by_the_environment_or_the_instance(sink):
    sink.by_path = {
        "/latest/api/token": sink.Reply(body=b"token"),
        "/latest/meta-data/instance-id": sink.Reply(body=b"i-123"),
        "/latest/meta-data/hostname": sink.Reply(body=b"ip-10-0-0-1"),
    }
    environ = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": sink.url}
    config = Config(resource_arn="arn:x")
    transport = Transport(config, {})
    found = await this_host(config, environ, transport)
    named = await this_host(config, environ | {"AWS_HOSTNAME": "h", "AWS_INSTANCE_ID": "i"}, transport)
    local = await this_host(Config(local_mode=True), environ, transport)
    await transport.close()
    assert found == Host("i-123", "ip-10-0-0-1", "arn:x")
    assert (named, local) == (Host("i", "h", "arn:x"), Host())


async def test_a_daemon_reports_by_itself_and_once_more_at_the_end(sink, until):
    from skylens_daemon.app import Daemon

    daemon = Daemon(
        Config("127.0.0.1:0", "127.0.0.1:0", endpoint=sink.url, region="us-east-1", local_mode=True),
        key=Key("a", "b"),
        telemetry_seconds=0.05,
    )
    await daemon.start()
    daemon.counts.received = 1
    await until(lambda: sink.to("/TelemetryRecords"))
    before = len(sink.to("/TelemetryRecords"))
    await daemon.stop()
    assert len(sink.to("/TelemetryRecords")) > before
