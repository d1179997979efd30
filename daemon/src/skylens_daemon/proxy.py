"""TCP 2000: passes any request on to the service, signed, and its answer back, unchanged."""

import logging
from collections import Counter
from urllib.parse import urlsplit, urlunsplit

import aiohttp
from aiohttp import web

from skylens_daemon.credentials import NoCredentials
from skylens_daemon.request import Request
from skylens_daemon.sign import SIGNATURE_HEADERS, canonical_query
from skylens_daemon.transport import CONNECT_SECONDS, unreachable
from skylens_daemon.upstream import Upstream

logger = logging.getLogger(__name__)

# They belong to one connection, not to the message: https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
_OF_THE_CONNECTION = frozenset(
    {
        "connection",
        "proxy-connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_REPLACED = _OF_THE_CONNECTION | SIGNATURE_HEADERS | {"host", "content-length"}
PROBLEM_HEADER = "X-Skylens-Daemon-Problem"
_LONGEST_PROBLEM = 500
MAX_REQUEST_BYTES = 64 * 1024 * 1024
_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=60)


def application(upstream: Upstream, proxied: Counter[int]) -> web.Application:
    """Return the application of the proxy; each answer is counted by its status."""

    async def handle(request: web.Request) -> web.StreamResponse:
        response = await _pass_on(request, upstream)
        proxied[response.status] += 1
        return response

    app = web.Application(client_max_size=MAX_REQUEST_BYTES)
    app.router.add_route("*", "/{path:.*}", handle)
    return app


async def _pass_on(request: web.Request, upstream: Upstream) -> web.StreamResponse:
    logger.debug("Received request on HTTP Proxy server : %s", request.path_qs)
    outgoing, problem = await _signed(await _outgoing(request, upstream.url), upstream)
    try:
        answer = await upstream.transport.start(outgoing, _TIMEOUT)
    except (aiohttp.ClientError, TimeoutError, OSError) as exc:
        reason = unreachable(exc)
        logger.error("http: proxy error: %s", reason)  # noqa: TRY400  # the trace says nothing more
        return web.Response(status=502, text=f"skylens-daemon could not reach {upstream.url}: {reason}\n")
    async with answer:
        return await _answer(request, answer, problem)


async def _outgoing(request: web.Request, endpoint: str) -> Request:
    path, mark, query = _target(request.raw_path).partition("?")
    kept = [name for name in request.headers if name.lower() not in _REPLACED]
    headers = {name: ", ".join(request.headers.getall(name)) for name in kept}
    seen = [value for value in (request.headers.get("X-Forwarded-For"), request.remote) if value]
    headers["X-Forwarded-For"] = ", ".join(seen)
    # The query travels as it was signed, sorted and encoded, which is how the original sends it too.
    return Request(request.method, endpoint + path + mark + canonical_query(query), headers, await request.read())


def _target(target: str) -> str:
    """Return path and query, also of the form with a host that clients send to a proxy.

    >>> _target("/a?b"), _target("http://xray.us-east-1.amazonaws.com/a?b"), _target("http://host")
    ('/a?b', '/a?b', '/')
    """
    if target.startswith("/"):
        return target
    parts = urlsplit(target)
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


async def _signed(request: Request, upstream: Upstream) -> tuple[Request, str]:
    """Return the request signed; or as it is, with the reason, when there is no key: the service says what it thinks of that."""
    try:
        return await upstream.sign(request), ""
    except NoCredentials as exc:
        logger.error("Unable to retrieve credentials: %s", exc)  # noqa: TRY400
        return request, str(exc)


async def _answer(request: web.Request, answer: aiohttp.ClientResponse, problem: str) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, reason=answer.reason)
    for name, value in answer.headers.items():
        if name.lower() not in _OF_THE_CONNECTION:
            response.headers.add(name, value)
    if problem:
        # Whoever looks for the fault has only this answer: the service knows no more than that nobody signed.
        response.headers[PROBLEM_HEADER] = " ".join(problem.encode("ascii", "replace").decode().split())[
            :_LONGEST_PROBLEM
        ]
    await response.prepare(request)
    try:
        async for piece in answer.content.iter_any():
            await response.write(piece)
        await response.write_eof()
    except (aiohttp.ClientError, TimeoutError, OSError) as exc:
        # Half an answer must not look whole.
        logger.warning("http: proxy error: the answer broke off: %s", unreachable(exc))
        if request.transport is not None:
            request.transport.abort()
    return response
