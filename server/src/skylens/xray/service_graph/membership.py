"""Membership: which traces a group's graph counts, now and at any time before.

X-Ray assigns a trace to groups when it is ingested, by the filter expressions then in force: a changed expression holds
for new traces only, and a new group has no old ones. So a minute is counted with the expression that was in force when it
ended, and a group counts traces of which something arrived since the group exists.

https://docs.aws.amazon.com/xray/latest/devguide/xray-console-groups.html
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from skylens.xray import groups
from skylens.xray.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skylens.caller import Caller
    from skylens.store.control import Control
    from skylens.xray.groups import Group


class FilterVersion(NamedTuple):
    """A filter expression and since when it is in force, in epoch seconds."""

    valid_from: float
    expression: str


@dataclass(frozen=True, slots=True)
class Membership:
    """A group's id (the end of its ARN) and its filters, oldest first; the account as a whole has neither."""

    group_id: str = ""
    filters: Sequence[FilterVersion] = ()

    @property
    def since_ms(self) -> int:
        """Return when the group was created, in milliseconds; 0 for the account as a whole."""
        return int(self.filters[0].valid_from * 1000) if self.filters else 0

    def in_force(self, second: float) -> str:
        """Return the expression in force at that time: the first one before there was any, ``""`` for every trace."""
        if not self.filters:
            return ""
        at = bisect_right(self.filters, second, key=lambda version: version.valid_from)
        return self.filters[max(0, at - 1)].expression

    def has_old_versions(self, start: float) -> bool:
        """Say whether what was counted since ``start`` can hold traces that an older expression chose."""
        return any(version.valid_from > start for version in self.filters[1:])


EVERYTHING: Final = Membership()


def requested(control: Control, caller: Caller, name: str | None, arn: str | None) -> Membership:
    """Return the membership of the group that a request names; without a name it is about the account as a whole.

    Grafana sends an empty name where it means none.
    """
    if name and arn:
        raise InvalidRequest("Specify a group by either GroupName or GroupARN, but not both")
    if not name and not arn:
        return EVERYTHING
    return of(control, caller, groups.find(control, caller, name=name or None, arn=arn or None))


def of(control: Control, caller: Caller, group: Group) -> Membership:
    """Return the membership of a stored group."""
    if group.is_default:
        return EVERYTHING
    filters = tuple(
        FilterVersion(version.valid_from.timestamp(), version.expression)
        for version in groups.history(control, caller, group)
    )
    return Membership(group.arn.rpartition("/")[2], filters)


def of_all(control: Control, caller: Caller) -> list[Membership]:
    """Return the memberships of all groups of the account that have one of their own, in no order that matters."""
    return [of(control, caller, group) for group in groups.all(control, caller) if not group.is_default]
