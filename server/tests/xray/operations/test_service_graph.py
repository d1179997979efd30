from datetime import UTC, datetime, timedelta

import pytest
from builders import (
    NOW,
    START,
    a_call,
    a_segment,
    a_streamed_subsegment,
    a_subsegment,
    a_trace_id,
    an_id,
    store_documents,
)

from skylens.config import AWS_LIMITS, Limits
from skylens.xray import groups
from skylens.xray.arn import group_arn
from skylens.xray.errors import InvalidRequest
from skylens.xray.filter_expression.parser import InvalidFilterExpression
from skylens.xray.operations import service_graph
from skylens.xray.service_graph import services

HOUR = {"StartTime": NOW - timedelta(hours=1), "EndTime": NOW + timedelta(minutes=1)}


def at(seconds):
    return datetime.fromtimestamp(seconds, UTC)


@pytest.fixture
def graph_of(store, call):
    """Store the documents and return the Services of the last hour by (Name, Type)."""

    def ask(*documents, **request):
        if documents:
            store_documents(store, *documents)
        answer = service_graph.get_service_graph(call("xray", "GetServiceGraph"), HOUR | request)
        assert "NextToken" not in answer
        return by_name(answer["Services"])

    return ask


def by_name(found):
    return {(service["Name"], service.get("Type")): service for service in found}


def targets(found, source):
    """The edges of a service by (Name, Type) of the service they lead to."""
    by_id = {service["ReferenceId"]: key for key, service in found.items()}
    return {by_id[edge["ReferenceId"]]: edge for edge in found[source]["Edges"]}


CHECKOUT = ("checkout", "AWS::ECS::Container")
CLIENT = ("checkout", "client")
CARTS = ("carts", "AWS::DynamoDB::Table")
FAULTY = {
    "OkCount": 0,
    "ErrorStatistics": {"ThrottleCount": 0, "OtherCount": 0, "TotalCount": 0},
    "FaultStatistics": {"OtherCount": 1, "TotalCount": 1},
    "TotalCount": 1,
    "TotalResponseTime": 0.855,
}


def a_checkout(**fields):
    call_to_carts = a_call(number=2, start_time=START + 0.01, duration=0.021, aws={"table_name": "carts"})
    defaults = {"start_time": START + 0.12, "duration": 0.855, "origin": "AWS::ECS::Container", "fault": True}
    return a_segment(**{**defaults, "subsegments": [call_to_carts], "trace_id": a_trace_id(), **fields})


def test_one_trace_shows_its_client_its_service_and_what_that_called(graph_of):
    found = graph_of(a_checkout())

    assert found.keys() == {CLIENT, CHECKOUT, CARTS}
    assert found[CHECKOUT]["ReferenceId"] in {0, 1, 2}
    assert targets(found, CLIENT).keys() == {CHECKOUT}
    assert targets(found, CHECKOUT).keys() == {CARTS}
    assert found[CARTS]["Edges"] == []


def test_a_service_shows_its_own_statistics(graph_of):
    service = graph_of(a_checkout())[CHECKOUT]

    assert {k: v for k, v in service.items() if k not in {"ReferenceId", "Edges"}} == {
        "Name": "checkout",
        "Names": ["checkout"],
        "Root": True,
        "AccountId": "000000000000",
        "Type": "AWS::ECS::Container",
        "State": "active",
        "StartTime": at(START),
        "EndTime": at(START + 1),
        "SummaryStatistics": FAULTY,
        "DurationHistogram": [{"Value": 0.855, "Count": 1}],
        "ResponseTimeHistogram": [{"Value": 0.855, "Count": 1}],
    }


def test_the_client_has_no_statistics_but_its_edge_has_those_of_the_entry(graph_of):
    found = graph_of(a_checkout())

    assert found[CLIENT]["SummaryStatistics"] == {}
    assert found[CLIENT]["State"] == "unknown"
    assert "Root" not in found[CLIENT]
    assert "AccountId" not in found[CLIENT]
    assert targets(found, CLIENT)[CHECKOUT] == {
        "ReferenceId": found[CHECKOUT]["ReferenceId"],
        "StartTime": at(START),
        "EndTime": at(START + 1),
        "SummaryStatistics": FAULTY,
        "ResponseTimeHistogram": [{"Value": 0.855, "Count": 1}],
        "Aliases": [],
    }


