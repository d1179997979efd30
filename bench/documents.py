"""The documents of the benchmark: traces of five segments, each with two subsegments and five annotations, about 1.3 KB."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

TRACES_PER_HOUR = 100_000
# For what is sent as fast as it is taken: about as many traces as arrive, so that they are of now and not of last week.
TRACES_PER_HOUR_AT_FULL_SPEED = 18_000_000
SEGMENTS_PER_TRACE = 5
SPANS_PER_SEGMENT = 3
SERVICES = ("storefront", "catalog", "cart", "orders", "payment")
VALUES = 1_000

_SEGMENT = (
    '{"name":"%(name)s","id":"%(id)s","trace_id":"%(trace)s",%(parent)s"start_time":%(start).6f,"end_time":%(end).6f,'
    '"origin":"AWS::ECS::Container","service":{"version":"2.4.1","runtime":"CPython","runtime_version":"3.11.7"},'
    '"http":{"request":{"method":"GET","url":"https://shop.example/%(name)s/%(item)d","user_agent":"python-requests/2.32",'
    '"client_ip":"10.0.%(host)d.17"},"response":{"status":%(status)d,"content_length":%(length)d}},%(flag)s'
    '"aws":{"account_id":"000000000000","ecs":{"container":"ip-10-0-1-%(host)d","container_id":"c%(host)d"},'
    '"xray":{"sdk":"X-Ray for Python","sdk_version":"2.15.0","sampling_rule_name":"Default"}},'
    '"annotations":{"tenant":"t-%(tenant)d","order":"o-%(order)d","cart_size":%(size)d,"release":"r-%(release)d","page":"p-%(page)d"},'
    '"metadata":{"default":{"note":"kept with the document, never indexed","attempt":%(host)d}},'
    '"subsegments":[{"id":"%(sub0)s","name":"%(callee)s.shop.example","namespace":"remote","start_time":%(s0).6f,"end_time":%(e0).6f,'
    '"http":{"request":{"method":"GET","url":"https://%(callee)s.shop.example/items/%(item)d"},"response":{"status":200}}},'
    '{"id":"%(sub1)s","name":"DynamoDB","namespace":"aws","start_time":%(s1).6f,"end_time":%(e1).6f,'
    '"aws":{"operation":"GetItem","table_name":"%(name)s-table","region":"eu-west-1","request_id":"%(request)s"},'
    '"http":{"response":{"status":200}}}]}'
)


@dataclass(frozen=True, slots=True)
class BenchTrace:
    """One trace: its id, start in epoch seconds, and documents, callers first."""

    id: str
    start: float
    documents: list[str]


def traces(count: int, *, newest: float, seed: int = 1, per_hour: int = TRACES_PER_HOUR) -> Iterator[BenchTrace]:
    """Yield traces in the order of time, the last one just before ``newest``."""
    chance = random.Random(seed)
    pause = 3600 / per_hour
    for number in range(count):
        start = newest - (count - number) * pause
        trace_id = f"1-{int(start):08x}-{chance.getrandbits(96):024x}"
        yield BenchTrace(trace_id, start, _documents(trace_id, start, chance))


def _documents(trace_id: str, start: float, chance: random.Random) -> list[str]:
    documents, parent, at = [], "", start
    left = chance.expovariate(4.0) + 0.02
    for place, name in enumerate(SERVICES):
        bits = chance.getrandbits(256)
        fault = bits % 100 == 0
        sub0, sub1 = f"{bits >> 64 & 0xFFFFFFFFFFFFFFFF:016x}", f"{bits >> 128 & 0xFFFFFFFFFFFFFFFF:016x}"
        documents.append(
            _SEGMENT
            % {
                "name": name,
                "callee": SERVICES[(place + 1) % SEGMENTS_PER_TRACE],
                "id": f"{bits & 0xFFFFFFFFFFFFFFFF:016x}",
                "trace": trace_id,
                "parent": f'"parent_id":"{parent}",' if parent else "",
                "start": at,
                "end": at + left,
                "s0": at + left * 0.1,
                "e0": at + left * 0.7,
                "s1": at + left * 0.75,
                "e1": at + left * 0.9,
                "sub0": sub0,
                "sub1": sub1,
                "flag": '"fault":true,' if fault else "",
                "status": 500 if fault else 200,
                "item": bits >> 8 & 0xFFF,
                "host": bits >> 20 & 0x1F,
                "length": bits >> 25 & 0xFFFF,
                "tenant": chance.randrange(VALUES),
                "order": chance.randrange(VALUES),
                "size": bits >> 41 & 0xF,
                "release": chance.randrange(VALUES),
                "page": chance.randrange(VALUES),
                "request": f"{bits >> 192:016X}",
            }
        )
        parent, at, left = sub0, at + left * 0.15, left * 0.5
    return documents
