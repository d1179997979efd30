"""forward.py over real sockets: batches, retries, outages, refusals."""

import json
import logging
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skylens_daemon import forward


def document(number: int) -> str:
    return json.dumps({"id": f"{number:016x}", "trace_id": "1-58406520-a006649127e371903a2de979", "name": "shop"})


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    monkeypatch.setattr("skylens_daemon.forward.FIRST_DELAY", 0.01)
    monkeypatch.setattr("skylens_daemon.forward.LONGEST_DELAY", 0.05)


async def test_documents_arrive_whole_in_batches_of_fifty(start_daemon, sink, sender, until):
    daemon = await start_daemon()
    documents = [document(number) for number in range(170)]
    sender(daemon).documents(*documents)
    await until(lambda: daemon.counts.sent == 170)
    assert sorted(sink.documents) == sorted(documents)
    assert sorted(map(len, sink.batches)) == [20, 50, 50, 50]


async def test_an_upload_has_the_headers_of_the_original(start_daemon, sink, sender, until):
    daemon = await start_daemon(environ={"AWS_EXECUTION_ENV": "AWS_ECS_FARGATE"})
    sender(daemon).documents(*[document(1)] * 50)
    await until(lambda: sink.seen)
    headers = sink.seen[0].headers
    assert headers["Content-Type"] == "application/json"
    assert re.fullmatch(r"\d{10}\.\d{9}", headers["X-Amzn-Xray-Timestamp"])
    assert re.search(r"xray-agent/xray-daemon/3\.6\.6 exec-env/AWS_ECS_FARGATE OS/linux-\w+$", headers["User-Agent"])
    assert "content-type;host;x-amz-date;x-amzn-xray-timestamp" in headers["Authorization"]


async def test_an_outage_loses_nothing(start_daemon, sink, sender, until):
    daemon = await start_daemon()
    await sink.stop()
    documents = [document(number) for number in range(1000)]
    sender(daemon).documents(*documents)
    await until(lambda: daemon.counts.backend_errors["refused"] > 10)
    await sink.start()
    await until(lambda: daemon.counts.sent == 1000)
    assert sorted(sink.documents) == sorted(documents)
    assert daemon.counts.dropped.total() == 0


@pytest.mark.parametrize(
    "failure",
    [(500, b""), (503, b"{}"), (429, b"{}"), (400, b'{"__type":"ThrottlingException"}'), (408, b"")],
)
async def test_a_passing_failure_is_tried_again(start_daemon, sink, sender, until, failure):
    status, body = failure
    sink.replies = [sink.Reply(status, body)] * 3
    daemon = await start_daemon()
    sender(daemon).documents(*[document(1)] * 50)
    await until(lambda: daemon.counts.sent == 50)
    assert (daemon.counts.retries, len(sink.batches)) == (3, 4)
    assert daemon.counts.backend_errors["5xx" if status >= 500 else "4xx"] == 3


async def test_a_refused_batch_is_counted_and_the_next_is_sent(start_daemon, sink, sender, until, caplog):
    sink.replies = [sink.Reply(403, b'{"message":"no"}')]
    daemon = await start_daemon(concurrency=1)
    sender(daemon).documents(*[document(1)] * 100)
    await until(lambda: daemon.counts.sent == 50)
    assert dict(daemon.counts.dropped) == {"refused": 50}
    assert 'HTTP 403 {"message":"no"}; 50 segments lost' in caplog.text


async def test_a_batch_that_never_goes_through_is_given_up_and_counted(start_daemon, sink, sender, until):
    sink.always = sink.Reply(500)
    daemon = await start_daemon(retry_seconds=1)
    sender(daemon).documents(*[document(1)] * 50)
    await until(lambda: daemon.counts.dropped["gave up"] == 50)
    assert len(sink.batches) > 2


async def test_a_slow_service_gets_as_many_uploads_at_once_as_are_allowed_and_no_more(
    start_daemon, sink, sender, until
):
    sink.always = sink.Reply(after=0.2)
    daemon = await start_daemon(concurrency=11)
    sender(daemon).documents(*[document(number) for number in range(1000)])
    await until(lambda: daemon.counts.sent == 1000)
    assert sink.most_at_once == 11


async def test_a_failing_service_gets_no_more_than_eight_uploads_at_once(start_daemon, sink, sender, until):
    sink.always = sink.Reply(503, after=0.05)
    daemon = await start_daemon()
    sending = sender(daemon)
    sending.documents(*[document(number) for number in range(50)])
    await until(lambda: daemon.counts.retries)
    sending.documents(*[document(number) for number in range(950)])
    await until(lambda: daemon.counts.retries > 40)
    assert sink.most_at_once == 8
    sink.always = sink.Reply(after=0.2)
    await until(lambda: daemon.counts.sent == 1000)
    assert sink.most_at_once > 8


async def test_more_than_eight_uploads_at_once_stay_within_the_buffers_limit(start_daemon, sink, sender, until):
    sink.always = sink.Reply(after=0.2)
    daemon = await start_daemon(buffer_mb=3)
    sending = sender(daemon)
    for received in range(50, 801, 50):
        sending.documents(*["x" * 6000] * 50)
        await until(lambda received=received: daemon.counts.received == received)
    await until(lambda: daemon.counts.sent == 800)
    assert 8 < sink.most_at_once <= 11, "3 MB are less than eleven batches of 300 KB"