def test_a_service_that_reports_nothing_shows_what_its_callers_saw(graph_of):
    found = graph_of(a_checkout())

    assert found[CARTS]["State"] == "unknown"
    assert "AccountId" not in found[CARTS]
    assert found[CARTS]["ResponseTimeHistogram"] == [{"Value": 0.021, "Count": 1}]
    assert found[CARTS]["SummaryStatistics"] == targets(found, CHECKOUT)[CARTS]["SummaryStatistics"]


def test_an_edge_shows_the_callers_view_and_a_service_its_own(graph_of):
    pay_call = a_call(
        "pay.test", number=2, namespace="remote", duration=0.4, fault=True, http={"request": {"traced": True}}
    )
    found = graph_of(
        a_segment("shop", subsegments=[pay_call]),
        a_segment("pay", number=3, parent_id=an_id(2), duration=0.3),
    )

    edge = targets(found, ("shop", None))[("pay", None)]
    assert edge["SummaryStatistics"]["FaultStatistics"]["TotalCount"] == 1
    assert edge["ResponseTimeHistogram"] == [{"Value": 0.4, "Count": 1}]
    assert found[("pay", None)]["SummaryStatistics"]["OkCount"] == 1
    assert found[("pay", None)]["ResponseTimeHistogram"] == [{"Value": 0.3, "Count": 1}]
    assert "Root" not in found[("pay", None)]


def test_the_name_a_caller_used_is_an_alias_of_the_edge_and_a_name_of_the_service(graph_of):
    pay_call = a_call("pay.test", number=2, namespace="remote")
    found = graph_of(a_segment("shop", subsegments=[pay_call]), a_segment("pay", number=3, parent_id=an_id(2)))

    assert targets(found, ("shop", None))[("pay", None)]["Aliases"] == [
        {"Name": "pay.test", "Names": ["pay.test"], "Type": "remote"}
    ]
    assert found[("pay", None)]["Names"] == ["pay", "pay.test"]


def test_a_call_that_is_expected_to_report_itself_is_no_node_until_it_does(graph_of):
    pending = a_call("pay.test", namespace="remote", http={"request": {"traced": True}})

    assert graph_of(a_segment("shop", subsegments=[pending])).keys() == {("shop", "client"), ("shop", None)}


def test_a_lambda_invocation_is_two_nodes_with_an_edge_that_counts_the_function(graph_of):
    service, function = ("f", "AWS::Lambda"), ("f", "AWS::Lambda::Function")
    found = graph_of(
        a_segment("f", origin="AWS::Lambda", duration=0.5),
        a_segment("f", origin="AWS::Lambda::Function", number=2, parent_id=an_id(1), duration=0.25),
    )

    assert found.keys() == {("f", "client"), service, function}
    assert targets(found, service)[function]["ResponseTimeHistogram"] == [{"Value": 0.25, "Count": 1}]


def test_duration_lasts_until_the_last_work_inside_has_ended(graph_of):
    late = a_subsegment(start_time=START + 0.4, duration=2.0)
    service = graph_of(a_segment(duration=0.5, subsegments=[late]))[("checkout", None)]

    assert service["ResponseTimeHistogram"] == [{"Value": 0.5, "Count": 1}]
    assert service["DurationHistogram"] == [{"Value": 2.4, "Count": 1}]


def test_each_request_is_counted_in_one_class(graph_of):
    kinds = ({}, {"error": True}, {"error": True, "throttle": True}, {"error": True, "throttle": True, "fault": True})
    service = graph_of(*(a_segment(trace=n, **kind) for n, kind in enumerate(kinds, 1)))[("checkout", None)]

    assert service["SummaryStatistics"] == {
        "OkCount": 1,
        "ErrorStatistics": {"ThrottleCount": 1, "OtherCount": 1, "TotalCount": 2},
        "FaultStatistics": {"OtherCount": 1, "TotalCount": 1},
        "TotalCount": 4,
        "TotalResponseTime": 2.0,
    }


def test_a_request_in_progress_shows_its_node_but_is_not_counted(graph_of):
    service = graph_of(a_segment(end_time=None, in_progress=True))[("checkout", None)]

    assert service["StartTime"] == at(START)
    assert service["SummaryStatistics"]["TotalCount"] == 0
    assert service["ResponseTimeHistogram"] == []


