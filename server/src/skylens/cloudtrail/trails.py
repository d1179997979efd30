"""Trails: what each delivers, where to, and who finds it by which name."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete as delete_from
from sqlalchemy import insert, select
from sqlalchemy import update as update_in

from skylens.cloudtrail.selector import insight, selectors
from skylens.cloudtrail.trail_errors import NotHomeRegion, TooManyTrails, TrailChanged, TrailExists, TrailNotFound
from skylens.cloudtrail.trail_name import TrailName, check_name, from_arn, is_arn
from skylens.store.control.schema.trails import TRAILS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row

    from skylens.caller import Caller
    from skylens.cloudtrail.selector.insight import InsightSelector
    from skylens.cloudtrail.selector.selectors import Selectors

GLOBAL_REGION: Final = "us-east-1"  # where the records of global services stand


@dataclass(frozen=True, slots=True)
class Trail:
    """One trail. Texts that are not given are empty."""

    id: str
    account: str
    region: str  # its home
    name: str
    bucket: str
    prefix: str = ""
    topic: str = ""  # name or ARN
    log_group_arn: str = ""
    log_role_arn: str = ""
    kms_key_arn: str = ""
    has_global_events: bool = True
    is_multi_region: bool = False
    has_digests: bool = False
    is_recursive: bool = True
    selectors: Selectors = field(default=selectors.DEFAULT)
    insight_selectors: str = ""  # JSON
    created_at: datetime | None = None
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    is_logging: bool = False
    deleted_at: datetime | None = None

    @property
    def arn(self) -> str:
        """Its ARN."""
        return TrailName(self.region, self.account, self.name).arn

    @property
    def topic_arn(self) -> str:
        """ARN of its topic, or nothing."""
        named = self.topic and not is_arn(self.topic)
        return f"arn:aws:sns:{self.region}:{self.account}:{self.topic}" if named else self.topic

    @property
    def insights(self) -> tuple[InsightSelector, ...]:
        """Which Insights it wants."""
        return insight.from_text(self.insight_selectors)

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions whose events it wants; none named are all."""
        return () if self.is_multi_region else (self.region,)

    def is_in(self, region: str) -> bool:
        """Say whether the trail is listed in a region, be it as the shadow of one that lives elsewhere."""
        return self.is_multi_region or self.region == region

    def __repr__(self) -> str:
        return f"<Trail {self.arn}>"


_NAMES: Final = tuple(f.name for f in fields(Trail))


def create(connection: Connection, trail: Trail, *, most: int) -> None:
    """Add a trail, if its name is free in its region and the account may have one more there."""
    check_room(connection, trail, most=most)
    connection.execute(insert(TRAILS).values(_row(trail)))


def check_room(connection: Connection, trail: Trail, *, most: int) -> None:
    """Raise what keeps a new trail from being created: one of its name, or too many others."""
    others = of_account(connection, trail.account)
    if any(other.name == trail.name and other.region == trail.region for other in others):
        raise TrailExists(trail.name, trail.account)
    check_quota(trail, others, most=most)


def check_quota(trail: Trail, others: Iterable[Trail], *, most: int) -> None:
    """Raise TooManyTrails if a region would have more than it may; a trail of all regions counts in each."""
    others = [other for other in others if other.id != trail.id]
    homes = {other.region for other in others} if trail.is_multi_region else set()
    for region in sorted({trail.region, *homes}):
        if sum(other.is_in(region) for other in others) >= most:
            raise TooManyTrails(trail.account, most, region)


def update(connection: Connection, before: Trail, after: Trail) -> None:
    """Change a trail, if it still is what it was when the change was checked."""
    if stored(connection, before.id) != before:
        raise TrailChanged(f"Trail {before.arn} was changed by somebody else meanwhile; try again")
    connection.execute(update_in(TRAILS).where(TRAILS.c.id == after.id).values(_row(after)))


def delete(connection: Connection, trail: Trail) -> None:
    """Remove a trail for good."""
    connection.execute(delete_from(TRAILS).where(TRAILS.c.id == trail.id))


def find(connection: Connection, caller: Caller, given: str) -> Trail:
    """Return the caller's trail by its ARN, or by its name: the one at home in this region before the shadow of another."""
    name = _named(caller, given)
    found = [trail for trail in of_account(connection, caller.account) if trail.name == name.name]
    if is_arn(given):
        found = [trail for trail in found if (trail.region, trail.account) == (name.region, name.account)]
    else:
        found = [trail for trail in found if trail.is_in(caller.region)]
    if not found:
        raise TrailNotFound(given, caller.account)
    return min(found, key=lambda trail: (trail.region != caller.region, trail.region))


def find_at_home(connection: Connection, caller: Caller, given: str) -> Trail:
    """Return the trail to be changed, or raise NotHomeRegion where the caller sees its shadow only."""
    trail = find(connection, caller, given)
    if trail.region != caller.region:
        raise NotHomeRegion(trail.arn, trail.region)
    return trail


def composed_arn(caller: Caller, given: str) -> str:
    """Return the ARN that a name means in this region; an ARN is itself."""
    return _named(caller, given).arn


def of_account(connection: Connection, account: str) -> list[Trail]:
    """Return the account's trails of all regions, by name."""
    condition = (TRAILS.c.account == account) & TRAILS.c.deleted_at.is_(None)
    return _select(connection, condition)


def all_trails(connection: Connection) -> list[Trail]:
    """Return every account's trails, the deleted ones that still owe something included."""
    return _select(connection, TRAILS.c.id.is_not(None))


def stored(connection: Connection, trail_id: str) -> Trail | None:
    """Return a trail as a transaction sees it."""
    return next(iter(_select(connection, TRAILS.c.id == trail_id)), None)


def _named(caller: Caller, given: str) -> TrailName:
    if is_arn(given):
        return from_arn(given)
    check_name(given)
    return TrailName(caller.region, caller.account, given)


def _select(connection: Connection, condition: ColumnElement[bool]) -> list[Trail]:
    rows = connection.execute(select(TRAILS).where(condition).order_by(TRAILS.c.name, TRAILS.c.region))
    return [_trail(row) for row in rows]


def _trail(row: Row[Any]) -> Trail:
    values = {name: getattr(row, name) for name in _NAMES if name != "selectors"}
    return Trail(**values, selectors=selectors.from_text(row.event_selectors))


def _row(trail: Trail) -> dict[str, Any]:
    row = {name: getattr(trail, name) for name in _NAMES if name != "selectors"}
    return {**row, "event_selectors": trail.selectors.to_text()}
