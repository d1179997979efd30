"""The sampling rules of an account: Default, which is always there, and those its users made."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, insert, select
from sqlalchemy import delete as delete_from

from skylens.store.control.moment import EPOCH, MILLISECOND, whole_milliseconds
from skylens.store.control.schema.sampling_rules import SAMPLING_RULE_CHANGES, SAMPLING_RULES
from skylens.store.control.upsert import upsert
from skylens.xray.errors import InvalidRequest, RuleLimitExceeded
from skylens.xray.owner import owned, owned_by_parameter, owner
from skylens.xray.sampling.rule import DEFAULT, DEFAULT_NAME, Boost, Rule, changed, check, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from skylens.caller import Caller

_NAMED: Final = select(SAMPLING_RULES).where(
    *owned_by_parameter(SAMPLING_RULES), SAMPLING_RULES.c.name.in_(bindparam("names", expanding=True))
)
_CHANGED_AT: Final = select(SAMPLING_RULE_CHANGES.c.changed_at).where(*owned_by_parameter(SAMPLING_RULE_CHANGES))
_PLAIN: Final = tuple(name for name in Rule.__dataclass_fields__ if name not in {"boost", "attributes"})


def everything(connection: Connection, caller: Caller) -> list[Rule]:
    """Return all rules of the caller's account in the order they are tried."""
    stored = [_rule(row) for row in connection.execute(select(SAMPLING_RULES).where(*owned(SAMPLING_RULES, caller)))]
    if not any(rule.is_default for rule in stored):
        stored.append(DEFAULT)
    return in_order(stored)


def named(connection: Connection, caller: Caller, names: Iterable[str]) -> dict[str, Rule]:
    """Return those of the named rules that there are."""
    wanted = set(names)
    rows = connection.execute(_NAMED, owner(caller) | {"names": sorted(wanted)})
    default = {DEFAULT_NAME: DEFAULT} if DEFAULT_NAME in wanted else {}
    return default | {row.name: _rule(row) for row in rows}


def find(connection: Connection, caller: Caller, name: str) -> Rule:
    """Return the rule of that name."""
    rule = named(connection, caller, [name]).get(name)
    if rule is None:
        raise InvalidRequest(f"Sampling rule not found: {name}")
    return rule


def create(connection: Connection, caller: Caller, rule: Rule, *, most: int, now: datetime) -> Rule:
    """Store a new rule, the last of at most so many beside Default."""
    check(rule)
    names = set(connection.scalars(select(SAMPLING_RULES.c.name).where(*owned(SAMPLING_RULES, caller))))
    if rule.is_default or rule.name in names:
        raise InvalidRequest(f"A sampling rule named {rule.name} exists already")
    if len(names - {DEFAULT_NAME}) >= most:
        raise RuleLimitExceeded(f"An account can have at most {most} sampling rules beside the Default rule")
    at = _note_change(connection, caller, now)
    new = replace(rule, created_at=at, modified_at=at)
    connection.execute(insert(SAMPLING_RULES).values(_row(caller, new)))
    return new


def update(connection: Connection, caller: Caller, name: str, changes: Mapping[str, Any], *, now: datetime) -> Rule:
    """Make the changes to the rule of that name and return what it is now."""
    rule = changed(find(connection, caller, name), changes)
    new = replace(rule, modified_at=_note_change(connection, caller, now))
    upsert(connection, SAMPLING_RULES, [_row(caller, new)])
    return new


def delete(connection: Connection, caller: Caller, name: str, *, now: datetime) -> Rule:
    """Remove the rule of that name and return what it was."""
    rule = find(connection, caller, name)
    if rule.is_default:
        raise InvalidRequest("The Default sampling rule cannot be deleted")
    connection.execute(delete_from(SAMPLING_RULES).where(*owned(SAMPLING_RULES, caller), SAMPLING_RULES.c.name == name))
    _note_change(connection, caller, now)
    return rule


def last_modified(connection: Connection, caller: Caller) -> datetime:
    """Return when a rule was last created, changed or deleted; 1970 if none ever was."""
    at = connection.scalar(_CHANGED_AT, owner(caller))
    return at or EPOCH


def _note_change(connection: Connection, caller: Caller, now: datetime) -> datetime:
    # Always later than the change before, so that no client takes two changes for one.
    at = max(whole_milliseconds(now), last_modified(connection, caller) + MILLISECOND)
    upsert(
        connection,
        SAMPLING_RULE_CHANGES,
        [owner(caller) | {"changed_at": at}],
    )
    return at


def _rule(row: Row[Any]) -> Rule:
    limited = row.boost_max_rate is not None
    return Rule(
        **{name: getattr(row, name) for name in _PLAIN},
        attributes=row.attributes,
        boost=Boost(row.boost_max_rate, row.boost_cooldown_minutes) if limited else None,
    )


def _row(caller: Caller, rule: Rule) -> dict[str, Any]:
    return {
        **owner(caller),
        **{name: getattr(rule, name) for name in _PLAIN},
        "attributes": dict(rule.attributes),
        "boost_max_rate": rule.boost.max_rate if rule.boost else None,
        "boost_cooldown_minutes": rule.boost.cooldown_minutes if rule.boost else None,
    }