def test_a_document_sent_twice_counts_once(graph_of):
    assert graph_of(a_checkout(), a_checkout())[CHECKOUT]["SummaryStatistics"]["TotalCount"] == 1


def test_streamed_subsegments_count_as_embedded_ones(graph_of):
    shop = a_segment("shop")
    call_to_carts = a_streamed_subsegment(shop, "DynamoDB", namespace="aws", aws={"table_name": "carts"})

    assert targets(graph_of(shop, call_to_carts), ("shop", None)).keys() == {CARTS}


def test_a_subsegment_whose_segment_never_came_shows_what_it_called(graph_of):
    facade = {"id": an_id(77), "trace_id": a_trace_id()}
    lost = a_streamed_subsegment(facade, "DynamoDB", namespace="aws", aws={"table_name": "carts"})

    found = graph_of(lost)

    assert found.keys() == {CARTS}
    assert found[CARTS]["SummaryStatistics"]["TotalCount"] == 1


def test_a_trace_whose_segments_all_have_parents_begins_at_its_root(graph_of):
    found = graph_of(a_segment("shop", parent_id=an_id(99)))

    assert found.keys() == {("shop", "client"), ("shop", None)}
    assert found[("shop", None)]["Root"] is True


def test_a_canary_needs_no_client(graph_of):
    assert graph_of(a_segment("canary", origin="client::Synthetics")).keys() == {("canary", "client::Synthetics")}


def test_a_consumer_is_linked_to_the_queue_its_messages_were_in(graph_of):
    queue = ("https://sqs/q", "AWS::SQS::Queue")
    send = a_call("SQS", number=2, start_time=START, duration=0.1, aws={"queue_url": "https://sqs/q"})
    link = {"trace_id": a_trace_id(1), "id": an_id(2), "attributes": {}}
    found = graph_of(
        a_segment("shop", subsegments=[send]),
        a_segment("worker", trace=2, number=5, start_time=START + 3.1, links=[link]),
    )

    assert found.keys() == {("shop", "client"), ("shop", None), queue, ("worker", None)}
    assert "Root" not in found[("worker", None)]
    assert targets(found, queue)[("worker", None)] == {
        "ReferenceId": found[("worker", None)]["ReferenceId"],
        "StartTime": at(START + 3),
        "EndTime": at(START + 4),
        "EdgeType": "link",
        "SummaryStatistics": {},
        "ResponseTimeHistogram": [],
        "ReceivedEventAgeHistogram": [{"Value": 3.0, "Count": 1}],
        "Aliases": [],
    }


def test_the_range_includes_its_start_and_excludes_its_end(store, call):
    store_documents(store, a_segment(start_time=START), a_segment("later", trace=2, start_time=START + 60))

    def names(start, end):
        request = {"StartTime": at(start), "EndTime": at(end)}
        answer = service_graph.get_service_graph(call("xray", "GetServiceGraph"), request)
        assert {k: answer[k] for k in request} == request
        return {service["Name"] for service in answer["Services"]}

    assert names(START, START + 60) == {"checkout"}
    assert names(START + 0.5, START + 60.5) == {"later"}
    assert names(START + 1, START + 60) == set()


def test_a_range_longer_than_the_limit_is_refused_in_awss_words(call):
    aws = call("xray", "GetServiceGraph", limits=AWS_LIMITS)
    six_hours = {"StartTime": NOW - timedelta(hours=6), "EndTime": NOW}

    assert service_graph.get_service_graph(aws, six_hours)["Services"] == []
    with pytest.raises(InvalidRequest, match=r"^Time range cannot be longer than 6 hours$"):
        service_graph.get_service_graph(aws, six_hours | {"EndTime": NOW + timedelta(seconds=1)})
    with pytest.raises(InvalidRequest, match="StartTime must be before EndTime"):
        service_graph.get_service_graph(aws, {"StartTime": NOW, "EndTime": NOW})


def test_a_graph_of_too_many_nodes_is_refused(store, call):
    store_documents(store, *(a_segment(f"s{n}", trace=n) for n in range(1, 4)))

    assert (
        len(
            service_graph.get_service_graph(call("xray", "GetServiceGraph", limits=Limits(graph_nodes=6)), HOUR)[
                "Services"
            ]
        )
        == 6
    )
    with pytest.raises(InvalidRequest, match="more than 5 nodes"):
        service_graph.get_service_graph(call("xray", "GetServiceGraph", limits=Limits(graph_nodes=5)), HOUR)


