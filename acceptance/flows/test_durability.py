"""What was acknowledged is there after the process was killed, and after a clean stop nothing waits."""

import json
import threading

from documents import a_segment

ROUNDS = 3


def send_until_cut_off(client, acknowledged):
    """Send batches until the server is gone; remember what it acknowledged."""
    while True:
        batch = [a_segment("durable") for _ in range(20)]
        try:
            answer = client.put_trace_segments(TraceSegmentDocuments=[json.dumps(segment) for segment in batch])
        except Exception:  # noqa: BLE001  # however the connection breaks: this batch is not acknowledged
            return
        if "UnprocessedTraceSegments" not in answer:
            return  # cut off behind the status: boto3 takes that for an answer with nothing in it
        assert answer["UnprocessedTraceSegments"] == []
        acknowledged += [segment["trace_id"] for segment in batch]


def missing(client, trace_ids):
    found = set()
    for at in range(0, len(trace_ids), 50):
        answer = client.batch_get_traces(TraceIds=trace_ids[at : at + 50])
        found |= {trace["Id"] for trace in answer["Traces"]}
    return set(trace_ids) - found


def test_kill_9_loses_nothing_acknowledged(own_skylens):
    server = own_skylens()
    acknowledged: list[str] = []
    for _ in range(ROUNDS):
        before = len(acknowledged)
        senders = [threading.Thread(target=send_until_cut_off, args=(server.client(), acknowledged)) for _ in range(3)]
        for sender in senders:
            sender.start()
        while len(acknowledged) < before + 200:
            senders[0].join(0.05)
        server.kill()
        for sender in senders:
            sender.join()
        server.start()
    assert len(acknowledged) >= ROUNDS * 200
    assert missing(server.client(), acknowledged) == set()


def test_a_clean_stop_ends_with_zero_and_keeps_everything(own_skylens):
    server = own_skylens()
    segment = a_segment("stopped")
    server.client().put_trace_segments(TraceSegmentDocuments=[json.dumps(segment)])
    assert server.stop() == 0
    server.start()
    assert missing(server.client(), [segment["trace_id"]]) == set()
