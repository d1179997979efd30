"""CloudTrail Lake: what aggregates over a million events of an event data store take."""

import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from bench import audit
from bench.server import Server, running

REPETITIONS, WARM_UP = 5, 1
QUERIES = {
    "column": "SELECT eventSource, eventName, count(*) AS n FROM {s} GROUP BY 1, 2 ORDER BY n DESC LIMIT 20",
    "identity": "SELECT userIdentity.arn, count(*) AS n FROM {s} GROUP BY 1 ORDER BY n DESC LIMIT 20",
    "issuer": (
        "SELECT userIdentity.sessionContext.sessionIssuer.userName, count(DISTINCT sourceIPAddress) AS n FROM {s} "
        "WHERE userIdentity.type = 'AssumedRole' GROUP BY 1 ORDER BY n DESC"
    ),
    "parameter": (
        "SELECT element_at(requestParameters, 'groupName') AS name, count(*) AS n FROM {s} "
        "GROUP BY 1 ORDER BY n DESC LIMIT 20"
    ),
    "denied_a_day": (
        "SELECT date_trunc('day', eventTime) AS day, count_if(errorCode = 'AccessDenied'), count(*) FROM {s} "
        "WHERE readOnly = false GROUP BY 1 ORDER BY 1"
    ),
    "week": (
        "SELECT sourceIPAddress, userAgent, count(*) AS n FROM {s} "
        "WHERE eventTime > now() - interval '7' day GROUP BY 1, 2 ORDER BY n DESC LIMIT 20"
    ),
}
# What stands in no column: the records themselves are read.
RECORD = "SELECT json_extract_scalar(eventJson, '$.requestID') IS NULL, count(*) FROM {s} GROUP BY 1"


def measure(events: int, report: Callable[[str], None]) -> dict[str, float]:
    """Return the milliseconds of each aggregate as DescribeQuery tells them, and of one from StartQuery to its rows."""
    report(f"filling an event data store with {events:,} events")
    with tempfile.TemporaryDirectory(prefix="skylens-bench-") as folder:
        data = Path(folder) / "data"
        data.mkdir()
        with running(data) as server:
            store = _client(server).create_event_data_store(Name="bench")["EventDataStoreArn"].rpartition("/")[2]
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            pool.submit(audit.fill, str(data / "store"), events, came_us=int(time.time() * 1e6)).result()
        with running(data) as server:
            client = _client(server)
            found = {f"lake_by_{name}_ms": _engine_ms(client, text.format(s=store)) for name, text in QUERIES.items()}
            found["lake_ms"] = max(found.values())
            found["lake_record_ms"] = _engine_ms(client, RECORD.format(s=store))
            found["lake_answer_ms"] = _answer_ms(client, QUERIES["column"].format(s=store))
    return found


def _client(server: Server) -> Any:
    import boto3

    names = server.environment
    return boto3.client("cloudtrail", endpoint_url=f"http://127.0.0.1:{server.port}", region_name=audit.REGION,
        aws_access_key_id=names["AWS_ACCESS_KEY_ID"], aws_secret_access_key=names["AWS_SECRET_ACCESS_KEY"])  # fmt: skip


def _finished(client: Any, statement: str) -> tuple[str, float]:
    """Run a query and return its id and what it took."""
    query = client.start_query(QueryStatement=statement)["QueryId"]
    while (told := client.describe_query(QueryId=query))["QueryStatus"] in {"QUEUED", "RUNNING"}:
        time.sleep(0.02)
    if told["QueryStatus"] != "FINISHED":
        raise RuntimeError(f"{statement} is {told['QueryStatus']}: {told.get('ErrorMessage')}")
    return query, told["QueryStatistics"]["ExecutionTimeInMillis"]


def _engine_ms(client: Any, statement: str) -> float:
    taken = [_finished(client, statement)[1] for _ in range(REPETITIONS + WARM_UP)]
    return float(statistics.median(taken[WARM_UP:]))


def _answer_ms(client: Any, statement: str) -> float:
    taken = []
    for _ in range(REPETITIONS):
        started = time.perf_counter()
        query, _ = _finished(client, statement)
        if not client.get_query_results(QueryId=query)["QueryResultRows"]:
            raise RuntimeError(f"{statement} found nothing")
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1000
