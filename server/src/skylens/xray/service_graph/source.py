"""Source: where graphs are read from."""

from dataclasses import dataclass
from typing import Any

from skylens.caller import Caller
from skylens.store import Store
from skylens.xray.service_graph.membership import EVERYTHING, Membership


@dataclass(frozen=True, slots=True)
class Source:
    """A store, in it an account and region, of these a group."""

    store: Store
    caller: Caller
    membership: Membership = EVERYTHING

    @property
    def key(self) -> dict[str, Any]:
        """Return the parameters that choose the rows of graph_minutes."""
        owner = {"account": self.caller.account, "region": self.caller.region}
        return owner | {"group": self.membership.group_id}
