"""Source: whose calls are looked at, and who wants what is unusual about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from skylens.sql import TRUE, Sql, all_of

if TYPE_CHECKING:
    from skylens.cloudtrail.event import Category
    from skylens.cloudtrail.insights.calls import InsightType, Rate

_FAILED: Final = Sql("error_code != ''")


@dataclass(frozen=True, slots=True)
class Source:
    """Events that are counted together: an account's for its trails, or those that a trail or an event data store takes.

    Management events of trails are counted once for all trails of an account, as event history shows one Insight of them;
    data events differ by trail, and what event data stores take differs by store.
    """

    id: str
    account: str
    category: str  # Management or Data
    types: frozenset[InsightType]
    regions: frozenset[str] = frozenset()  # none named are all
    wanted: Sql = TRUE  # of the events
    arn: str = ""  # of the trail or event data store, where it is one's own
    destination: str = ""  # id of the event data store that keeps its Insights events; "": they are on record

    @property
    def stored_as(self) -> Category:
        """The category of its Insights events on record."""
        return "DataInsight" if self.category == "Data" else "Insight"

    @property
    def failed(self) -> Sql:
        """The condition of its events that ended with an error."""
        return all_of([self.wanted, _FAILED])

    def counts(self, rate: Rate) -> bool:
        """Say whether a rate is watched: of management events only writes have a call rate."""
        if rate.type not in self.types:
            return False
        return bool(rate.error_code) or self.category == "Data" or not rate.read_only

    def __repr__(self) -> str:
        return f"<Source {self.id}>"
