from collections import defaultdict
from dataclasses import replace
from itertools import count

from builders import CALLER, START, as_text, store_documents
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xray.service_graph.some_traces import simple_traces

from skylens.caller import Caller, root_of
from skylens.xray.service_graph import live
from skylens.xray.service_graph.graph import Graph, add
from skylens.xray.service_graph.slices import Buckets, Slice
from skylens.xray.trace import assemble

HOUR = Slice(int(START) - 1800, int(START) + 1800)
ONE = Buckets(HOUR.start, 3600)
ACCOUNTS = count(1)


def a_caller() -> Caller:
    """A caller whose account nobody has used: examples of one test share the store."""
    return replace(CALLER, principal=root_of(f"{next(ACCOUNTS):012d}"))


def counted_from_documents(traces, account):
    graph = Graph(account)
    for documents in traces:
        trace_id = documents[0]["trace_id"]
        add(graph, assemble(trace_id, [as_text(d) for d in documents]))
    return graph


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(*(simple_traces(number) for number in (1, 2, 3))))
def test_columns_count_simple_traces_as_documents_do(store, traces):
    caller = a_caller()
    store_documents(store, *(d for documents in traces for d in documents), caller=caller)
    expected = counted_from_documents(traces, caller.account)

    graphs: live.Graphs = defaultdict(lambda: Graph(caller.account))
    others = live._count_simple(store, caller, [HOUR], live._Into(live.EVERYTHING, ONE, graphs, live.AT_ONCE))

    assert others == {}  # so it is the columns that were counted
    assert graphs[0].services == expected.services
    assert graphs[0].edges == expected.edges
