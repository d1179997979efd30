"""What checking the signature, deciding by policies and recording cost of CPU, and which share of a whole call that is."""

import asyncio
import json
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from bench.documents import traces

if TYPE_CHECKING:
    from collections.abc import Callable

    from skylens.app import App
    from skylens.gateway.exchange import Exchange
    from skylens.iam.access_keys import AccessKey

CALLS = 4_000
DOCUMENTS = 50
ROUNDS = 3
TOGETHER = 32


def measure() -> dict[str, float]:
    """Return microseconds of CPU per call, in all and for each of the three; the least of several rounds."""
    figures: dict[str, float] = {}
    asked: dict[str, tuple[str, bytes, dict[str, Any]]] = {
        "put_trace_segments": ("/TraceSegments", _segments(), {"UnprocessedTraceSegments": []}),
        "get_groups": ("/Groups", b"{}", {"Groups": []}),
    }
    for name, (path, body, output) in asked.items():
        with tempfile.TemporaryDirectory(prefix="skylens-bench-") as folder:
            rounds, whole = asyncio.run(_rounds(Path(folder) / "data", path, body, output))
        least = min(rounds, key=lambda costs: sum(costs.values()))
        figures |= {f"{part}_us_of_{name}": cost for part, cost in least.items()}
        figures[f"security_us_of_{name}"] = sum(least.values())
        figures[f"security_share_of_{name}"] = sum(least.values()) / whole
    figures["security_us_per_call"] = max(figures[f"security_us_of_{n}"] for n in asked)
    return figures


async def _rounds(data: Path, path: str, body: bytes, output: dict[str, Any]) -> tuple[list[dict[str, float]], float]:
    from skylens.app import build
    from skylens.config import Settings

    app = build(Settings(data=data))
    await app.start()
    try:
        key = app.daemon_key() if path == "/TraceSegments" else app.root_key
        costs = [await _costs(app, key, path, body, output) for _ in range(ROUNDS)]
        return costs, await _whole(app, key, path, body)
    finally:
        await app.stop()


async def _costs(app: "App", key: "AccessKey", path: str, body: bytes, output: dict[str, Any]) -> dict[str, float]:
    from skylens.gateway.authenticate import authenticate
    from skylens.gateway.authorize import authorize
    from skylens.gateway.identify import identify
    from skylens.gateway.parse import parse
    from skylens.gateway.record_api_event import record_api_event

    exchanges = [_exchange(app, key, path, body) for _ in range(CALLS)]
    for exchange in exchanges:
        identify(exchange, app.world)
    signature = _us_each(exchanges, lambda exchange: authenticate(exchange, app.world))
    for exchange in exchanges:
        parse(exchange, app.world)
        exchange.output = output
    policies = _us_each(exchanges, lambda exchange: authorize(exchange, app.world))
    started = time.process_time()
    for exchange in exchanges:
        await record_api_event(exchange, app.world)
    await asyncio.sleep(1)  # the commit of what was read is part of its cost
    idle = time.process_time()
    await asyncio.sleep(1)
    recording = (2 * idle - started - time.process_time()) / CALLS * 1e6
    return {"signature": signature, "policies": policies, "recording": max(0.0, recording)}


async def _whole(app: "App", key: "AccessKey", path: str, body: bytes) -> float:
    """Return the microseconds of CPU of a call from its first step to its last, with what is committed; sockets left out."""
    from skylens.gateway.steps import run

    exchanges = [_exchange(app, key, path, body) for _ in range(CALLS // 4)]
    started = time.process_time()
    for at in range(0, len(exchanges), TOGETHER):
        await asyncio.gather(*(run(exchange, app.world) for exchange in exchanges[at : at + TOGETHER]))
    failed = [exchange.error for exchange in exchanges if exchange.error]
    if failed:
        raise RuntimeError(f"the benchmark's own call failed: {failed[0]}")
    return (time.process_time() - started) / len(exchanges) * 1e6


def _us_each(exchanges: "list[Exchange]", step: "Callable[[Exchange], None]") -> float:
    started = time.process_time()
    for exchange in exchanges:
        step(exchange)
    return (time.process_time() - started) / len(exchanges) * 1e6


def _exchange(app: "App", key: "AccessKey", path: str, body: bytes) -> "Exchange":
    from skylens.gateway.exchange import Exchange
    from skylens.wire.http import WireRequest

    url = f"http://127.0.0.1:8000{path}"
    request = AWSRequest("POST", url, {"Content-Type": "application/json"}, body)
    SigV4Auth(Credentials(key.access_key_id, key.secret), "xray", "us-east-1").add_auth(request)
    headers = {name.lower(): value for name, value in request.headers.items()} | {"host": "127.0.0.1:8000"}
    wire = WireRequest("POST", path, "", headers, body)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    return Exchange(wire, receive, app.ids.uuid(), app.clock.now(), "127.0.0.1")


def _segments() -> bytes:
    documents = [document for trace in traces(20, newest=time.time(), seed=1) for document in trace.documents]
    return json.dumps({"TraceSegmentDocuments": documents[:DOCUMENTS]}).encode()