def test_reference_ids_hold_over_all_pages_even_when_a_node_appears_in_between(store, call, monkeypatch):
    monkeypatch.setattr(services.page, "__kwdefaults__", {"size": 2})
    store_documents(store, a_checkout(), a_segment("zoo", trace=2))
    pages = []
    token = {}
    while True:
        answer = service_graph.get_service_graph(call("xray", "GetServiceGraph"), HOUR | token)
        pages.append(answer["Services"])
        store_documents(store, a_segment("apple", trace=3))
        if "NextToken" not in answer:
            break
        token = {"NextToken": answer["NextToken"]}

    found = by_name([service for page in pages for service in page])
    assert [len(page) for page in pages] == [2, 2, 1]
    assert found.keys() == {CLIENT, CHECKOUT, CARTS, ("zoo", None), ("zoo", "client")}
    assert targets(found, CLIENT).keys() == {CHECKOUT}
    assert targets(found, CHECKOUT).keys() == {CARTS}


@pytest.mark.parametrize("token", ["x", "AAAA", "bm90IGEgdG9rZW4gb2Ygb3VycyBhdCBhbGw="])
def test_a_token_that_is_not_of_this_request_is_refused(call, token):
    with pytest.raises(InvalidRequest, match="The specified NextToken is invalid"):
        service_graph.get_service_graph(call("xray", "GetServiceGraph"), HOUR | {"NextToken": token})


@pytest.fixture
def faults(call, control):
    """A group of traces whose root has a fault, created an hour ago."""
    caller = call("xray", "CreateGroup").caller
    new = groups.Group("faults", group_arn(caller, "faults", "A" * 52), "fault")
    with control.begin() as connection:
        return groups.create(connection, caller, new, most=25, now=NOW - timedelta(hours=1))


def test_a_group_counts_only_its_traces(graph_of, faults):
    found = graph_of(a_checkout(), a_segment("fine", trace=2), GroupName="faults")

    assert found.keys() == {CLIENT, CHECKOUT, CARTS}
    assert graph_of(GroupARN=faults.arn).keys() == {CLIENT, CHECKOUT, CARTS}


def test_an_empty_group_name_is_none(graph_of):
    assert graph_of(a_checkout(), GroupName="").keys() == {CLIENT, CHECKOUT, CARTS}


def test_the_default_group_is_everything(graph_of):
    assert graph_of(a_checkout(), GroupName="Default").keys() == {CLIENT, CHECKOUT, CARTS}


def test_an_unknown_group_is_refused(graph_of):
    with pytest.raises(InvalidRequest, match="Group not found: nobody"):
        graph_of(GroupName="nobody")


def test_a_group_has_no_traces_that_came_before_it(store, call, faults):
    store_documents(store, a_checkout(), received_at=NOW - timedelta(hours=2))

    answer = service_graph.get_service_graph(call("xray", "GetServiceGraph"), HOUR | {"GroupName": faults.name})

    assert answer["Services"] == []


def test_a_group_whose_expression_changed_in_the_range_says_so(store, call, control, faults):
    caller = call("xray", "UpdateGroup").caller
    ask = HOUR | {"GroupName": "faults"}
    assert service_graph.get_service_graph(call("xray", "GetServiceGraph"), ask)["ContainsOldGroupVersions"] is False
    with control.begin() as connection:
        change = groups.GroupChange(filter_expression="ok")
        groups.update(connection, caller, faults, change, now=at(START + 300))
    store_documents(store, a_checkout(), a_segment("fine", trace=2), a_segment("new", start_time=START + 400))

    answer = service_graph.get_service_graph(call("xray", "GetServiceGraph"), ask)

    assert answer["ContainsOldGroupVersions"] is True
    assert {service["Name"] for service in answer["Services"]} == {"checkout", "carts", "new"}


