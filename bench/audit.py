"""The audit trail: looking events up among a million of them, and what authenticating, deciding and recording a call cost."""

import json
import multiprocessing
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.server import Server, running

EVENTS = 1_000_000
CHUNK = 20_000
DAYS = 89
REPETITIONS, WARM_UP = 11, 2

ACCOUNT, REGION = "000000000000", "us-east-1"
CALLS = (
    ("xray", "GetGroups", True),
    ("xray", "GetSamplingRules", True),
    ("xray", "CreateGroup", False),
    ("xray", "DeleteGroup", False),
    ("xray", "UpdateSamplingRule", False),
    ("iam", "GetRole", True),
    ("iam", "CreateRole", False),
    ("kms", "Decrypt", True),
    ("sts", "AssumeRole", True),
    ("cloudtrail", "LookupEvents", True),
)
KINDS = {"xray": "AWS::XRay::Group", "iam": "AWS::IAM::Role", "kms": "AWS::KMS::Key", "sts": "AWS::IAM::Role"}
# One attribute each: rare, usual and most frequent values.
LOOKUPS: dict[str, tuple[str, Callable[[int], str]]] = {
    "event_id": ("EventId", lambda number: an_id(number * 7919 % EVENTS)),
    "resource_name": ("ResourceName", lambda number: f"resource-{number * 31 % 5000}"),
    "resource_name_unknown": ("ResourceName", lambda number: f"nothing-{number}"),
    "resource_type": ("ResourceType", lambda _: "AWS::IAM::Role"),
    "username_frequent": ("Username", lambda number: f"user-{number % 20}"),
    "username_rare": ("Username", lambda number: f"rare-{number % 100}"),
    "event_name": ("EventName", lambda number: CALLS[number % len(CALLS)][1]),
    "event_source": ("EventSource", lambda number: f"{CALLS[number % len(CALLS)][0]}.amazonaws.com"),
    "read_only": ("ReadOnly", lambda number: "true" if number % 2 else "false"),
    "access_key": ("AccessKeyId", lambda number: f"AKIA{number % 500:016}"),
}


def measure(events: int, report: Callable[[str], None]) -> dict[str, float]:
    """Return the milliseconds of looking events up by each attribute."""
    report(f"filling a store with {events:,} events")
    with tempfile.TemporaryDirectory(prefix="skylens-bench-") as folder:
        data = Path(folder) / "data"
        data.mkdir()
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            size = pool.submit(fill, str(data / "store"), events).result()
        with running(data) as server:
            found = {f"lookup_by_{name}_ms": _median_ms(server, *asked) for name, asked in LOOKUPS.items()}
            found["lookup_all_ms"] = _median_ms(server, "", lambda _: "")
    found["lookup_ms"] = max(found.values())
    return found | {"bytes_per_event": size / events}


def an_id(number: int) -> str:
    """Return the id of the number-th event."""
    return str(UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128, version=4))


def fill(folder: str, events: int, *, came_us: int = 0) -> float:
    """Store the events, let parts merge, and return the bytes on disk. ``came_us``: as if they had all come from then on."""
    from skylens.clock import SystemClock
    from skylens.cloudtrail.event_store import TABLE
    from skylens.sql import Sql
    from skylens.store import open_store

    store = open_store(f"chdb://{folder}", clock=SystemClock())
    for columns in chunks(events, came_us):
        store.insert(TABLE, columns)
    # What the table's own settings do to a week, an hour after its last event.
    weeks = [
        week for (week,) in store.read(Sql("SELECT DISTINCT partition FROM system.parts WHERE table = 'api_events'"))
    ]
    for week in sorted(weeks)[:-1]:
        store.execute(Sql(f"OPTIMIZE TABLE api_events PARTITION '{week}' FINAL"))
    ((size,),) = store.read(Sql("SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND table = 'api_events'"))
    store.close()
    return float(size)


