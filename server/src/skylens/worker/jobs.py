"""Jobs: the list of what the worker does."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from skylens.kms.deletion import delete_due
from skylens.kms.rotation import rotate_due
from skylens.store.retention import expire
from skylens.worker.schedule import Job
from skylens.xray.service_graph.closing import MinuteCloser

if TYPE_CHECKING:
    from datetime import datetime

    from skylens.clock import Clock
    from skylens.store import Store
    from skylens.store.control import Control

LOG = logging.getLogger(__name__)


def jobs(store: Store, control: Control, clock: Clock) -> tuple[Job, ...]:
    """Return every job over this store and control database."""
    return (
        Job("graph_minutes", 5, MinuteCloser(store, control, clock.monotonic).run),
        Job("retention", 3600, lambda _: _expire(store, control)),
        Job("keys", 60, lambda now: _keep_keys(control, now)),
    )


def _expire(store: Store, control: Control) -> None:
    for table, rows in expire(store, control).items():
        LOG.info("event=rows_expired table=%s rows=%s", table, rows)


def _keep_keys(control: Control, now: datetime) -> None:
    for key in delete_due(control, now):
        LOG.info("event=key_deleted key=%s", key.arn)
    for key in rotate_due(control, now):
        LOG.info("event=key_rotated key=%s material=%s", key.arn, key.material_id)
