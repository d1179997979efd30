"""Queries of event data stores: start, watch, read and cancel them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from skylens.cloudtrail.ingestion import resource_policies
from skylens.cloudtrail.lake import destination, event_data_stores, list_token, queries, results
from skylens.cloudtrail.lake.invalid import UnknownStore
from skylens.cloudtrail.lake.lake_errors import InvalidDateRange, QueryInactive, QueryNotFound, Unsupported
from skylens.cloudtrail.lake.queries import LakeQuery
from skylens.cloudtrail.lake.run_queries import check
from skylens.cloudtrail.trail_errors import ImpossibleCombination
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from collections.abc import Mapping

_PAGE: Final = 1000


@operation("cloudtrail", "StartQuery")
def start_query(call: Call, request: Input) -> Output:
    """Start a query over event data stores, the caller's own or others that let it; what cannot be run is refused at once.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartQuery.html
    """
    _refuse_unsupported(request)
    statement = request.get("QueryStatement")
    if not statement:
        raise ImpossibleCombination("Give QueryStatement; there are no dashboards here, and so no aliases of queries")
    arns = queries.named_arns(call.caller, statement, request.get("EventDataStoreOwnerAccountId", ""))
    for arn in arns.values():
        is_here = arn.startswith(f"arn:aws:cloudtrail:{call.caller.region}:")
        if not is_here or not resource_policies.is_reachable(call, "cloudtrail:StartQuery", arn):
            raise UnknownStore(f"Event data store not found: {arn}")
    with call.control.read() as connection:
        compiled, stores = queries.compiled(connection, call.store, statement, call.now, arns)
    check(call.store, compiled)
    query = _with_delivery(
        call,
        LakeQuery(call.ids.uuid(), call.caller.account, call.caller.region, statement, json.dumps(stores), call.now),
        request.get("DeliveryS3Uri", ""),
    )
    with call.control.begin() as connection:
        queries.add(connection, query, most=call.limits.concurrent_queries)
    return {"QueryId": query.id}


@operation("cloudtrail", "DescribeQuery")
def describe_query(call: Call, request: Input) -> Output:
    """Return how far a query is, and what it took.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeQuery.html
    """
    _refuse_unsupported(request)
    query = _find(call, request)
    statistics: dict[str, Any] = {"CreationTime": query.created_at}
    if query.status == "FINISHED":
        statistics |= {
            "EventsScanned": query.events_scanned or None,
            "BytesScanned": query.bytes_scanned or None,
            "ExecutionTimeInMillis": query.milliseconds,
        }
    return {
        "QueryId": query.id,
        "QueryString": query.statement,
        "QueryStatus": query.status,
        "QueryStatistics": statistics,
        "ErrorMessage": query.error or None,
        "DeliveryS3Uri": query.delivery_uri or None,
        "DeliveryStatus": query.delivered or None,
    }


@operation("cloudtrail", "GetQueryResults")
def get_query_results(call: Call, request: Input) -> Output:
    """Return a page of a query's rows; none before it is finished.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetQueryResults.html
    """
    _refuse_unsupported(request)
    query = _find(call, request)
    question = f"rows {call.caller.account} {query.id}"
    token = request.get("NextToken")
    first = int(list_token.decode(token, question)) if token else 0
    if query.status != "FINISHED":
        return {"QueryStatus": query.status, "ErrorMessage": query.error or None}
    rows = results.page(call.store, query, first, request.get("MaxQueryResults") or _PAGE)
    names = json.loads(query.columns)
    answer: dict[str, Any] = {
        "QueryStatus": query.status,
        "QueryStatistics": {
            "ResultsCount": len(rows),
            "TotalResultsCount": query.rows,
            "BytesScanned": query.bytes_scanned or None,
        },
        "QueryResultRows": [[{name: value} for name, value in zip(names, row, strict=True)] for row in rows],
    }
    if first + len(rows) < query.rows:
        answer["NextToken"] = list_token.encode(str(first + len(rows)), question)
    return answer


@operation("cloudtrail", "CancelQuery")
def cancel_query(call: Call, request: Input) -> Output:
    """Stop a query that waits or runs.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CancelQuery.html
    """
    _refuse_unsupported(request)
    query = _find(call, request)
    with call.control.begin() as connection:
        if not queries.change(connection, query, queries.RUNNING, status="CANCELLED"):
            query = queries.find(connection, call.caller, query.id, call.now)
            raise QueryInactive(query.id, query.status)
    return {"QueryId": query.id, "QueryStatus": "CANCELLED"}


@operation("cloudtrail", "ListQueries")
def list_queries(call: Call, request: Input) -> Output:
    """Return the queries of a store in the last seven days, newest first.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListQueries.html
    """
    start, end = request.get("StartTime"), request.get("EndTime")
    if start and end and start > end:
        raise InvalidDateRange("The start time must not be after the end time")
    with call.control.read() as connection:
        store = event_data_stores.find_active(connection, call.caller, request["EventDataStore"], call.now)
        found = queries.of_store(connection, store, call.now - timedelta(days=queries.KEPT_DAYS))
    found = [query for query in found if _is_listed(query, request)]
    question = json.dumps([call.caller.account, {k: v for k, v in request.items() if k not in _OF_PAGES}], default=str)
    if token := request.get("NextToken"):
        last = list_token.decode(token, question)
        found = [query for query in found if _place(query) < last]
    most = request.get("MaxResults", _PAGE)
    answer: dict[str, Any] = {
        "Queries": [
            {"QueryId": query.id, "QueryStatus": query.status, "CreationTime": query.created_at}
            for query in found[:most]
        ]
    }
    if len(found) > most:
        answer["NextToken"] = list_token.encode(_place(found[most - 1]), question)
    return answer


def _with_delivery(call: Call, query: LakeQuery, uri: str) -> LakeQuery:
    """Return the query as one whose result is delivered, if it names a place that is there."""
    if not uri:
        return query
    where = destination.parse(uri)
    destination.check(call.buckets.find(query.account, where.bucket))
    return replace(query, delivery_uri=uri, delivery_status=queries.PENDING)


_OF_PAGES: Final = frozenset({"NextToken", "MaxResults"})


def _find(call: Call, request: Input) -> LakeQuery:
    if "QueryId" not in request:
        raise ImpossibleCombination("Give QueryId; there are no dashboards here, and so no aliases of queries")
    with call.control.read() as connection:
        found = queries.find(connection, call.caller, request["QueryId"], call.now)
        owner = request.get("EventDataStoreOwnerAccountId")
        arns = queries.stores_of(connection, call.caller, found.id) if owner else []
    if owner and not any(arn.split(":")[4] == owner for arn in arns):
        raise QueryNotFound(found.id)
    return found


def _is_listed(query: LakeQuery, request: Mapping[str, Any]) -> bool:
    start, end, status = request.get("StartTime"), request.get("EndTime"), request.get("QueryStatus")
    return (
        (start is None or query.created_at >= start)
        and (end is None or query.created_at <= end)
        and (status is None or query.status == status)
    )


def _place(query: LakeQuery) -> str:
    return f"{query.created_at.timestamp():020.6f} {query.id}"


def _refuse_unsupported(request: Input) -> None:
    if request.get("QueryAlias") or request.get("RefreshId") or request.get("QueryParameters"):
        raise Unsupported("There are no dashboards here, and so no aliases and parameters of queries")
