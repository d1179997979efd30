"""Lake work: what event data stores need done besides answering calls."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from skylens.cloudtrail import event_store, resource_tags
from skylens.cloudtrail.ingestion import imports, lake_events, resource_policies
from skylens.cloudtrail.insights import store_insights
from skylens.cloudtrail.lake import event_data_stores, queries, run_queries
from skylens.cloudtrail.lake.data_event_stores import DataEventStores
from skylens.cloudtrail.lake.run_queries import QueryRunner
from skylens.sql import Param, Sql, all_of
from skylens.store.queries import query

if TYPE_CHECKING:
    from datetime import datetime

    from skylens.clock import Clock
    from skylens.config import Limits
    from skylens.store import Store
    from skylens.store.control import Control

LOG = logging.getLogger(__name__)
OWN_DAYS = {run_queries.TABLE: queries.KEPT_DAYS}


class LakeWork:
    """The parts that jobs run."""

    def __init__(self, store: Store, control: Control, clock: Clock, limits: Limits) -> None:
        self._store, self._control = store, control
        self.runner = QueryRunner(store, control, clock, limits)
        self.data_event_stores = DataEventStores(control)

    def forget(self, now: datetime) -> None:
        """Remove the stores and queries whose time is over."""
        with self._control.begin() as connection:
            queries.forget_old(connection, now)
            for store in event_data_stores.delete_due(connection, now):
                resource_tags.forget(connection, store.arn)
                resource_policies.forget(connection, store.arn)
                imports.forget(connection, store.id)
                store_insights.forget(connection, store.id)
                LOG.info("event=event_data_store_deleted store=%s", store.arn)
        self._forget_given(now)

    def _forget_given(self, now: datetime) -> None:
        """Delete the events that stores were given and that are too old for them, and those of stores that are gone."""
        with self._control.read() as connection:
            kept = {store.id: store for store in event_data_stores.all_stores(connection)}
        for store, oldest in self._store.read(query("skylens.cloudtrail", "oldest_given").fill()):
            condition = Sql("store = ?", (Param("String", store),))
            if store in kept:
                first = int(kept[store].first_kept(now).timestamp())
                if oldest >= first:
                    continue
                older = Sql("event_time < ?", (Param("DateTime('UTC')", max(0, first)),))
                condition = all_of([condition, older])
            self._store.delete(lake_events.TABLE, condition)

    def kept_longer(self) -> dict[str, dict[str, int]]:
        """Return the accounts whose events are kept for longer than the history, because stores of theirs are."""
        least = self._store.own_days.get(event_store.TABLE, event_store.HISTORY_DAYS)
        with self._control.read() as connection:
            return {event_store.TABLE: event_data_stores.longest_retentions(connection, least)}