def test_a_group_by_root_cause_is_counted_exactly(graph_of, call, control):
    caller = call("xray", "CreateGroup").caller
    wanted = 'rootcause.fault.exception { name = "Boom" }'
    with control.begin() as connection:
        new = groups.Group("boom", group_arn(caller, "boom", "B" * 52), wanted)
        groups.create(connection, caller, new, most=25, now=NOW - timedelta(hours=1))
    boom = {"exceptions": [{"id": an_id(50), "type": "Boom", "message": "m"}]}

    found = graph_of(a_segment("a", fault=True, cause=boom), a_segment("b", trace=2, fault=True), GroupName="boom")

    assert found.keys() == {("a", "client"), ("a", None)}


def test_a_trace_graph_is_of_exactly_the_traces_asked_for(store, call):
    store_documents(store, a_checkout(), a_segment("other", trace=2))

    answer = service_graph.get_trace_graph(call("xray", "GetTraceGraph"), {"TraceIds": [a_trace_id(1), a_trace_id(9)]})

    assert by_name(answer["Services"]).keys() == {CLIENT, CHECKOUT, CARTS}
    assert "NextToken" not in answer


def test_a_trace_graph_takes_raw_ids_and_refuses_what_is_none(call):
    raw = a_trace_id(1).replace("-", "")[1:]
    assert service_graph.get_trace_graph(call("xray", "GetTraceGraph"), {"TraceIds": [raw]}) == {"Services": []}
    with pytest.raises(InvalidRequest, match="not a trace id"):
        service_graph.get_trace_graph(call("xray", "GetTraceGraph"), {"TraceIds": ["1-2-3"]})


@pytest.fixture
def series_of(call):
    def ask(**request):
        operation = call("xray", "GetTimeSeriesServiceStatistics")
        return service_graph.get_time_series_service_statistics(operation, HOUR | request)

    return ask


def test_a_time_series_without_selector_counts_what_clients_asked(store, series_of):
    store_documents(store, a_checkout(), a_segment("late", trace=2, start_time=START + 130, duration=1.0))

    answer = series_of()

    assert answer["ContainsOldGroupVersions"] is False
    assert [
        (p["Timestamp"], p["EdgeSummaryStatistics"]["TotalCount"]) for p in answer["TimeSeriesServiceStatistics"]
    ] == [
        (at(START), 1),
        (at(START + 120), 1),
    ]
    assert answer["TimeSeriesServiceStatistics"][0] == {
        "Timestamp": at(START),
        "EdgeSummaryStatistics": FAULTY,
        "ResponseTimeHistogram": [{"Value": 0.855, "Count": 1}],
    }


def test_a_longer_period_adds_up_and_begins_at_a_multiple_of_itself(store, series_of):
    store_documents(store, a_checkout(), a_segment("late", trace=2, start_time=START + 130))

    points = series_of(Period=300)["TimeSeriesServiceStatistics"]

    assert [(p["Timestamp"].timestamp() % 300, p["EdgeSummaryStatistics"]["TotalCount"]) for p in points] == [(0, 2)]


@pytest.mark.parametrize("period", [0, 1, 59, 90, -60, 86_460])
def test_a_period_that_is_no_whole_minutes_is_refused(series_of, period):
    with pytest.raises(InvalidRequest, match="Period must be a multiple of 60 seconds"):
        series_of(Period=period)


@pytest.mark.parametrize(
    ("selector", "member", "requests"),
    [
        ('service("checkout")', "ServiceSummaryStatistics", 1),
        ('service(id(name: "carts", type: "AWS::DynamoDB::Table"))', "ServiceSummaryStatistics", 1),
        ('id(name: "checkout")', "ServiceSummaryStatistics", 1),
        ("service()", "ServiceSummaryStatistics", 2),
        ('edge("checkout", "carts")', "EdgeSummaryStatistics", 1),
        ('edge(id(type: "client"), "checkout")', "EdgeSummaryStatistics", 1),
    ],
)
def test_a_selector_chooses_services_or_edges(store, series_of, selector, member, requests):
    store_documents(store, a_checkout())

    (point,) = series_of(EntitySelectorExpression=selector)["TimeSeriesServiceStatistics"]

    assert point[member]["TotalCount"] == requests


def test_what_is_not_there_has_no_points(store, series_of):
    store_documents(store, a_checkout())

    assert series_of(EntitySelectorExpression='service("nobody")')["TimeSeriesServiceStatistics"] == []


