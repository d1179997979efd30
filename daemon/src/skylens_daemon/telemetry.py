"""The daemon's own figures to the service: PutTelemetryRecords, once a minute.

https://docs.aws.amazon.com/xray/latest/api/API_PutTelemetryRecords.html
"""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skylens_daemon import instance_metadata
from skylens_daemon.config import Config
from skylens_daemon.counts import BackendError, Counts
from skylens_daemon.credentials import NoCredentials
from skylens_daemon.transport import Transport, Unreachable
from skylens_daemon.upstream import Upstream

logger = logging.getLogger(__name__)

PATH = "/TelemetryRecords"
INTERVAL_SECONDS = 60.0
KEPT_RECORDS, RECORDS_PER_CALL = 30, 10

_ERROR_FIELDS: Mapping[str, BackendError] = {
    "ConnectionRefusedCount": "refused",
    "HTTPCode4XXCount": "4xx",
    "HTTPCode5XXCount": "5xx",
    "OtherCount": "other",
    "TimeoutCount": "timeout",
    "UnknownHostCount": "unknown host",
}


@dataclass(frozen=True, slots=True)
class Host:
    """Who reports; each may be empty."""

    instance_id: str = ""
    hostname: str = ""
    resource_arn: str = ""


async def this_host(config: Config, environ: Mapping[str, str], transport: Transport) -> Host:
    """Return AWS_INSTANCE_ID and AWS_HOSTNAME, else the instance's metadata unless in local mode."""

    async def known(variable: str, path: str) -> str:
        if environ.get(variable) or config.local_mode:
            return environ.get(variable, "")
        try:
            return await instance_metadata.instance(environ, transport, path)
        except instance_metadata.NoMetadata as exc:
            logger.debug("Get %s metadata failed: %s", path, exc)
            return ""

    return Host(
        await known("AWS_INSTANCE_ID", "instance-id"), await known("AWS_HOSTNAME", "hostname"), config.resource_arn
    )


class Telemetry:
    """Keeps up to thirty records while the service cannot be reached; none before the first segment."""

    def __init__(self, upstream: Upstream, counts: Counts, host: Host) -> None:
        self._upstream = upstream
        self._counts = counts
        self._host = host
        self._reported: dict[str, int] = {}
        self._records: deque[dict[str, Any]] = deque(maxlen=KEPT_RECORDS)

    async def run(self, interval_seconds: float = INTERVAL_SECONDS) -> None:
        """Report every minute until cancelled."""
        while True:
            await asyncio.sleep(interval_seconds)
            await self.report()

    async def report(self) -> None:
        """Record what happened since the last report, then send what is kept."""
        if self._counts.received:
            self._records.append(self._record())
        while self._records:
            records = list(self._records)[:RECORDS_PER_CALL]
            try:
                answer = await self._upstream.call(PATH, request_body(self._host, records))
            except (Unreachable, NoCredentials) as exc:
                self._counts.backend_errors[exc.kind if isinstance(exc, Unreachable) else "other"] += 1
                logger.debug("Failed to send telemetry %d record(s). %s", len(self._records), exc)
                return
            if answer.status >= 300:  # noqa: PLR2004  # not a success
                self._counts.backend_errors["5xx" if answer.status >= 500 else "4xx"] += 1  # noqa: PLR2004  # HTTP's classes
                logger.debug("Failed to send telemetry: HTTP %d %r", answer.status, answer.body[:200])
                return
            for _ in records:
                self._records.popleft()
            logger.debug("Send %d telemetry record(s)", len(records))

    def _record(self) -> dict[str, Any]:
        counts = self._counts
        totals = {field: counts.backend_errors[kind] for field, kind in _ERROR_FIELDS.items()} | {
            "SegmentsReceivedCount": counts.received,
            "SegmentsRejectedCount": counts.rejected.total(),
            "SegmentsSentCount": counts.sent,
            "SegmentsSpilloverCount": counts.dropped.total(),
        }
        news = {name: total - self._reported.get(name, 0) for name, total in totals.items()}
        self._reported = totals
        errors = {field: news.pop(field) for field in _ERROR_FIELDS}
        return {"BackendConnectionErrors": errors, **news, "Timestamp": _milliseconds(self._upstream.clock.now())}


def request_body(host: Host, records: list[dict[str, Any]]) -> bytes:
    """Return the body of PutTelemetryRecords, byte for byte as the Go SDK writes it."""
    document = {
        "EC2InstanceId": host.instance_id,
        "Hostname": host.hostname,
        "ResourceARN": host.resource_arn,
        "TelemetryRecords": records,
    }
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def _milliseconds(epoch_seconds: float) -> float | int:
    """Return the time cut to milliseconds; a whole second has no decimal point, as in Go."""
    cut = int(epoch_seconds * 1000) / 1000
    return int(cut) if cut.is_integer() else cut
