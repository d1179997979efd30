"""Schedule: runs each job at its interval, on one node of the cluster, whatever happens to the others."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from skylens.worker import leases, metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from skylens.clock import Clock
    from skylens.ids import Ids
    from skylens.store.control import Control

LOG = logging.getLogger(__name__)

_SHORTEST_LEASE_SECONDS: Final = 60
_LONGEST_WAIT_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every so often. It is done by one node at a time, but must bear being done twice.

    What each node does for itself is done ``on_every_node``. What should not wait for the next start of a server that is
    stopped is done ``at_end`` once more.
    """

    name: str
    every_seconds: float
    run: Callable[[datetime], None]
    on_every_node: bool = False
    at_end: bool = False

    @property
    def lease_seconds(self) -> float:
        """How long a node keeps the job: past its next turn, so that no other node's turn comes between."""
        return max(_SHORTEST_LEASE_SECONDS, 2 * self.every_seconds)


class Schedule:
    """The jobs of this node. ``start`` gives each a thread of its own; a test calls ``tick`` and moves the clock."""

    def __init__(self, jobs: Sequence[Job], *, control: Control, clock: Clock, ids: Ids) -> None:
        self._jobs = tuple(jobs)
        self._control = control
        self._clock = clock
        self._holder = ids.uuid()
        self._due = {job.name: clock.monotonic() for job in jobs}
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def __repr__(self) -> str:
        return f"<Schedule of {', '.join(job.name for job in self._jobs)}>"

    def start(self) -> None:
        """Begin to run jobs in the background."""
        self._threads = [
            threading.Thread(target=self._keep_running, args=(job,), name=f"job-{job.name}", daemon=True)
            for job in self._jobs
        ]
        for thread in self._threads:
            thread.start()

    def take_over(self) -> None:
        """Do not wait for leases of earlier servers: whoever calls this is the only one."""
        leases.free_all(self._control, self._clock.now())

    def stop(self) -> None:
        """Let the runs that are under way end, and start no other."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def finish(self) -> None:
        """Do once more what should not wait for the next start."""
        for job in self._jobs:
            if job.at_end:
                self._due[job.name] = self._clock.monotonic()
                self._turn(job)

    def release(self) -> None:
        """Leave the jobs to other nodes."""
        leases.release(self._control, self._holder, self._clock.now())

    def tick(self) -> None:
        """Run every job whose time has come."""
        for job in self._jobs:
            self._turn(job)

    def _keep_running(self, job: Job) -> None:
        while not self._stopping.is_set():
            self._turn(job)
            left = self._due[job.name] - self._clock.monotonic()
            self._stopping.wait(min(max(left, 0.01), _LONGEST_WAIT_SECONDS))

    def _turn(self, job: Job) -> None:
        """Run the job if it is due and ours. An error is counted and told, and the job has its next turn all the same."""
        began = self._clock.monotonic()
        if began < self._due[job.name]:
            return
        self._due[job.name] = began + job.every_seconds
        try:
            if job.on_every_node or self._is_ours(job):
                job.run(self._clock.now())
                metrics.JOB_SECONDS.labels(job.name).observe(self._clock.monotonic() - began)
        except Exception:  # no job's error may end the worker
            metrics.FAILED_JOBS.labels(job.name).inc()
            LOG.exception("event=job_failed job=%s", job.name)

    def _is_ours(self, job: Job) -> bool:
        return leases.take(self._control, job.name, self._holder, self._clock.now(), job.lease_seconds)
