"""The web server: uvicorn with limits on the head of a request, and without hands of its own on signals."""

from __future__ import annotations

import asyncio
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from skylens.tls import STATE, Tls

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

    from skylens.gateway.asgi import Application

# Of a request's line and headers. A presigned URL or a session token is a few kilobytes.
HEAD_BYTES = 64 * 1024
HEAD_SECONDS = 20.0
# Clients keep connections for 60 s or less (botocore's pool forgets none): ours must not close first under their feet.
KEEP_ALIVE_SECONDS = 75
DRAIN_SECONDS = 30


class BoundedProtocol(HttpToolsProtocol):
    """Ends connections whose head does not come to its end; uvicorn itself would wait for ever."""

    _head_bytes = 0
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Note how the connection is encrypted, and begin to wait for the first request's head."""
        super().connection_made(transport)
        encrypted: ssl.SSLObject | None = transport.get_extra_info("ssl_object")
        if encrypted is not None and (cipher := encrypted.cipher()) is not None:
            self.app_state = {**self.app_state, STATE: Tls(encrypted.version() or "", cipher[0])}
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Pass the bytes on, unless they are too many for a head."""
        in_head = self._head_timer is not None
        super().data_received(data)
        if in_head and self._head_timer is not None:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES:
                self.send_400_response(f"The request's line and headers exceed {HEAD_BYTES} bytes.")
                self._end_of_head()

    def on_message_begin(self) -> None:
        """Begin to wait for the head of a further request on a kept connection."""
        super().on_message_begin()
        if self._head_timer is None:
            self._await_head()

    def on_headers_complete(self) -> None:
        """Stop waiting; the body has limits of its own."""
        self._end_of_head()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._end_of_head()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._head_bytes = 0
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _end_of_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up(self) -> None:
        self._head_timer = None
        self.transport.close()


class HttpServer(uvicorn.Server):
    """Serves until ``should_exit`` is set; then takes no more and ends what runs. Signals are somebody else's matter."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answering = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept connections, and say so."""
        await super().startup(sockets)
        self.answering.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone: uvicorn would raise them again at the end, before the store is closed."""
        yield


def http_server(application: Application, tls: ssl.SSLContext | None = None) -> HttpServer:
    """Return a server for the application, to be run on the running loop; it speaks TLS where it is told how."""
    options: dict[str, Any] = {
        "http": BoundedProtocol,
        "ws": "none",
        "loop": "none",
        "lifespan": "off",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,  # the audit trail names who is connected, and the host is signed as it was sent
        "timeout_keep_alive": KEEP_ALIVE_SECONDS,
        "timeout_graceful_shutdown": DRAIN_SECONDS,
        "ssl_context_factory": None if tls is None else lambda _config, _default: tls,
    }
    return HttpServer(uvicorn.Config(application, **options))


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=2048)
