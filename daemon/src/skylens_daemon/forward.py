"""Uploads: each batch until it is taken, refused or too old; several at once, more while the service keeps up."""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from skylens_daemon.batch import Batches, request_body
from skylens_daemon.counts import BackendError, Counts, Loss
from skylens_daemon.credentials import NoCredentials
from skylens_daemon.transport import Answer, Unreachable
from skylens_daemon.upstream import Upstream, has_expired

logger = logging.getLogger(__name__)

PATH = "/TraceSegments"
FIRST_DELAY, LONGEST_DELAY = 0.1, 5.0
# As many as the original has run whatever the service says. More is only for a service that takes what it is given: each
# answer waits until its documents are on a disk, and with 400 on their way Skylens committed 240 at a time, 8,500 a second.
CAUTIOUS_UPLOADS = 8
_NOTHING_UNPROCESSED = b'{"UnprocessedTraceSegments":[]}'
_THROTTLED = (b"Throttl", b"RequestLimitExceeded", b"TooManyRequests")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt did not go through, and whether another one may."""

    reason: str
    passes: bool


class Forwarder:
    """Sends the batches; what it knows of the service's health is in ``last_failure`` and ``settled_at``."""

    def __init__(self, upstream: Upstream, batches: Batches, counts: Counts) -> None:
        self._upstream = upstream
        self._batches = batches
        self._counts = counts
        self._clock = upstream.clock
        self._closing = asyncio.Event()
        self._settled = asyncio.Event()
        self._uploads = 0
        self._bytes = 0
        self.in_flight = 0
        self.send_seconds = 0.0
        self.last_failure = ""
        self.settled_at = float("-inf")

    async def run(self) -> None:
        """Send until the batches are closed and the last of them is settled."""
        async with asyncio.TaskGroup() as uploads:
            while True:
                while not self._may_start():
                    self._settled.clear()
                    await self._settled.wait()
                batch = await self._batches.next()
                if not batch:
                    return
                self._begin(batch)
                uploads.create_task(self._settle(batch)).add_done_callback(partial(self._end, batch))

    def hurry(self) -> None:
        """Wait no longer than a moment between attempts from now on: the daemon is stopping."""
        self._closing.set()

    def _may_start(self) -> bool:
        """Whether another upload may begin; beyond the first eight it depends on how the others go and on memory."""
        config = self._upstream.config
        if self._uploads < min(CAUTIOUS_UPLOADS, config.concurrency):
            return True
        return self._uploads < config.concurrency and not self.last_failure and self._bytes < config.buffer_bytes

    def _begin(self, batch: Sequence[bytes]) -> None:
        self._uploads += 1
        self._bytes += sum(map(len, batch))
        self.in_flight += len(batch)

    def _end(self, batch: Sequence[bytes], _: asyncio.Task[None]) -> None:
        self._uploads -= 1
        self._bytes -= sum(map(len, batch))
        self.in_flight -= len(batch)
        self._settled.set()

    async def _settle(self, batch: Sequence[bytes]) -> None:
        try:
            await self._send(batch)
        except asyncio.CancelledError:
            self._lose(batch, "shutdown")
            raise
        except Exception:
            # A defect here must cost one batch and be seen, not stop the others.
            logger.exception("Sending segment batch failed unexpectedly")
            self._lose(batch, "refused")

    async def _send(self, batch: Sequence[bytes]) -> None:
        body = request_body(batch)
        patient_until = self._clock.monotonic() + self._upstream.config.retry_seconds
        attempt = 0
        while failure := await self._attempt(batch, body):
            self.last_failure = failure.reason
            self.settled_at = self._clock.monotonic()
            delay = pause_after(attempt, self._clock.fraction())
            if not failure.passes or self._clock.monotonic() + delay > patient_until:
                logger.error("Sending segment batch failed with: %s; %d segments lost", failure.reason, len(batch))
                self._lose(batch, "gave up" if failure.passes else "refused")
                return
            logger.warning("Sending segment batch failed with: %s; again in %.1f s", failure.reason, delay)
            self._counts.retries += 1
            attempt += 1
            await self._pause(delay)

    async def _attempt(self, batch: Sequence[bytes], body: bytes) -> Failure | None:
        """Return nothing when the service took the batch."""
        started = self._clock.monotonic()
        try:
            answer = await self._upstream.call(PATH, body)
        except Unreachable as exc:
            self._counts.backend_errors[exc.kind] += 1
            return Failure(str(exc), passes=True)
        except NoCredentials as exc:
            self._counts.backend_errors["other"] += 1
            return Failure(f"unable to retrieve credentials: {exc}", passes=True)
        if answer.status >= 300:  # noqa: PLR2004  # not a success; redirects are not followed
            return self._refusal(answer)
        self._taken(batch, answer, self._clock.monotonic() - started)
        return None

    def _refusal(self, answer: Answer) -> Failure:
        kind: BackendError = "5xx" if answer.status >= 500 else "4xx" if answer.status >= 400 else "other"  # noqa: PLR2004  # HTTP's classes
        self._counts.backend_errors[kind] += 1
        throttled = answer.status == 429 or any(word in answer.body for word in _THROTTLED)  # noqa: PLR2004  # Too Many Requests
        passes = kind == "5xx" or throttled or has_expired(answer) or answer.status == 408  # noqa: PLR2004  # Request Timeout
        return Failure(f"HTTP {answer.status} {answer.body[:300].decode('utf-8', 'replace')}", passes)

    def _taken(self, batch: Sequence[bytes], answer: Answer, seconds: float) -> None:
        self._counts.sent += len(batch)
        self._counts.batches += 1
        self.send_seconds += seconds
        self.last_failure = ""
        self.settled_at = self._clock.monotonic()
        unprocessed = [] if answer.body == _NOTHING_UNPROCESSED else _unprocessed(answer.body)
        if not unprocessed:
            logger.info("Successfully sent batch of %d segments (%.3f seconds)", len(batch), seconds)
            return
        logger.info(
            "Sent batch of %d segments but had %d Unprocessed segments (%.3f seconds)",
            len(batch),
            len(unprocessed),
            seconds,
        )
        self._counts.rejected["unprocessed"] += len(unprocessed)
        for line in _complaints(batch, unprocessed):
            logger.error("%s", line)

    def _lose(self, batch: Sequence[bytes], why: Loss) -> None:
        self._counts.dropped[why] += len(batch)

    async def _pause(self, seconds: float) -> None:
        if self._closing.is_set():
            await asyncio.sleep(min(seconds, FIRST_DELAY))
            return
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            pass


