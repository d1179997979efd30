"""Sign digests: the job that closes intervals, delivers their digests and ends what is over."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from skylens.buckets.bucket import BucketError
from skylens.cloudtrail import metrics, signing_keys, trail_deliveries, trail_sessions, trails
from skylens.cloudtrail.delivery import delivered_files, digest_chains, notify
from skylens.cloudtrail.delivery.digest import Digest, Interval, Previous, signed
from skylens.cloudtrail.delivery.digest_chains import Chain
from skylens.cloudtrail.delivery.encryption import encryption
from skylens.cloudtrail.signing_keys import ALGORITHM
from skylens.cloudtrail.trail_sessions import EPOCH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Row

    from skylens.buckets.all_buckets import AllBuckets
    from skylens.caller import Caller
    from skylens.clock import Clock
    from skylens.cloudtrail.trail_sessions import Session
    from skylens.cloudtrail.trails import Trail
    from skylens.registry import Invoke
    from skylens.store.control import Control

LOG = logging.getLogger(__name__)

_SECOND: Final = timedelta(seconds=1)
# A server that was away for long signs one digest for most of that time, and one for each interval of the rest.
_MOST_INTERVALS: Final = 48
# Within so long after a session began its digests have been wanted from the beginning: the job runs more often than that.
_PROMPTLY: Final = timedelta(minutes=1)
# What a deleted trail owes to a bucket that cannot be written is given up after so long.
PATIENCE: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class DigestSigner:
    """Keeps the digest chains of all trails. ``seconds`` is how much time one digest covers."""

    control: Control
    buckets: AllBuckets
    clock: Clock
    seconds: float
    invoke_as: Callable[[Caller, str], Invoke]

    def run(self, _now: datetime) -> None:
        """Do for every trail what is due; one that fails keeps none of the others."""
        with self.control.read() as connection:
            found = trails.all_trails(connection)
        for trail in found:
            try:
                self._keep(trail)
            except Exception:  # a trail's defect must not keep other trails' digests
                LOG.exception("event=trail_digest_failed trail=%s", trail.arn)
                self._note_failure(trail, "InternalError")

    def _keep(self, trail: Trail) -> None:
        with self.control.read() as connection:
            sessions = trail_sessions.of_trail(connection, trail.id)
            chains = digest_chains.of_trail(connection, trail.id)
            files = delivered_files.of_trail(connection, trail.id)
        session = sessions[0] if sessions else None
        if session is not None and trail.has_digests:
            chains = self._open(trail, session, chains, files)
        is_over = not trail.has_digests or session is None or session.has_all_files
        for chain in chains.values():
            if chain.is_open:
                self._sign_due(trail, chain, [file for file in files if file.region == chain.region], is_over=is_over)
        self._deliver(trail)
        self._end(trail)

    def _open(
        self, trail: Trail, session: Session, chains: dict[str, Chain], files: Sequence[Row[Any]]
    ) -> dict[str, Chain]:
        """Begin the chains that are missing: the home region's, and one for each region of which there are files."""
        if session.has_all_files and not files:
            return chains
        starts = {file.region: file.delivered_at - _SECOND for file in reversed(files)}
        starts[trail.region] = self._start(session)
        for region, start in starts.items():
            known = chains.get(region)
            if known is not None and known.is_open:
                continue
            # Behind whatever the region's chain before covered, so that no two digests have the same name.
            free = max(start, known.covered_until) if known else start
            chain = Chain(trail.id, region, is_open=True, covered_until=_whole(free))
            with self.control.begin() as connection:
                digest_chains.save(connection, chain)
            chains = {**chains, region: chain}
        return chains

    def _start(self, session: Session) -> datetime:
        """Return from when on the digests of a session count: from its beginning, unless they were wanted later only."""
        began, now = EPOCH + timedelta(microseconds=session.started_us), self.clock.now()
        return began if now - began <= _PROMPTLY else now

    def _sign_due(self, trail: Trail, chain: Chain, files: Sequence[Row[Any]], *, is_over: bool) -> None:
        """Sign the intervals that have ended; where the session is over, the rest as well, and close the chain."""
        left = list(files)
        for end in self._ends(chain, is_last=is_over):
            listed = left if is_over and end >= _whole(self.clock.now()) else [f for f in left if f.delivered_at <= end]
            following = self._sign(trail, chain, Interval(chain.region, chain.covered_until, end, listed))
            if following is None:
                return
            left = [file for file in left if file not in listed]
            chain = following
        if is_over:
            with self.control.begin() as connection:
                delivered_files.forget(connection, left)
                digest_chains.save(connection, replace(chain, is_open=False, previous=Previous()))

    def _ends(self, chain: Chain, *, is_last: bool) -> Iterator[datetime]:
        """Return where the digests that are due end."""
        now, length = self.clock.now(), timedelta(seconds=self.seconds)
        end = chain.covered_until
        if now - end > _MOST_INTERVALS * length:
            end = _whole(now - _MOST_INTERVALS * length)
            yield end
        while end + length <= now:
            end += length
            yield end
        if is_last:
            yield max(_whole(now), end + _SECOND)

    def _sign(self, trail: Trail, chain: Chain, interval: Interval) -> Chain | None:
        """Sign one digest and move the chain on, unless another node was faster."""
        key = signing_keys.ready(self.control, chain.region, interval.end, now=self.clock.now())
        digest = signed(trail, interval, chain.previous, key)
        following = replace(chain, covered_until=interval.end, previous=_previous(trail, digest))
        with self.control.begin() as connection:
            if digest_chains.of_trail(connection, trail.id).get(chain.region) != chain:
                return None
            digest_chains.add_signed(connection, trail, digest, interval.end)
            digest_chains.save(connection, following)
            delivered_files.forget(connection, interval.files)
        return following

    def _deliver(self, trail: Trail) -> None:
        with self.control.read() as connection:
            waiting = digest_chains.signed_ones(connection, trail.id)
        for digest in waiting:
            metadata = {"signature": digest.signature, "signature-algorithm": ALGORITHM}
            try:
                bucket = self.buckets.find(trail.account, digest.bucket)
                invoke = self.invoke_as(notify.deliverer(trail), notify.SOURCE)
                sealing = encryption(invoke, trail, digest.bucket, digest.key)
                bucket.put(digest.key, digest.body, metadata=metadata, encryption=sealing)
            except BucketError as error:
                LOG.warning("event=digest_not_delivered trail=%s code=%s why=%s", trail.arn, error.code, error)
                self._note_failure(trail, error.code)
                return  # those after it continue it
            metrics.DELIVERED_FILES.labels("digest").inc()
            with self.control.begin() as connection:
                digest_chains.forget_signed(connection, digest)
                trail_deliveries.note_success(connection, trail.id, "digest", self.clock.now())

    def _end(self, trail: Trail) -> None:
        """Remove sessions that owe nothing any more, and a deleted trail that has none."""
        with self.control.read() as connection:
            sessions = trail_sessions.of_trail(connection, trail.id)
            is_open = any(chain.is_open for chain in digest_chains.of_trail(connection, trail.id).values())
            waiting = digest_chains.signed_ones(connection, trail.id)
        done = [session for session in sessions[:1] if session.has_all_files and session.logs is None and not is_open]
        is_settled = not waiting and len(done) == len(sessions)
        is_given_up = trail.deleted_at is not None and trail.deleted_at < self.clock.now() - PATIENCE
        if not done and not (trail.deleted_at and is_settled) and not is_given_up:
            return
        with self.control.begin() as connection:
            for session in sessions if is_given_up else done:
                trail_sessions.forget(connection, session)
            if is_given_up or (trail.deleted_at and is_settled):
                trail_deliveries.forget(connection, trail.id)
                delivered_files.forget_trail(connection, trail.id)
                digest_chains.forget_trail(connection, trail.id)
                trails.delete(connection, trail)

    def _note_failure(self, trail: Trail, code: str) -> None:
        metrics.FAILED_DELIVERIES.labels("digest").inc()
        with self.control.begin() as connection:
            trail_deliveries.note_failure(connection, trail.id, "digest", self.clock.now(), error=code)


def _previous(trail: Trail, digest: Digest) -> Previous:
    return Previous(trail.bucket, digest.key, digest.sha256, digest.signature)


def _whole(time: datetime) -> datetime:
    """Return the time in whole seconds, as the names of digests have it."""
    return time.replace(microsecond=0)
