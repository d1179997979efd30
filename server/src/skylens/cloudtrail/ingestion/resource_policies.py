"""Resource policies: who beside an account's own principals may use its channels and event data stores.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/security_iam_resource-based-policy-examples.html
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete as delete_from
from sqlalchemy import select

from skylens.cloudtrail.ingestion import channels
from skylens.cloudtrail.ingestion.ingestion_errors import (
    InvalidPolicyTarget,
    InvalidResourcePolicy,
    NoPolicyTarget,
    PolicyTargetNotFound,
)
from skylens.cloudtrail.lake import event_data_stores
from skylens.registry import Need
from skylens.store.control.schema.lake_policies import LAKE_POLICIES
from skylens.store.control.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from skylens.caller import Caller
    from skylens.registry import Call
    from skylens.store.control import Control

_MOST_STATEMENTS: Final = 20
_MOST_PRINCIPALS: Final = 50  # of a statement
_ARN: Final = re.compile(r"arn:aws:cloudtrail:([a-z0-9-]+):([0-9]{12}):([a-z]+)/(.+)")
# By the type in the ARN: what a policy on such a resource can allow or deny.
_ACTIONS: Final[Mapping[str, frozenset[str]]] = {
    "channel": frozenset({"cloudtrail-data:putauditevents"}),
    "eventdatastore": frozenset(
        f"cloudtrail:{name}".lower()
        for name in (
            "StartQuery",
            "CancelQuery",
            "ListQueries",
            "DescribeQuery",
            "GetQueryResults",
            "GenerateQuery",
            "GenerateQueryResultsSummary",
            "GetEventDataStore",
        )
    ),
}


@dataclass(frozen=True, slots=True)
class Target:
    """A resource that can have a policy."""

    arn: str
    kind: str


def target(connection: Connection, caller: Caller, arn: str, now: datetime) -> Target:
    """Return the caller's channel or event data store of that ARN."""
    found = _ARN.fullmatch(arn)
    if found is None:
        raise InvalidPolicyTarget(arn)
    region, account, kind, given = found.groups()
    if kind not in _ACTIONS:
        raise NoPolicyTarget(f"Resources of type {kind!r} have no policies: {arn}")
    is_own = (region, account) == (caller.region, caller.account)
    if not is_own or not _exists(connection, caller, Target(arn, kind), given, now):
        raise PolicyTargetNotFound(arn)
    return Target(arn, kind)


def check(text: str, on: Target) -> None:
    """Raise InvalidResourcePolicy where a policy says what cannot be said on the resource; it is known to be a policy."""
    statements = _list(json.loads(text)["Statement"])
    if len(statements) > _MOST_STATEMENTS:
        raise InvalidResourcePolicy(
            f"A policy has at most {_MOST_STATEMENTS} statements; this one has {len(statements)}"
        )
    for number, statement in enumerate(statements, 1):
        for reason in _reasons(statement, on):
            raise InvalidResourcePolicy(f"Statement {number}: {reason}")


def put(connection: Connection, on: Target, text: str, now: datetime) -> None:
    """Write a policy in the place of the one that there is."""
    upsert(connection, LAKE_POLICIES, [{"resource": on.arn, "document": text, "updated_at": now}])


def of(connection: Connection, arn: str) -> str | None:
    """Return what is written on a resource, if anything is."""
    found: str | None = connection.scalar(select(LAKE_POLICIES.c.document).where(LAKE_POLICIES.c.resource == arn))
    return found


def forget(connection: Connection, arn: str) -> None:
    """Remove the policy of a resource."""
    connection.execute(delete_from(LAKE_POLICIES).where(LAKE_POLICIES.c.resource == arn))


def is_reachable(call: Call, action: str, arn: str) -> bool:
    """Say whether a call may reach a resource at all: one of its account, or of another one whose policy lets it.

    Decided like every call, once more where the resource is looked up: what is another's is never found by mistake.
    """
    found = _ARN.fullmatch(arn)
    if found is None or found[2] == call.caller.account:
        return True
    with call.control.read() as connection:
        text = of(connection, arn)
    return text is not None and call.policies.allows(call, Need(action, arn), [text])


def policy(control: Control, arn: str) -> str | None:
    """Return what is written on a channel or an event data store, as decisions about calls need it."""
    found = _ARN.fullmatch(arn)
    if found is None or found[3] not in _ACTIONS:
        return None
    with control.read() as connection:
        return of(connection, arn)


def _exists(connection: Connection, caller: Caller, on: Target, given: str, now: datetime) -> bool:
    if on.kind == "channel":
        return channels.by_arn(connection, on.arn) is not None
    store = event_data_stores.stored(connection, caller, given)
    return store is not None and not event_data_stores.is_gone(store, now)


def _reasons(statement: Mapping[str, Any], on: Target) -> Iterator[str]:
    """Yield what keeps a statement from being one about the resource."""
    if "Principal" not in statement:
        yield "it must name its principals with Principal"
    elif (count := _count(statement["Principal"])) > _MOST_PRINCIPALS:
        yield f"it has {count} principals; it may have {_MOST_PRINCIPALS}"
    if "Action" not in statement:
        yield "it must name its actions with Action"
    for action in _list(statement.get("Action", [])):
        if action.lower() not in _ACTIONS[on.kind]:
            yield f"the action {action!r} cannot be used in a policy on a resource of type {on.kind!r}"
    if "Resource" not in statement:
        yield "it must name the resource with Resource"
    for resource in _list(statement.get("Resource", [])):
        if resource != on.arn:
            yield f"the resource must be {on.arn}, not {resource!r}"


def _count(principals: Any) -> int:
    if isinstance(principals, dict):
        return sum(len(_list(members)) for members in principals.values())
    return len(_list(principals))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