def chunks(events: int, came_us: int = 0) -> Iterator[dict[str, Sequence[Any]]]:
    """Yield the columns of that many events of the last three months, oldest first."""
    from skylens.cloudtrail.event_store import columns_of

    chance = random.Random(7)
    first = datetime.now(UTC) - timedelta(days=DAYS)
    step = DAYS * 86_400 / events
    for start in range(0, events, CHUNK):
        numbers = range(start, min(start + CHUNK, events))
        times = [first + timedelta(seconds=number * step) for number in numbers]
        made = [_event(number, at, chance) for number, at in zip(numbers, times, strict=True)]
        came = [came_us + number for number in numbers] if came_us else [int(at.timestamp() * 1e6) for at in times]
        yield columns_of(made, came)


def _event(number: int, at: datetime, chance: random.Random) -> Any:
    from skylens.caller import AccountId, Region
    from skylens.cloudtrail.event import Event, Resource

    service, name, read_only = CALLS[chance.randrange(len(CALLS))]
    user = f"rare-{chance.randrange(100)}" if chance.random() < 0.001 else f"user-{chance.randrange(20)}"
    key = f"AKIA{chance.randrange(500):016}"
    resources = (Resource(KINDS[service], f"resource-{chance.randrange(5000)}"),) if service in KINDS else ()
    event_id, source = an_id(number), f"{service}.amazonaws.com"
    return Event(
        account=AccountId(ACCOUNT),
        region=Region(REGION),
        category="Management",
        time=at,
        id=event_id,
        source=source,
        name=name,
        read_only=read_only,
        username=user,
        access_key_id=key,
        resources=resources,
        error_code="AccessDenied" if number % 33 == 0 else "",
        record=_record(event_id, source, name, _identity(user, key, number), resources),
    )


def _identity(user: str, key: str, number: int) -> dict[str, Any]:
    """Return one of twenty users, or such a user in one of forty roles."""
    known = {"accountId": ACCOUNT, "accessKeyId": key}
    if number % 2:
        arn = f"arn:aws:iam::{ACCOUNT}:user/{user}"
        return {
            "type": "IAMUser",
            "principalId": f"AIDA{hash(user) % 10**16:016}",
            "userName": user,
            "arn": arn,
            **known,
        }
    role = f"role-{number % 40}"
    issuer = {"type": "Role", "principalId": f"AROA{number % 40:016}", "userName": role, "accountId": ACCOUNT}
    session = {
        "sessionIssuer": {**issuer, "arn": f"arn:aws:iam::{ACCOUNT}:role/{role}"},
        "attributes": {"creationDate": "2026-07-01T11:00:00Z", "mfaAuthenticated": "false"},
    }
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{user}"
    who = {"type": "AssumedRole", "principalId": f"{issuer['principalId']}:{user}", "arn": arn}
    return {**who, **known, "sessionContext": session}


def _record(event_id: str, source: str, name: str, identity: dict[str, Any], resources: Any) -> str:
    agent = "Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux#6.18.44 md/arch#x86_64 lang/python#3.11.7 cfg/retry-mode#standard"
    return json.dumps(
        {
            "eventVersion": "1.11",
            "userIdentity": identity,
            "eventTime": "2026-07-01T12:00:00Z",
            "eventSource": source,
            "eventName": name,
            "awsRegion": REGION,
            "sourceIPAddress": f"192.0.2.{hash(identity['accessKeyId']) % 250}",
            "userAgent": agent,
            "requestParameters": {"groupName": resources[0].name if resources else "none", "maxResults": 25},
            "responseElements": None,
            "requestID": event_id,
            "eventID": event_id,
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": ACCOUNT,
            "eventCategory": "Management",
        }
    )


def _median_ms(server: Server, attribute: str, value: Callable[[int], str]) -> float:
    import boto3

    names = server.environment
    client = boto3.client("cloudtrail", endpoint_url=f"http://127.0.0.1:{server.port}", region_name=REGION,
        aws_access_key_id=names["AWS_ACCESS_KEY_ID"], aws_secret_access_key=names["AWS_SECRET_ACCESS_KEY"])  # fmt: skip
    seconds = []
    for number in range(REPETITIONS + WARM_UP):
        asked = [{"AttributeKey": attribute, "AttributeValue": value(number)}] if attribute else []
        started = time.perf_counter()
        client.lookup_events(LookupAttributes=asked)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds[WARM_UP:]) * 1000
