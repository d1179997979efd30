"""Data event trails: data events are recorded only where a trail selects them; this is how the recorder knows, from memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.cloudtrail import trails

if TYPE_CHECKING:
    from datetime import datetime

    from skylens.caller import AccountId, Region
    from skylens.cloudtrail.consumer import Wants
    from skylens.cloudtrail.selector.facts import Facts
    from skylens.cloudtrail.trails import Trail
    from skylens.store.control import Control


class DataEventTrails:
    """The logging trails that select data events, a second old at the most: a job of every node reads them anew."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._by_account: dict[str, tuple[Trail, ...]] = {}

    def refresh(self, _now: datetime) -> None:
        """Read which trails select data events now."""
        with self._control.read() as connection:
            found = [t for t in trails.all_trails(connection) if t.is_logging and "Data" in t.selectors.categories]
        accounts = {trail.account for trail in found}
        self._by_account = {account: tuple(t for t in found if t.account == account) for account in accounts}

    def __call__(self, account: AccountId, region: Region) -> Wants | None:
        """Return the question whether somebody wants an event of that account and region, or None where nobody does."""
        asking = [trail.selectors for trail in self._by_account.get(account, ()) if trail.is_in(region)]
        if not asking:
            return None

        def wants(facts: Facts) -> bool:
            return any(selectors.wants(facts) for selectors in asking)

        return wants
