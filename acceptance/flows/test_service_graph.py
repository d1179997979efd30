"""What the service graph must add up to (black-box list 8)."""

import time

import pytest
from botocore.exceptions import ClientError
from documents import a_segment, a_subsegment, put

CALLS = 5


@pytest.fixture(scope="module")
def graph(own_graph_server):
    """Five requests to a storefront that calls a reporting catalogue and a silent bank."""
    xray = own_graph_server
    start = time.time() - 5
    for number in range(CALLS):
        front = a_segment("front", start=start + number / 10, seconds=0.4, fault=number == 0)
        call = a_subsegment(
            "catalog.test", of=front, seconds=0.2, namespace="remote", http={"request": {"traced": True}}
        )
        bank = a_subsegment("bank.test", of=front, seconds=0.1, namespace="remote", fault=number == 0)
        front["subsegments"] = [call, bank]
        back = a_segment(
            "catalog", start=call["start_time"] + 0.05, seconds=0.1, trace_id=front["trace_id"], parent_id=call["id"]
        )
        assert put(xray, front, back) == []
    return xray.get_service_graph(StartTime=start - 60, EndTime=start + 60)


@pytest.fixture(scope="module")
def own_graph_server(tmp_path_factory):
    from servers import new_server

    folder = tmp_path_factory.mktemp("graph") / "data"
    folder.mkdir()
    server = new_server(folder)
    server.start()
    yield server.client()
    server.stop()


def node(graph, name, kind):
    (found,) = [s for s in graph["Services"] if (s["Name"], s.get("Type")) == (name, kind)]
    return found


def test_clients_edges_add_up_to_the_roots_requests(graph):
    client, root = node(graph, "front", "client"), node(graph, "front", None)
    (edge,) = client["Edges"]
    assert edge["ReferenceId"] == root["ReferenceId"]
    assert edge["SummaryStatistics"]["TotalCount"] == root["SummaryStatistics"]["TotalCount"] == CALLS
    assert root["Root"] is True
    assert root["SummaryStatistics"]["FaultStatistics"]["TotalCount"] == 1
    assert root["SummaryStatistics"]["OkCount"] == CALLS - 1


def test_an_edge_is_what_the_caller_saw_and_a_node_what_it_reported_itself(graph):
    front, catalog = node(graph, "front", None), node(graph, "catalog", None)
    (edge,) = [e for e in front["Edges"] if e["ReferenceId"] == catalog["ReferenceId"]]
    assert edge["SummaryStatistics"]["TotalResponseTime"] == pytest.approx(CALLS * 0.2, abs=0.01)
    assert catalog["SummaryStatistics"]["TotalResponseTime"] == pytest.approx(CALLS * 0.1, abs=0.01)


def test_a_silent_service_is_inferred_from_its_callers(graph):
    bank = node(graph, "bank.test", "remote")
    assert bank["State"] == "unknown"
    assert bank["SummaryStatistics"]["FaultStatistics"]["TotalCount"] == 1
    assert sum(bin_["Count"] for bin_ in bank["ResponseTimeHistogram"]) == CALLS


def test_every_reference_resolves(graph):
    known = {s["ReferenceId"] for s in graph["Services"]}
    assert len(known) == len(graph["Services"]) == 4
    assert {e["ReferenceId"] for s in graph["Services"] for e in s["Edges"]} <= known


def test_a_range_beyond_the_limit_is_refused_in_awss_words(own_skylens):
    xray = own_skylens("--limits", "aws").client()
    end = int(time.time())
    with pytest.raises(ClientError, match="Time range cannot be longer than 6 hours"):
        xray.get_service_graph(StartTime=end - 6 * 3600 - 1, EndTime=end)
    assert xray.get_service_graph(StartTime=end - 6 * 3600, EndTime=end)["Services"] == []