@pytest.mark.parametrize("selector", ["", "fault", 'service("a") { fault }', "service(", "annotation.a = 1"])
def test_other_selectors_are_refused(series_of, selector):
    with pytest.raises((InvalidRequest, InvalidFilterExpression)):
        series_of(EntitySelectorExpression=selector)


def test_pages_of_a_time_series_join_without_gap_or_overlap(store, series_of, monkeypatch):
    monkeypatch.setattr(service_graph, "_MOST_POINTS", 7)
    store_documents(store, *(a_segment(trace=n, start_time=START + 60 * n) for n in range(1, 11)))
    found, token = [], {}
    while True:
        answer = series_of(**token)
        found += [point["Timestamp"] for point in answer["TimeSeriesServiceStatistics"]]
        if "NextToken" not in answer:
            break
        token = {"NextToken": answer["NextToken"]}

    assert found == [at(START + 60 * n) for n in range(1, 11)]


def test_a_forecast_is_computed_from_the_periods_before(store, series_of):
    history = [a_segment(trace=n, start_time=START + 60 * (n % 5), fault=n % 10 == 0) for n in range(100)]
    store_documents(store, *history, *(a_segment(trace=n, start_time=START + 300) for n in range(100, 120)))
    ask = {"EntitySelectorExpression": 'id(name: "checkout")', "ForecastStatistics": True}

    points = series_of(**ask)["TimeSeriesServiceStatistics"]

    assert "ServiceForecastStatistics" not in points[0]
    assert points[-1]["ServiceForecastStatistics"]["FaultCountLow"] == 0
    assert 2 < points[-1]["ServiceForecastStatistics"]["FaultCountHigh"] < 20


@pytest.mark.parametrize("selector", [None, "service()", 'edge("a", "b")'])
def test_a_forecast_needs_an_id(series_of, selector):
    ask = {"EntitySelectorExpression": selector} if selector else {}
    with pytest.raises(InvalidRequest, match=r"ForecastStatistics needs an EntitySelectorExpression with id\(\)"):
        series_of(ForecastStatistics=True, **ask)


def test_a_link_leads_to_a_trace_that_began_before_the_range(store, call):
    send = a_call("SQS", number=2, aws={"queue_url": "https://sqs/q"})
    store_documents(store, a_segment("shop", subsegments=[send]))
    link = {"trace_id": a_trace_id(1), "id": an_id(2)}
    store_documents(store, a_segment("worker", number=5, start_time=START + 300, links=[link]))
    request = {"StartTime": at(START + 240), "EndTime": at(START + 360)}

    found = by_name(service_graph.get_service_graph(call("xray", "GetServiceGraph"), request)["Services"])

    queue = ("https://sqs/q", "AWS::SQS::Queue")
    assert found.keys() == {queue, ("worker", None)}
    assert found[queue]["State"] == "unknown"
    assert targets(found, queue)[("worker", None)]["EdgeType"] == "link"


def test_a_consumer_that_was_also_called_over_http_has_a_client(graph_of):
    link = {"trace_id": a_trace_id(9), "id": an_id(2)}
    served = {"request": {"method": "GET", "url": "http://worker/"}}

    assert graph_of(a_segment("worker", links=[link], http=served)).keys() == {("worker", "client"), ("worker", None)}


def test_a_link_to_what_is_not_there_is_no_edge(graph_of):
    links = [{"trace_id": a_trace_id(9), "id": an_id(2)}, {"trace_id": "nonsense", "id": 5}, "nonsense"]

    found = graph_of(a_segment("worker", links=links))

    assert found.keys() == {("worker", None)}
    assert found[("worker", None)]["Edges"] == []


@pytest.mark.parametrize("year", [1950, 1970, 2105, 2106, 2500])
def test_a_range_that_no_trace_can_be_in_is_empty(call, year):
    start = datetime(year, 6, 1, tzinfo=UTC) if year != 1970 else at(0)
    request = {"StartTime": start, "EndTime": start + timedelta(hours=2)}
    forecast = {"EntitySelectorExpression": 'id(name: "a")', "ForecastStatistics": True}

    assert service_graph.get_service_graph(call("xray", "GetServiceGraph"), request)["Services"] == []
    operation = call("xray", "GetTimeSeriesServiceStatistics")
    answer = service_graph.get_time_series_service_statistics(operation, request | forecast)
    assert answer["TimeSeriesServiceStatistics"] == []
