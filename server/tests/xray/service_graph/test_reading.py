from datetime import timedelta

import pytest
from builders import NOW, START, as_text, store_documents
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from xray.service_graph.some_traces import simple_traces
from xray.service_graph.test_live import a_caller

from skylens.xray.service_graph import closing, live, reading
from skylens.xray.service_graph.closing import GRACE_SECONDS, MinuteCloser
from skylens.xray.service_graph.graph import Graph, add
from skylens.xray.service_graph.slices import Buckets, Slice
from skylens.xray.service_graph.source import Source
from skylens.xray.trace import assemble

DAY = 86_400
starts = st.integers(int(START) - 70, int(START) + 200)
windows = st.tuples(starts, st.integers(1, 250)).map(lambda drawn: Slice(drawn[0], drawn[0] + drawn[1]))


def first_second(documents):
    """The second in which the trace begins: that of its id, or of its first segment where the id is random."""
    told = int(documents[0]["trace_id"].split("-")[1], 16)
    return told if told < START + DAY else min(int(document["start_time"]) for document in documents)


def counted_from_documents(traces, window, account):
    graph = Graph(account)
    for documents in traces:
        if window.start <= first_second(documents) < window.end:
            add(graph, assemble(documents[0]["trace_id"], [as_text(d) for d in documents]))
    return graph


@pytest.fixture(params=[(100_000, 600), (3, 40)], ids=["in one read", "in many reads"])
def at_once(request, monkeypatch):
    """How many rows a read of segments takes, and how many seconds are read without counting them first."""
    monkeypatch.setattr(live, "AT_ONCE", live.AT_ONCE._replace(rows=request.param[0]))
    monkeypatch.setattr(closing, "_ROWS", request.param[0])
    monkeypatch.setattr(live, "_SECONDS_UNSEEN", request.param[1])


# An example takes a second of the engine: making a failing one smaller would take longer than a test may, and hide it.
@pytest.mark.usefixtures("at_once")
@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_window_shows_what_its_traces_tell(store, control, clock, data):
    caller = a_caller()
    traces = [data.draw(simple_traces(number, spread=150)) for number in range(1, 5)]
    uncounted = data.draw(st.integers(0, 4))  # these traces come when no worker runs any more
    early = [d for each in traces[uncounted:] for d in each]
    again = data.draw(st.lists(st.sampled_from(early), max_size=2)) if early else []  # twice there: not simple
    late = data.draw(st.integers(0, len(early)))
    arrival = NOW + timedelta(hours=int(caller.account))  # later than whatever came in the examples before
    closer = MinuteCloser(store, control, clock.monotonic)
    for batch in ([*early[late:], *again], early[:late]):
        store_some(store, caller, batch, arrival)
        closer.run(arrival + timedelta(seconds=GRACE_SECONDS))
        arrival += timedelta(minutes=1)
    store_some(store, caller, [d for each in traces[:uncounted] for d in each], arrival)

    for window in data.draw(st.lists(windows, min_size=3, max_size=3)):
        expected = counted_from_documents(traces, window, caller.account)
        buckets = Buckets(window.start, max(60, window.end - window.start))
        shown = reading.read(Source(store, caller), window, buckets).get(0, Graph(caller.account))
        assert shown.services == expected.services
        assert shown.edges == expected.edges


def store_some(store, caller, documents, received_at):
    if documents:
        store_documents(store, *documents, caller=caller, received_at=received_at)
