"""Groups: traces that a filter expression selects, under a name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import delete as delete_from
from sqlalchemy import func, insert, select

from skylens.store.control.schema.groups import GROUP_FILTERS, GROUPS
from skylens.store.control.upsert import upsert
from skylens.xray.arn import default_group_id, group_arn, group_name
from skylens.xray.errors import InvalidRequest
from skylens.xray.filter_expression.parser import parse
from skylens.xray.owner import owned, owner

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from skylens.caller import Caller
    from skylens.store.control import Control

DEFAULT_NAME: Final = "Default"
UNIQUE_ID_LENGTH: Final = 52


@dataclass(frozen=True, slots=True)
class Group:
    """A group; without a filter expression it holds every trace."""

    name: str
    arn: str
    filter_expression: str = ""
    insights_enabled: bool = False
    notifications_enabled: bool = False

    @property
    def is_default(self) -> bool:
        """Whether this is the group that every account has."""
        return self.name == DEFAULT_NAME

    def __repr__(self) -> str:
        return f"<Group {self.name}: {self.filter_expression or 'everything'}>"


class FilterVersion(NamedTuple):
    """A filter expression, and since when it is in force."""

    valid_from: datetime
    expression: str


@dataclass(frozen=True, slots=True)
class GroupChange:
    """What to change about a group; None leaves it as it is."""

    filter_expression: str | None = None
    insights_enabled: bool | None = None
    notifications_enabled: bool | None = None


def find(control: Control, caller: Caller, *, name: str | None = None, arn: str | None = None) -> Group:
    """Return the caller's group of that name or ARN."""
    with control.read() as connection:
        return stored(connection, caller, name=name, arn=arn)


def all(control: Control, caller: Caller) -> list[Group]:  # noqa: A001  # read as groups.all
    """Return the caller's groups, Default first and the others by name."""
    with control.read() as connection:
        rows = connection.execute(select(GROUPS).where(*owned(GROUPS, caller)).order_by(GROUPS.c.name))
        groups = [_group(caller, row) for row in rows]
    others = [group for group in groups if not group.is_default]
    return [next((group for group in groups if group.is_default), _default(caller)), *others]


def expressions(control: Control, caller: Caller) -> Mapping[str, str]:
    """Return the filter expression of each of the caller's groups, by its name and by its ARN."""
    return {key: group.filter_expression for group in all(control, caller) for key in (group.name, group.arn)}


def history(control: Control, caller: Caller, group: Group) -> list[FilterVersion]:
    """Return every filter expression a group had, oldest first; the Default group has none."""
    table = GROUP_FILTERS
    versions = select(table.c.valid_from, table.c.filter_expression).where(
        *owned(table, caller), table.c.name == group.name
    )
    with control.read() as connection:
        return [FilterVersion(at, text) for at, text in connection.execute(versions.order_by(table.c.version))]


def create(connection: Connection, caller: Caller, new: Group, *, most: int, now: datetime) -> Group:
    """Store a new group, the last of at most so many beside Default."""
    _check(new)
    if "/" in new.name:
        raise InvalidRequest(f"A group's name cannot contain a slash: {new.name}")
    names = set(connection.scalars(select(GROUPS.c.name).where(*owned(GROUPS, caller)))) | {DEFAULT_NAME}
    if new.name in names:
        raise InvalidRequest(f"A group named {new.name} exists already")
    if len(names - {DEFAULT_NAME}) >= most:
        raise InvalidRequest(f"An account can have at most {most} groups beside the Default group")
    connection.execute(insert(GROUPS).values(_row(caller, new)))
    _note_filter(connection, caller, new, now)
    return new


def update(connection: Connection, caller: Caller, group: Group, change: GroupChange, *, now: datetime) -> Group:
    """Make the change to a group and return what it is now."""
    changes = {
        name: getattr(change, name) for name in GroupChange.__dataclass_fields__ if getattr(change, name) is not None
    }
    if changes.get("insights_enabled") is False:
        # Notifications tell of insights only: with no word about them they end with the insights.
        changes.setdefault("notifications_enabled", False)
    new = _check(replace(group, **changes))
    if group.is_default and new.filter_expression != group.filter_expression:
        raise InvalidRequest("The filter expression of the Default group cannot be changed")
    upsert(connection, GROUPS, [_row(caller, new)])
    if new.filter_expression != group.filter_expression:
        _note_filter(connection, caller, new, now)
    return new


def delete(connection: Connection, caller: Caller, group: Group) -> None:
    """Remove a group and its history."""
    if group.is_default:
        raise InvalidRequest("The Default group cannot be deleted")
    for table in (GROUPS, GROUP_FILTERS):
        connection.execute(delete_from(table).where(*owned(table, caller), table.c.name == group.name))


def stored(connection: Connection, caller: Caller, *, name: str | None = None, arn: str | None = None) -> Group:
    """Return the group of that name or ARN as a transaction sees it."""
    if name is None and arn is None:
        raise InvalidRequest("Specify a group by GroupName or GroupARN")
    wanted = name if arn is None else group_name(caller, arn)
    if name is not None and name != wanted:
        raise InvalidRequest(f"GroupName {name} and GroupARN {arn} are not the same group")
    row = connection.execute(select(GROUPS).where(*owned(GROUPS, caller), GROUPS.c.name == wanted)).one_or_none()
    group = _group(caller, row) if row is not None else _default(caller) if wanted == DEFAULT_NAME else None
    if group is None or (arn is not None and arn != group.arn):
        raise InvalidRequest(f"Group not found: {name if arn is None else arn}")
    return group


def _check(group: Group) -> Group:
    if group.filter_expression:
        parse(group.filter_expression)
    if group.notifications_enabled and not group.insights_enabled:
        raise InvalidRequest("NotificationsEnabled can only be true where InsightsEnabled is true")
    return group


def _note_filter(connection: Connection, caller: Caller, group: Group, now: datetime) -> None:
    table = GROUP_FILTERS
    newest = connection.scalar(
        select(func.max(table.c.version)).where(*owned(table, caller), table.c.name == group.name)
    )
    connection.execute(
        insert(table).values(
            **owner(caller),
            name=group.name,
            version=(newest or 0) + 1,
            filter_expression=group.filter_expression,
            valid_from=now,
        )
    )


def _default(caller: Caller) -> Group:
    return Group(DEFAULT_NAME, group_arn(caller, DEFAULT_NAME, default_group_id(caller)))


def _group(caller: Caller, row: Row[Any]) -> Group:
    return Group(
        row.name,
        group_arn(caller, row.name, row.unique_id),
        row.filter_expression,
        row.insights_enabled,
        row.notifications_enabled,
    )


def _row(caller: Caller, group: Group) -> dict[str, Any]:
    return {
        **owner(caller),
        "name": group.name,
        "unique_id": group.arn.rpartition("/")[2],
        "filter_expression": group.filter_expression,
        "insights_enabled": group.insights_enabled,
        "notifications_enabled": group.notifications_enabled,
    }
