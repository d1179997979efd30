"""Data event stores: data events are recorded for event data stores that select them; the recorder asks from memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.cloudtrail.lake import event_data_stores

if TYPE_CHECKING:
    from datetime import datetime

    from skylens.caller import AccountId, Region
    from skylens.cloudtrail.consumer import Wants
    from skylens.cloudtrail.lake.event_data_stores import EventDataStore
    from skylens.cloudtrail.selector.facts import Facts
    from skylens.store.control import Control


class DataEventStores:
    """The stores that take data events in, a second old at the most: a job of every node reads them anew."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._by_account: dict[str, tuple[EventDataStore, ...]] = {}

    def refresh(self, _now: datetime) -> None:
        """Read which stores select data events now."""
        with self._control.read() as connection:
            stores = event_data_stores.all_stores(connection)
        found = [store for store in stores if store.status == "ENABLED" and "Data" in store.categories]
        accounts = {store.account for store in found}
        self._by_account = {account: tuple(s for s in found if s.account == account) for account in accounts}

    def __call__(self, account: AccountId, region: Region) -> Wants | None:
        """Return the question whether a store wants an event of that account and region, or None where none does."""
        stores = self._by_account.get(account, ())
        asking = [store.selectors for store in stores if store.is_multi_region or store.region == region]
        if not asking:
            return None

        def wants(facts: Facts) -> bool:
            return any(selectors.wants(facts) for selectors in asking)

        return wants
