"""The ASGI edge: bytes from the web server become an Exchange, its response becomes bytes again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any, TypeAlias

from skylens.gateway.exchange import Exchange
from skylens.gateway.receive import Disconnected
from skylens.gateway.steps import run
from skylens.tls import tls_of
from skylens.wire.http import WireRequest, WireResponse

if TYPE_CHECKING:
    from skylens.gateway.world import World

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]


def application(world: World) -> Application:
    """Return the ASGI application: the three health paths, and AWS's API everywhere else."""
    health = world.health.routes()

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"{scope['type']} is not spoken here")
        if scope["path"] in health and scope["method"] in {"GET", "HEAD"}:
            await _send(send, await health[scope["path"]](), scope["method"])
            return
        exchange = _exchange(scope, receive, world)
        try:
            await run(exchange, world)
            if exchange.response is not None:
                await _send(send, exchange.response, scope["method"])
        except Disconnected:
            return
        finally:
            world.intake.release(exchange)

    return answer


def _exchange(scope: Message, receive: Receive, world: World) -> Exchange:
    client = scope.get("client")
    return Exchange(
        request=WireRequest(
            method=scope["method"],
            raw_path=scope["raw_path"].decode("latin-1"),
            query=scope["query_string"].decode("latin-1"),
            headers=_headers(scope["headers"]),
        ),
        receive=receive,
        request_id=world.ids.uuid(),
        time=world.clock.now(),
        source_ip=client[0] if client else "",
        tls=tls_of(scope),
    )


def _headers(pairs: list[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return headers


async def _send(send: Send, response: WireResponse, method: str) -> None:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
    if method != "HEAD" or b"content-length" not in dict(headers):  # which HEAD tells of a body that nobody read
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else response.body})
