"""Jobs: the list of what the worker does."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from skylens.cloudtrail import event_store
from skylens.kms.deletion import delete_due
from skylens.kms.rotation import rotate_due
from skylens.store.retention import expire, first_kept
from skylens.worker.schedule import Job
from skylens.xray import data_keys
from skylens.xray.service_graph.closing import MinuteCloser

if TYPE_CHECKING:
    from datetime import datetime

    from skylens.clock import Clock
    from skylens.cloudtrail.data_event_trails import DataEventTrails
    from skylens.cloudtrail.delivery.deliver import Deliverer
    from skylens.cloudtrail.delivery.sign_digests import DigestSigner
    from skylens.cloudtrail.ingestion.importing import Importer
    from skylens.cloudtrail.insights.finder import InsightFinder
    from skylens.cloudtrail.key_events import KeyEvents
    from skylens.cloudtrail.lake.deliver_results import ResultDeliverer
    from skylens.cloudtrail.lake.lake_work import LakeWork
    from skylens.cloudtrail.unattributed import UnattributedCalls
    from skylens.cloudtrail.webhook.sender import WebhookSender
    from skylens.store import Store
    from skylens.store.control import Control

_LONGEST_DIGEST_WAIT_SECONDS = 10.0
LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrailWork:
    """What trails need done, and how often files are delivered and digests signed."""

    deliverer: Deliverer
    signer: DigestSigner
    data_event_trails: DataEventTrails
    delivery_seconds: float

    def jobs(self) -> tuple[Job, ...]:
        """Return its jobs. Files come before digests, which list them."""
        often = min(self.delivery_seconds, self.signer.seconds, _LONGEST_DIGEST_WAIT_SECONDS)
        return (
            Job("trail_delivery", self.delivery_seconds, self.deliverer.run, at_end=True),
            Job("trail_digests", often, self.signer.run, at_end=True),
            Job("data_event_trails", 1, self.data_event_trails.refresh, on_every_node=True),
        )


@dataclass(frozen=True, slots=True)
class AuditWork:
    """What the audit trail needs done."""

    trails: TrailWork
    insights: InsightFinder
    lake: LakeWork
    importer: Importer
    key_events: KeyEvents
    unattributed: UnattributedCalls
    results: ResultDeliverer
    webhook: WebhookSender | None  # None: nobody is told of events

    def webhook_jobs(self) -> tuple[Job, ...]:
        """Return the job that tells the webhook's receiver of events, where there is one."""
        return (Job("event_webhook", 0.3, self.webhook.run, at_end=True),) if self.webhook else ()


def lake_jobs(work: LakeWork, importer: Importer) -> tuple[Job, ...]:
    """Return the jobs of event data stores."""
    return (
        Job("lake_imports", 0.2, importer.run),
        Job("lake_queries", 0.2, work.runner.run),
        Job("data_event_stores", 1, work.data_event_stores.refresh, on_every_node=True),
        Job("lake_deletion", 3600, work.forget),
    )


def jobs(store: Store, control: Control, clock: Clock, audit: AuditWork) -> tuple[Job, ...]:
    """Return every job over this store and control database."""
    return (
        *audit.trails.jobs(),
        Job("insights", 2, audit.insights.run),
        *lake_jobs(audit.lake, audit.importer),
        Job("lake_results", 1, audit.results.run),
        *audit.webhook_jobs(),
        Job("graph_minutes", 5, MinuteCloser(store, control, clock.monotonic).run),
        Job("unattributed_calls", 5, audit.unattributed.flush, on_every_node=True, at_end=True),
        Job("retention", 3600, lambda now: _expire(store, control, audit, now)),
        Job("keys", 60, lambda now: _keep_keys(control, audit.key_events, now)),
    )


def _expire(store: Store, control: Control, audit: AuditWork, now: datetime) -> None:
    kept_longer = audit.lake.kept_longer()
    if audit.webhook is not None:
        kept_accounts = kept_longer.get(event_store.TABLE, {})
        days = store.own_days.get(event_store.TABLE, event_store.HISTORY_DAYS)
        audit.webhook.note_expiring(first_kept(store, days), kept_accounts)
    for table, rows in expire(store, control, kept_longer).items():
        LOG.info("event=rows_expired table=%s rows=%s", table, rows)
    audit.unattributed.forget(now)
    if count := data_keys.forget_unused(control, store, now):
        LOG.info("event=data_keys_deleted keys=%s", count)


def _keep_keys(control: Control, events: KeyEvents, now: datetime) -> None:
    for key in delete_due(control, now):
        events.deleted(key.arn)
        LOG.info("event=key_deleted key=%s", key.arn)
    for key in rotate_due(control, now):
        events.rotated(key.arn)
        LOG.info("event=key_rotated key=%s material=%s", key.arn, key.material_id)
