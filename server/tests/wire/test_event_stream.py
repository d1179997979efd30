"""event_stream.py against botocore's own reader of frames."""

from datetime import UTC, datetime

import pytest
from botocore.eventstream import EventStream, EventStreamBuffer
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import EventStreamJSONParser

from skylens.wire import event_stream, models
from skylens.wire.errors import ModelMisuse, ServiceError

LOGS = models.load("logs")
TAIL = LOGS.operations["StartLiveTail"]
UPDATE = {
    "sessionUpdate": {
        "sessionMetadata": {"sampled": False},
        "sessionResults": [{"message": "hello ü", "timestamp": 1_782_907_200_000}],
    }
}


class Socket:
    """A response's body as botocore reads it."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def stream(self) -> list[bytes]:
        return [self._data[at : at + 7] for at in range(0, len(self._data), 7)]

    def close(self) -> None:
        self._data = b""


def stream_of(*frames: bytes) -> EventStream:
    shape = ServiceModel(Loader().load_service_model("logs", "service-2")).operation_model("StartLiveTail").output_shape
    return EventStream(
        Socket(b"".join(frames)), shape.members["responseStream"], EventStreamJSONParser(), "StartLiveTail"
    )


def test_the_first_frame_is_the_initial_response():
    response = event_stream.open_stream(TAIL, {}, "id-1")
    assert response.status == 200
    assert response.headers == {"Content-Type": "application/vnd.amazon.eventstream", "x-amzn-RequestId": "id-1"}
    initial = stream_of(response.body).get_initial_response()
    assert (initial.headers, initial.payload) == (
        {":message-type": "event", ":event-type": "initial-response", ":content-type": "application/json"},
        b"{}",
    )


def test_events_are_read_by_botocore_as_they_were_meant():
    start = {"sessionStart": {"requestId": "r", "sessionId": "s", "logGroupIdentifiers": ["a"]}}
    frames = [event_stream.open_stream(TAIL, {}, "id-1").body, *(event_stream.event(TAIL, e) for e in (start, UPDATE))]
    stream = stream_of(*frames)
    stream.get_initial_response()
    assert list(stream) == [start, UPDATE]


def test_a_frame_is_exact_to_the_byte():
    frame = event_stream.frame({":a": "b"}, b"{}")
    assert frame.hex(" ") == ("00 00 00 19 00 00 00 07 96 b6 bf 39 02 3a 61 07 00 01 62 7b 7d 9e 08 6d 50")
    buffer = EventStreamBuffer()
    buffer.add_data(frame)
    message = next(buffer)
    assert (message.headers, message.payload) == ({":a": "b"}, b"{}")


def test_a_declared_exception_ends_the_stream_by_its_name():
    with pytest.raises(Exception, match=r"SessionTimeoutException.*too long") as caught:
        list(stream_of(event_stream.error(TAIL, ServiceError("SessionTimeoutException", "too long"))))
    assert caught.value.response["Error"] == {"Code": "SessionTimeoutException", "Message": "too long"}


def test_any_other_error_ends_the_stream_with_code_and_message():
    with pytest.raises(Exception, match="oh") as caught:
        list(stream_of(event_stream.error(TAIL, ServiceError("InternalFailure", "oh"))))
    assert caught.value.response["Error"] == {"Code": "InternalFailure", "Message": "oh"}


def test_bytes_and_members_are_written_as_in_any_json():
    frame = event_stream.event(LOGS.operations["GetLogObject"], {"fields": {"data": b"\x00\x01\xff"}})
    assert b'{"data":"AAH/"}' in frame


@pytest.mark.parametrize("value", [{}, {"nothing": {}}, UPDATE | {"sessionStart": {}}])
def test_an_event_that_the_stream_does_not_have_is_a_defect(value):
    with pytest.raises(ModelMisuse):
        event_stream.event(TAIL, value)


def test_an_operation_without_a_stream_has_no_frames():
    with pytest.raises(ModelMisuse, match="no event stream"):
        event_stream.open_stream(LOGS.operations["CreateLogGroup"], {"at": datetime(2026, 7, 1, tzinfo=UTC)}, "id-1")
