"""Outgoing HTTP: one pool of connections, the proxy, certificates, and what a failure is called."""

import asyncio
import io
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
from yarl import URL

from skylens_daemon.config import Config, proxy_from
from skylens_daemon.counts import BackendError
from skylens_daemon.errors import ConfigError
from skylens_daemon.request import Request

CONNECT_SECONDS = 2.0
# Longer than the minute between telemetry records, so that an idle daemon keeps its connection.
KEEPALIVE_SECONDS = 90.0
# aiohttp wants larger bodies as a file, written piece by piece.
_PIECEMEAL_BYTES = 1024 * 1024


class Unreachable(Exception):
    """No answer came; ``kind`` is what telemetry counts."""

    def __init__(self, kind: BackendError, message: str) -> None:
        super().__init__(message)
        self.kind: BackendError = kind


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    body: bytes


class Transport:
    """Sends requests as they are: no redirects, no decompression, no headers of its own."""

    def __init__(self, config: Config, environ: Mapping[str, str], tls: ssl.SSLContext | None = None) -> None:
        self._config = config
        self._environ = environ
        connector = aiohttp.TCPConnector(
            limit=0, keepalive_timeout=KEEPALIVE_SECONDS, ssl=tls or _trust(config), enable_cleanup_closed=False
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent", "Content-Type"),
        )

    def start(self, request: Request, timeout: aiohttp.ClientTimeout) -> aiohttp.client._RequestContextManager:
        """Return a context in which the answer can be read piece by piece."""
        target = URL(request.url, encoded=True)
        body = request.body
        return self._session.request(
            request.method,
            target,
            headers=request.headers,
            data=(io.BytesIO(body) if len(body) > _PIECEMEAL_BYTES else body) or None,
            proxy=None if request.direct else self._proxy(target.host or ""),
            allow_redirects=False,
            timeout=timeout,
        )

    async def send(self, request: Request, *, seconds: float) -> Answer:
        """Return the answer, or raise Unreachable."""
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS)
        try:
            async with self.start(request, timeout) as response:
                return Answer(response.status, await response.read())
        except (aiohttp.ClientError, TimeoutError, OSError) as exc:
            raise unreachable(exc) from exc

    def _proxy(self, host: str) -> str | None:
        return self._config.proxy_address or proxy_from(self._environ, host) or None

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()


def _trust(config: Config) -> ssl.SSLContext | bool:
    if config.no_verify_ssl or not config.ca_bundle:
        return not config.no_verify_ssl
    try:
        return ssl.create_default_context(cafile=config.ca_bundle)
    except OSError as exc:  # ssl.SSLError is one: the file has no certificate
        raise ConfigError(f"ca_bundle {config.ca_bundle!r} cannot be used: {exc.strerror or exc}") from exc


def unreachable(exc: Exception) -> Unreachable:
    """Return the failure by the name telemetry knows it by."""
    if isinstance(exc, (TimeoutError, asyncio.TimeoutError)):
        return Unreachable("timeout", "timed out")
    if isinstance(exc, aiohttp.ClientConnectorDNSError):
        return Unreachable("unknown host", str(exc))
    if isinstance(exc, aiohttp.ClientConnectorError) and isinstance(exc.os_error, ConnectionRefusedError):
        return Unreachable("refused", str(exc))
    return Unreachable("other", str(exc) or type(exc).__name__)