def pause_after(attempt: int, fraction: float) -> float:
    """Return the seconds before the next attempt: doubled each time, then shortened by chance, so that senders part.

    >>> [pause_after(attempt, 0.0) for attempt in (0, 1, 2, 100)]
    [0.05, 0.1, 0.2, 2.5]
    """
    longest = min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(attempt, 10))
    return longest * (0.5 + fraction / 2)


def _unprocessed(body: bytes) -> list[Mapping[str, Any]]:
    try:
        answer = json.loads(body)
    except ValueError:
        logger.warning("The service took a batch and answered no JSON: %r", body[:200])
        return []
    found = answer.get("UnprocessedTraceSegments") if isinstance(answer, dict) else None
    return [item for item in found or [] if isinstance(item, dict)]


def _complaints(batch: Sequence[bytes], unprocessed: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a line for each refused segment, with the trace and the name that its document gives."""
    documents = {}
    for document in batch:
        try:
            entity = json.loads(document)
        except ValueError:
            continue
        if isinstance(entity, dict):
            documents[entity.get("id")] = entity
    lines = []
    for item in unprocessed:
        entity = documents.get(item.get("Id"), {})
        what = json.dumps({key: item.get(key) for key in ("Id", "ErrorCode", "Message")})
        trace = f"Unprocessed trace {entity['trace_id']}, segment" if "trace_id" in entity else "Unprocessed segment"
        name = f" {entity['name']!r}" if "name" in entity else ""
        lines.append(f"{trace}{name}: {what}")
    return lines
