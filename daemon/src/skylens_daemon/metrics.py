"""/metrics: the daemon's counters for Prometheus."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector

from skylens_daemon.buffer import Buffer
from skylens_daemon.counts import Counts
from skylens_daemon.forward import Forwarder
from skylens_daemon.receive import Receiver

_PREFIX = "skylens_daemon_"


class DaemonCollector(Collector):
    """Reads the figures when it is asked; register it in any registry."""

    def __init__(self, counts: Counts, buffer: Buffer, receiver: Receiver, forwarder: Forwarder) -> None:
        self._counts = counts
        self._buffer = buffer
        self._receiver = receiver
        self._forwarder = forwarder

    def collect(self) -> Iterator[Metric]:
        """Yield every metric with its current value."""
        counts = self._counts
        yield _counter("segments_received", "Datagrams that came over UDP", counts.received)
        yield _counter("segments_sent", "Segments the service answered for", counts.sent)
        yield _labelled("segments_rejected", "Datagrams or segments refused", "reason", counts.rejected)
        yield _labelled("segments_dropped", "Segments lost", "reason", counts.dropped)
        yield _counter("socket_dropped", "Datagrams the kernel dropped before the daemon", self._receiver.kernel_drops)
        yield _counter("retries", "Uploads that were tried again", counts.retries)
        yield _labelled("backend_errors", "Attempts that failed", "kind", counts.backend_errors)
        yield _labelled("proxy_responses", "Answers of the TCP proxy", "status", counts.proxied)
        yield SummaryMetricFamily(
            f"{_PREFIX}upload_seconds", "Time of successful uploads", counts.batches, self._forwarder.send_seconds
        )
        yield _gauge("buffer_segments", "Segments that wait", lambda: len(self._buffer))
        yield _gauge("buffer_bytes", "Memory of the segments that wait", lambda: self._buffer.held_bytes)
        yield _gauge("buffer_limit_bytes", "Memory that waiting segments may use", lambda: self._buffer.limit_bytes)
        yield _gauge("in_flight_segments", "Segments being uploaded", lambda: self._forwarder.in_flight)


def _counter(name: str, text: str, value: float) -> Metric:
    return CounterMetricFamily(_PREFIX + name, text, value)


def _gauge(name: str, text: str, read: Callable[[], float]) -> Metric:
    return GaugeMetricFamily(_PREFIX + name, text, read())


def _labelled(name: str, text: str, label: str, values: Counter[Any]) -> Metric:
    family = CounterMetricFamily(_PREFIX + name, text, labels=[label])
    for key, value in list(values.items()):
        family.add_metric([str(key).replace(" ", "_")], value)
    return family