async def test_an_answer_that_does_not_come_is_a_timeout_and_is_tried_again(start_daemon, sink, sender, until):
    sink.replies = [sink.Reply(after=3)]
    daemon = await start_daemon(request_seconds=1)
    sender(daemon).documents(*[document(1)] * 50)
    await until(lambda: daemon.counts.sent == 50)
    assert daemon.counts.backend_errors["timeout"] == 1


async def test_an_expired_key_is_fetched_anew(start_daemon, sink, sender, until, tmp_path):
    shared = tmp_path / "credentials"
    shared.write_text("[default]\naws_access_key_id=OLD\naws_secret_access_key=x\n")
    daemon = await start_daemon(key=None, environ={"AWS_SHARED_CREDENTIALS_FILE": str(shared)})
    sink.replies = [sink.Reply(403, b'{"__type":"ExpiredTokenException"}', after=0.5)]
    sender(daemon).documents(*[document(1)] * 50)
    await until(lambda: sink.seen)
    shared.write_text("[default]\naws_access_key_id=NEW\naws_secret_access_key=x\n")
    await until(lambda: daemon.counts.sent == 50)
    keys = [re.search(r"Credential=(\w+)/", seen.headers["Authorization"]) for seen in sink.seen]
    assert [found and found[1] for found in keys] == ["OLD", "NEW"]


async def test_without_credentials_segments_wait(start_daemon, sender, until, tmp_path):
    shared = tmp_path / "credentials"
    daemon = await start_daemon(key=None, environ={"AWS_SHARED_CREDENTIALS_FILE": str(shared)})
    sender(daemon).documents(*[document(1)] * 50)
    await until(lambda: daemon.counts.retries > 2)
    shared.write_text("[default]\naws_access_key_id=A\naws_secret_access_key=x\n")
    await until(lambda: daemon.counts.sent == 50)
    assert daemon.counts.dropped.total() == 0


async def test_an_unprocessed_segment_is_logged_with_its_trace_and_name(start_daemon, sink, sender, until, caplog):
    unprocessed = [
        {"Id": f"{3:016x}", "ErrorCode": "InvalidSegment", "Message": "start_time is missing"},
        {"ErrorCode": "ParseError", "Message": "no JSON"},
        {"Id": "unknown", "ErrorCode": "Other", "Message": "m"},
    ]
    sink.replies = [sink.Reply(body=json.dumps({"UnprocessedTraceSegments": unprocessed}).encode())]
    daemon = await start_daemon()
    with caplog.at_level(logging.INFO):
        sender(daemon).documents(*[document(number) for number in range(49)], "no json")
        await until(lambda: daemon.counts.rejected["unprocessed"] == 3)
    assert "Sent batch of 50 segments but had 3 Unprocessed segments" in caplog.text
    assert (
        "Unprocessed trace 1-58406520-a006649127e371903a2de979, segment 'shop': "
        '{"Id": "0000000000000003", "ErrorCode": "InvalidSegment", "Message": "start_time is missing"}'
    ) in caplog.text
    assert 'Unprocessed segment: {"Id": null, "ErrorCode": "ParseError", "Message": "no JSON"}' in caplog.text
    assert daemon.counts.sent == 50


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b'{"UnprocessedTraceSegments":null}', b"{}"])
async def test_an_odd_answer_of_success_is_a_success(start_daemon, sink, sender, until, body):
    sink.always = sink.Reply(body=body)
    daemon = await start_daemon()
    sender(daemon).documents(*[document(1)] * 50)
    await until(lambda: daemon.counts.sent == 50)
    assert len(sink.batches) == 1


async def test_large_documents_travel(start_daemon, sink, sender, until):
    daemon = await start_daemon()
    large = '{"x":"' + "y" * 65_400 + '"}'
    sender(daemon).documents(*[large] * 50)
    await until(lambda: daemon.counts.sent == 50)
    assert sink.documents == [large] * 50


async def test_stopping_sends_what_is_left(start_daemon, sink, sender):
    daemon = await start_daemon()
    sender(daemon).documents(*[document(number) for number in range(77)])
    await daemon.stop()
    assert len(sink.documents) == 77


async def test_stopping_while_the_service_is_away_counts_the_loss(start_daemon, sink, sender, until):
    daemon = await start_daemon(flush_seconds=1, concurrency=1)
    await sink.stop()
    sender(daemon).documents(*[document(number) for number in range(120)])
    await until(lambda: daemon.counts.retries > 0)
    await daemon.stop()
    assert dict(daemon.counts.dropped) == {"shutdown": 120}


async def test_a_full_buffer_drops_the_oldest_and_counts_them(start_daemon, sink, sender, until):
    daemon = await start_daemon(buffer_mb=3, concurrency=1)
    await sink.stop()
    sending = sender(daemon)
    sending.documents(*["in flight"] * 50)
    await until(lambda: daemon.counts.retries > 0)
    sending.documents(*[f"{number:04d}" + "x" * 60_000 for number in range(100)])
    await until(lambda: daemon.counts.received == 150)
    assert dict(daemon.counts.dropped) == {"buffer full": 48}, "3 MB hold 52 of these"
    await sink.start()
    await until(lambda: daemon.counts.sent == 102)
    await daemon.stop()
    assert sorted(text[:4] for text in sink.documents)[:52] == [f"{number:04d}" for number in range(48, 100)]


@given(st.integers(0, 10_000), st.floats(0, 1, exclude_max=True))
def test_a_pause_is_between_half_and_the_whole_and_never_beyond_the_longest(attempt, fraction):
    whole = min(forward.LONGEST_DELAY, forward.FIRST_DELAY * 2 ** min(attempt, 20))
    assert whole / 2 <= forward.pause_after(attempt, fraction) <= whole
