"""Queries: their states, their pages, who sees them, and their limits."""
# ruff: noqa: S608  # these queries are what is tested

import time

import pytest
from cloudtrail.lake.lake_of_tests import Lake, an_event

from skylens.cloudtrail.lake import queries
from skylens.cloudtrail.lake.lake_work import LakeWork
from skylens.cloudtrail.lake.run_queries import QueryRunner
from skylens.config import Limits
from skylens.sql import Sql


@pytest.fixture
def lake(cloudtrail, store, control, clock) -> Lake:
    made = Lake(cloudtrail, store, control, clock)
    made.id = made.new_store()
    made.put([an_event(n) for n in range(1, 8)])
    return made


def test_a_query_is_queued_runs_and_is_read_page_by_page(lake):
    ask = lake.cloudtrail
    query = lake.start(f"SELECT eventid FROM {lake.id} ORDER BY eventid")
    assert ask("GetQueryResults", QueryId=query) == {"QueryStatus": "QUEUED"}
    assert ask("DescribeQuery", QueryId=query)["QueryStatus"] == "QUEUED"
    lake.run()
    described = ask("DescribeQuery", QueryId=query)
    assert described["QueryStatus"] == "FINISHED"
    assert described["QueryString"] == f"SELECT eventid FROM {lake.id} ORDER BY eventid"
    assert sorted(described["QueryStatistics"]) == ["CreationTime", "ExecutionTimeInMillis"]
    seen, token = [], {}
    while True:
        page = ask("GetQueryResults", QueryId=query, MaxQueryResults=3, **token)
        assert page["QueryStatistics"]["TotalResultsCount"] == 7
        assert page["QueryStatistics"]["ResultsCount"] == len(page["QueryResultRows"])
        seen += [row[0]["eventid"][-1] for row in page["QueryResultRows"]]
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert seen == list("1234567")
    assert ask.refusal("GetQueryResults", QueryId=query, NextToken="none of yours")[0] == "InvalidNextTokenException"


def test_a_query_that_waits_can_be_cancelled_and_one_that_is_over_cannot(lake):
    query = lake.start(f"SELECT 1 FROM {lake.id}")
    assert lake.cloudtrail("CancelQuery", QueryId=query) == {"QueryId": query, "QueryStatus": "CANCELLED"}
    lake.run()
    assert lake.cloudtrail("GetQueryResults", QueryId=query) == {"QueryStatus": "CANCELLED"}
    assert lake.cloudtrail.refusal("CancelQuery", QueryId=query)[0] == "InactiveQueryException"


SLOW = (
    "SELECT count(*) FROM {s} a, {s} b, {s} c, {s} d, {s} e, {s} f, {s} g, {s} h, {s} i, {s} j, {s} k "
    "WHERE regexp_like(a.eventname || b.eventname || k.eventname, 'x.*y')"
)


@pytest.mark.parametrize("end", ["cancel", "stop"])
def test_a_query_that_runs_is_stopped_by_its_user_or_with_the_server(lake, end):
    query = lake.start(SLOW.format(s=lake.id))
    runner = QueryRunner(lake.store, lake.control, lake.clock, Limits(query_seconds=60))
    runner.run(lake.clock.now())
    began = time.monotonic()
    while not lake.store.read(
        Sql("SELECT 1 FROM system.processes WHERE startsWith(Settings['log_comment'], 'lake query')")
    ):
        assert time.monotonic() - began < 30
        time.sleep(0.05)
    if end == "cancel":
        lake.cloudtrail("CancelQuery", QueryId=query)
        runner.run(lake.clock.now())
    runner.finish()
    assert time.monotonic() - began < 50
    status = lake.cloudtrail("GetQueryResults", QueryId=query)["QueryStatus"]
    assert status == {"cancel": "CANCELLED", "stop": "FAILED"}[end]


def test_queries_of_a_store_are_listed_newest_first(lake, clock):
    started = []
    for _ in range(3):
        clock.advance(1)
        started.append(lake.start(f"SELECT 1 FROM {lake.id}"))
    other = lake.new_store("other")
    lake.cloudtrail("CancelQuery", QueryId=started[1])

    def listed(**request):
        return [
            query["QueryId"] for query in lake.cloudtrail("ListQueries", EventDataStore=lake.id, **request)["Queries"]
        ]

    assert listed() == started[::-1]
    assert listed(QueryStatus="CANCELLED") == [started[1]]
    first = lake.cloudtrail("ListQueries", EventDataStore=lake.id, MaxResults=2)
    assert listed(MaxResults=2, NextToken=first["NextToken"]) == started[:1]
    assert listed(StartTime=clock.now().timestamp()) == started[2:]
    assert lake.cloudtrail("ListQueries", EventDataStore=other) == {"Queries": []}
    times = {"StartTime": clock.now().timestamp(), "EndTime": 0}
    assert lake.cloudtrail.refusal("ListQueries", EventDataStore=lake.id, **times)[0] == "InvalidDateRangeException"


