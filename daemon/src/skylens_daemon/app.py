"""The daemon, whole: opens the ports, runs the uploads, and empties itself at the end. No globals and no signals."""

import asyncio
import logging
import ssl
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from types import MappingProxyType

from aiohttp import web

from skylens_daemon import COMPATIBLE_VERSION, __version__, address, credentials, health, proxy, region
from skylens_daemon.batch import Batches
from skylens_daemon.buffer import Buffer
from skylens_daemon.clock import Clock, SystemClock
from skylens_daemon.config import Config
from skylens_daemon.counts import Counts
from skylens_daemon.forward import Forwarder
from skylens_daemon.metrics import DaemonCollector
from skylens_daemon.receive import Receiver, listen_udp
from skylens_daemon.sign import Key
from skylens_daemon.telemetry import INTERVAL_SECONDS, Telemetry, this_host
from skylens_daemon.transport import Transport
from skylens_daemon.upstream import Upstream, user_agent

logger = logging.getLogger(__name__)

# With port 0 for both, TCP tries the port that UDP was given; another process may hold it.
_SAME_PORT_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a running daemon listens, as host and port."""

    udp: tuple[str, int]
    tcp: tuple[str, int]
    health: tuple[str, int] | None

    @property
    def for_sdks(self) -> str:
        """The value of AWS_XRAY_DAEMON_ADDRESS."""
        if self.udp == self.tcp:
            return address.join(*self.udp)
        return f"tcp:{address.join(*self.tcp)} udp:{address.join(*self.udp)}"


class Daemon:
    """One daemon. With ``key`` it signs with that; else it looks in the places that ``environ`` names.

    With ``tls`` it trusts what that trusts, whatever the settings say.
    """

    def __init__(
        self,
        config: Config,
        *,
        environ: Mapping[str, str] = MappingProxyType({}),
        key: Key | None = None,
        tls: ssl.SSLContext | None = None,
        clock: Clock | None = None,
        telemetry_seconds: float = INTERVAL_SECONDS,
    ) -> None:
        self.config = config
        self.counts = Counts()
        self._environ = environ
        self._key = key
        self._tls = tls
        self._clock: Clock = clock or SystemClock()
        self._telemetry_seconds = telemetry_seconds
        self._buffer = Buffer(config.buffer_bytes)
        self._ports = AsyncExitStack()
        self._runners: list[web.AppRunner] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._telemetry: Telemetry | None = None

    async def start(self) -> None:
        """Open the ports and begin; raise ConfigError or OSError, with nothing left open, when that cannot be."""
        logger.info("Initializing skylens-daemon %s (as AWS X-Ray daemon %s)", __version__, COMPATIBLE_VERSION)
        self._transport = Transport(self.config, self._environ, self._tls)
        self._ports.push_async_callback(self._transport.close)
        try:
            self.config = replace(self.config, region=await region.resolve(self.config, self._environ, self._transport))
            self._assemble()
            await self._open_ports()
        except BaseException:
            await self._ports.aclose()
            raise
        self._receiver.start()
        self._tasks = [asyncio.create_task(self._forwarder.run()), asyncio.create_task(self._report())]
        for task in self._tasks:
            task.add_done_callback(_log_defect)

    async def stop(self) -> None:
        """Take no more, send what is left for up to ``flush_seconds``, report once more and close everything."""
        if not self._receiver.is_open:
            return
        self._receiver.stop()
        self._batches.close()
        self._forwarder.hurry()
        uploads, reports = self._tasks
        _, late = await asyncio.wait([uploads], timeout=self.config.flush_seconds)
        for task in (*late, reports):
            task.cancel()
        await asyncio.gather(uploads, reports, return_exceptions=True)
        left = self._buffer.take(len(self._buffer))
        self.counts.dropped["shutdown"] += len(left)
        if self.counts.dropped["shutdown"]:
            logger.error("%d segments could not be sent before the end", self.counts.dropped["shutdown"])
        if self._telemetry is not None and not late:
            await self._telemetry.report()
        await self._ports.aclose()
        logger.info("Shutdown finished: %r", self.counts)

    @property
    def addresses(self) -> Addresses:
        """Where it listens."""
        places = [runner.addresses[0] for runner in self._runners]
        tcp, *rest = [(place[0], place[1]) for place in places]
        return Addresses(self._receiver.address, tcp, rest[0] if rest else None)

    @property
    def metrics(self) -> DaemonCollector:
        """A collector for any Prometheus registry."""
        return self._collector

    def ailment(self) -> str:
        """Return what keeps the daemon from doing its work, or nothing."""
        if not self._receiver.is_open:
            return "the UDP port is closed"
        return "uploads have stopped" if any(task.done() for task in self._tasks) else ""

    async def obstacle(self) -> str:
        """Return what stands in the way of forwarding, or nothing."""
        return self.ailment() or await self._readiness.obstacle()

    def _assemble(self) -> None:
        keys = credentials.chain(self.config, self._environ, self._transport, self._clock)
        if self._key is not None:
            keys = credentials.fixed(self._key, self._clock)
        if self.config.role_arn:
            keys = credentials.assumed(keys, self.config, self._environ, self._transport, self._clock)
        self._upstream = Upstream(self.config, self._transport, keys, self._clock, user_agent(self._environ))
        self._batches = Batches(self._buffer)
        self._forwarder = Forwarder(self._upstream, self._batches, self.counts)
        self._readiness = health.Readiness(self._upstream, self._forwarder)
        logger.info("Using region: %s", self.config.region)
        logger.info("HTTP Proxy server using X-Ray Endpoint : %s", self._upstream.url)
        logger.info("Using buffer memory limit of %d MB", self._buffer.limit_bytes // 1024 // 1024)

    async def _open_ports(self) -> None:
        udp, tcp = address.parse(self.config.udp_address), address.parse(self.config.tcp_address)
        share = udp[1] == tcp[1] == 0 and udp[0] == tcp[0]
        for attempt in range(_SAME_PORT_ATTEMPTS):
            self._receiver = Receiver(listen_udp(*udp), self.counts, self._deliver)
            port = self._receiver.address[1] if share else tcp[1]
            try:
                await self._serve(proxy.application(self._upstream, self.counts.proxied), tcp[0], port)
                break
            except OSError:
                self._receiver.close()
                if not share or attempt == _SAME_PORT_ATTEMPTS - 1:
                    raise
        self._ports.callback(self._receiver.close)
        self._collector = DaemonCollector(self.counts, self._buffer, self._receiver, self._forwarder)
        if self.config.health_address:
            app = health.application(self, self._readiness, self._collector)
            await self._serve(app, *address.parse(self.config.health_address))

    async def _serve(self, app: web.Application, host: str, port: int) -> None:
        # Bodies pass through as they are, compressed ones too.
        runner = web.AppRunner(app, access_log=None, auto_decompress=False, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, host or None, port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._ports.push_async_callback(runner.cleanup)
        self._runners.append(runner)

    def _deliver(self, documents: list[bytes]) -> None:
        dropped = self._batches.add(documents)
        if dropped:
            self.counts.dropped["buffer full"] += dropped
            logger.warning("Segment buffer is full. Dropping oldest segment document. (%d)", dropped)

    async def _report(self) -> None:
        host = await this_host(self.config, self._environ, self._transport)
        self._telemetry = Telemetry(self._upstream, self.counts, host)
        await self._telemetry.run(self._telemetry_seconds)


def _log_defect(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (defect := task.exception()) is not None:
        logger.error("The daemon cannot go on", exc_info=defect)
