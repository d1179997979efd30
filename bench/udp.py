"""From a datagram to a stored segment: the stand-alone daemon between a sender and a server."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.documents import SEGMENTS_PER_TRACE, TRACES_PER_HOUR_AT_FULL_SPEED, traces
from bench.server import Server, free_port, running

HEADER = b'{"format":"json","version":1}\n'
STORED = "skylens_store_committed_rows_total"
SETTLE_SECONDS = 20
STEADY_RATE, STEADY_SECONDS = 8_000, 10
FAST_RATE, FAST_SECONDS = 16_000, 10


def measure(*, quick: bool) -> dict[str, float]:
    """Return what is lost at 8,000 datagrams a second, and the rate that comes through when more are sent."""
    seconds = 3 if quick else STEADY_SECONDS
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "data") as server, _daemon(server) as port:
        steady = STEADY_RATE * seconds
        stored, _ = _pass_through(server, port, _datagrams(steady, seed=5), STEADY_RATE)
        fast = FAST_RATE * (3 if quick else FAST_SECONDS)
        fast_stored, fast_seconds = _pass_through(server, port, _datagrams(fast, seed=6), FAST_RATE)
    return {
        "udp_lost_at_8000": steady - stored,
        "udp_segments_per_second": fast_stored / fast_seconds,
        "udp_share_stored_at_16000": fast_stored / fast,
    }


def _datagrams(count: int, *, seed: int) -> list[bytes]:
    found = traces(count // SEGMENTS_PER_TRACE, newest=time.time(), seed=seed, per_hour=TRACES_PER_HOUR_AT_FULL_SPEED)
    return [HEADER + document.encode() for trace in found for document in trace.documents]


@contextmanager
def _daemon(server: Server) -> Iterator[int]:
    port = free_port()
    environment = os.environ | server.environment
    command = [sys.executable, "-m", "skylens_daemon", "-b", f"127.0.0.1:{port}", "-t", f"127.0.0.1:{port}", "-o"]
    command += ["-n", server.environment["AWS_REGION"], "-l", "error"]
    daemon = subprocess.Popen(command, env=environment)
    try:
        _wait_for(port)
        yield port
    finally:
        daemon.terminate()
        daemon.wait(30)


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the daemon did not start")


def _pass_through(server: Server, port: int, datagrams: Sequence[bytes], rate: int) -> tuple[float, float]:
    """Send at a rate; return how many were stored once no more arrive, and the seconds until the last of them."""
    before = server.metric(STORED)
    started = time.perf_counter()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        for number, datagram in enumerate(datagrams):
            udp.sendto(datagram, ("127.0.0.1", port))
            if number % 20 == 0:
                time.sleep(max(0.0, started + number / rate - time.perf_counter()))
    stored, last = 0.0, time.perf_counter()
    while stored < len(datagrams) and time.perf_counter() - last < SETTLE_SECONDS:
        now_stored = server.metric(STORED) - before
        if now_stored > stored:
            stored, last = now_stored, time.perf_counter()
        time.sleep(0.1)
    return stored, last - started