def test_nobody_else_sees_a_query_or_a_store(lake):
    query = lake.start(f"SELECT 1 FROM {lake.id}")
    for other in (lake.cloudtrail.elsewhere(account="111111111111"), lake.cloudtrail.elsewhere(region="eu-west-1")):
        for operation in ("DescribeQuery", "GetQueryResults", "CancelQuery"):
            assert other.refusal(operation, QueryId=query)[0] == "QueryIdNotFoundException"
        statement = f"SELECT 1 FROM {lake.id}"
        assert other.refusal("StartQuery", QueryStatement=statement)[0] == "EventDataStoreNotFoundException"
        named = f"SELECT 1 FROM arn:aws:cloudtrail:us-east-1:000000000000:eventdatastore/{lake.id}"
        assert other.refusal("StartQuery", QueryStatement=named)[0] == "EventDataStoreNotFoundException"


def test_ten_queries_may_be_under_way(lake):
    for _ in range(10):
        lake.start(f"SELECT 1 FROM {lake.id}")
    statement = f"SELECT 1 FROM {lake.id}"
    assert lake.cloudtrail.refusal("StartQuery", QueryStatement=statement)[0] == "MaxConcurrentQueriesException"
    lake.run()
    lake.start(statement)


def test_a_result_is_kept_for_seven_days(lake, clock):
    query = lake.start(f"SELECT 1 FROM {lake.id}")
    lake.run()
    clock.advance(7 * 86_400)
    assert lake.cloudtrail.refusal("GetQueryResults", QueryId=query)[0] == "QueryIdNotFoundException"
    LakeWork(lake.store, lake.control, clock, Limits()).forget(clock.now())
    with lake.control.read() as connection:
        assert queries.in_status(connection, *queries.STATUSES) == []


@pytest.mark.parametrize(
    ("limits", "statement", "status", "error"),
    [
        (Limits(query_result_rows=5), "SELECT eventid FROM {s}", "FAILED", "too many rows"),
        (Limits(query_seconds=1), "SELECT count(*) FROM {s} a, {s} b, {s} c, {s} d, {s} e, {s} f, {s} g, {s} h, {s} i, {s} j WHERE regexp_like(a.eventname || b.eventname || j.eventname, 'x.*y')", "TIMED_OUT", "more than 1 s"),
        (Limits(), "SELECT cast(eventname AS bigint) FROM {s}", "FAILED", "do not fit"),
    ],
)  # fmt: skip
def test_a_query_ends_where_its_limits_are(lake, limits, statement, status, error):
    lake.limits = limits
    query = lake.start(statement.format(s=lake.id))
    lake.run()
    found = lake.cloudtrail("DescribeQuery", QueryId=query)
    assert (found["QueryStatus"], error in found["ErrorMessage"]) == (status, True)
    assert lake.cloudtrail("GetQueryResults", QueryId=query)["QueryStatus"] == status


def test_a_query_that_a_killed_server_left_is_over_after_the_next_start(lake):
    query = lake.start(f"SELECT 1 FROM {lake.id}")
    with lake.control.begin() as connection:
        [waiting] = queries.in_status(connection, "QUEUED")
        queries.change(connection, waiting, ("QUEUED",), status="RUNNING", started_at=lake.clock.now())
    runner = QueryRunner(lake.store, lake.control, lake.clock, Limits())
    runner.run(lake.clock.now())
    runner.finish()
    found = lake.cloudtrail("DescribeQuery", QueryId=query)
    assert (found["QueryStatus"], found["ErrorMessage"]) == ("FAILED", "The server that ran the query has stopped")


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"QueryStatement": "SELECT 1 FROM {s}", "DeliveryS3Uri": "s3://audit/x"}, "S3BucketDoesNotExistException"),
        ({"QueryStatement": "SELECT 1 FROM {s}", "DeliveryS3Uri": "s3://audit/../x"}, "InvalidS3PrefixException"),
        ({"QueryStatement": "SELECT 1 FROM {s}", "DeliveryS3Uri": "s3://audit//x"}, "InvalidS3PrefixException"),
        ({"QueryStatement": "SELECT 1 FROM {s}", "DeliveryS3Uri": "s3://audit/.skylens/x"}, "InvalidS3PrefixException"),
        ({"QueryStatement": "SELECT 1 FROM {s}", "DeliveryS3Uri": "s3://192.0.2.1/x"}, "InvalidS3BucketNameException"),
        ({"QueryAlias": "x"}, "UnsupportedOperationException"),
        ({"QueryStatement": "SELECT 1 FROM {s}", "EventDataStoreOwnerAccountId": "111111111111"}, "EventDataStoreNotFoundException"),
        ({}, "InvalidParameterCombinationException"),
        ({"QueryStatement": "SELECT 1 FROM 11111111-0000-4000-8000-0a1b2c3d4e5f"}, "EventDataStoreNotFoundException"),
    ],
)  # fmt: skip
def test_what_queries_cannot_do_here_is_refused(lake, request_, code):
    given = {name: value.format(s=lake.id) for name, value in request_.items()}
    assert lake.cloudtrail.refusal("StartQuery", **given)[0] == code
