"""Random small traces, as awkward as clients make them: duplicates, streamed subsegments, orphans, Lambda."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from builders import START, an_id

if TYPE_CHECKING:
    from random import Random  # noqa: TID251  # Hypothesis hands it in

Document = dict[str, Any]

NAMES = ("a", "b")
TYPES = ("T", "AWS::Lambda")
ACCOUNTS = ("000000000000", "000000000001")
USERS = ("ann", "bob")
KEYS = ("k", "x.y")
URLS = ("https://a/", "http://x y")
METHODS = ("GET", "PUT")
AGENTS = ("curl", "an")
STATUSES = (200, 404, 500)
ZONES = ("z1", "z2")
MILLISECONDS = (0, 100, 250, 500, 1000, 2000, 2001)
CALLS: tuple[Document, ...] = (
    {},
    {"namespace": "aws", "name": "DynamoDB", "aws": {"table_name": "b"}},
    {"namespace": "aws", "name": "lambda", "aws": {"function_name": "a", "account_id": ACCOUNTS[1]}},
    {"namespace": "remote"},
    {"namespace": "remote", "traced": True},
    {"namespace": "remote", "sql": {"url": "x"}},
)
PLACES: tuple[Document, ...] = (
    {"account_id": ACCOUNTS[1]},
    {"ec2": {"instance_id": "i-1", "availability_zone": ZONES[0]}},
    {"ecs": {"container_arn": "arn:1", "availability_zone": ZONES[1]}},
)
ANNOTATIONS: tuple[Any, ...] = ("a", "an", "", 3, 0.1, 2.5, -7.25, True, False)


def a_trace(random: Random, *, simple: bool) -> list[Document]:
    """The documents of one trace, without its id. Simple ones are whole segments, each sent once."""
    ids: list[str] = []
    documents = [_segment(random, ids) for _ in range(random.randint(1, 4))]
    if simple:
        return documents
    for _ in range(random.randint(0, 2)):
        parent = random.choice([*ids, an_id(999)])
        documents.append({**_subsegment(random, ids, 1), "type": "subsegment", "parent_id": parent})
    if random.random() < 0.4:
        documents.append({**random.choice(documents), **_timed(random), **_told(random)})
    if random.random() < 0.2:
        documents = [document for document in documents if document.get("type") == "subsegment"] or documents
    random.shuffle(documents)
    return documents


def _new_id(ids: list[str]) -> str:
    ids.append(an_id(len(ids) + 1))
    return ids[-1]


def _timed(random: Random) -> Document:
    start = START + random.choice(MILLISECONDS) / 1000
    ended = {"in_progress": True} if random.random() < 0.1 else {"end_time": start + random.choice(MILLISECONDS) / 1000}
    return {
        "start_time": start,
        **ended,
        **{flag: True for flag in ("fault", "error", "throttle") if random.random() < 0.3},
    }


def _told(random: Random) -> Document:
    told: Document = {}
    if random.random() < 0.5:
        request = {"url": URLS, "method": METHODS, "user_agent": AGENTS, "client_ip": AGENTS}
        told["http"] = {
            "request": {key: random.choice(values) for key, values in request.items() if random.random() < 0.7},
            "response": {"status": random.choice(STATUSES)} if random.random() < 0.7 else {},
        }
    if random.random() < 0.4:
        told["user"] = random.choice(USERS)
    if random.random() < 0.5:
        told["annotations"] = {random.choice(KEYS): random.choice(ANNOTATIONS)}
    return told


def _subsegment(random: Random, ids: list[str], depth: int) -> Document:
    fields = {
        "name": random.choice(NAMES),
        "id": _new_id(ids),
        **_timed(random),
        **_told(random),
        **random.choice(CALLS),
    }
    if depth and random.random() < 0.4:
        fields["subsegments"] = [_subsegment(random, ids, depth - 1) for _ in range(random.randint(1, 2))]
    return fields


def _segment(random: Random, ids: list[str]) -> Document:
    known = list(ids)
    fields = {"name": random.choice(NAMES), "id": _new_id(ids), **_timed(random), **_told(random)}
    if random.random() < 0.4:
        fields["origin"] = random.choice(TYPES)
    if random.random() < 0.5:
        fields["aws"] = random.choice(PLACES)
    if random.random() < 0.7:
        fields["subsegments"] = [_subsegment(random, ids, 1) for _ in range(random.randint(1, 3))]
    if random.random() < 0.7:
        fields["parent_id"] = random.choice([*known, *known, an_id(999)])
    return fields
