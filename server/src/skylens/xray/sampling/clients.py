"""Clients: the processes that report a rule, what each of them asks for and holds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, delete, select

from skylens.store.control.schema.sampling_statistics import SAMPLING_CLIENTS
from skylens.store.control.upsert import upsert
from skylens.xray.owner import owned, owned_by_parameter, owner
from skylens.xray.sampling.quota import Claim, Grant, grant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from skylens.caller import Caller
    from skylens.xray.sampling.rule import Rule
    from skylens.xray.sampling.statistics import Report

# Three reports are missing by then. What such a client held goes to the others.
LIVE: Final = timedelta(seconds=30)
_COLUMNS: Final = (SAMPLING_CLIENTS.c[name] for name in ("rule", "client", "demand", "quota", "credit"))
_LIVE: Final = select(*_COLUMNS).where(
    *owned_by_parameter(SAMPLING_CLIENTS),
    SAMPLING_CLIENTS.c.rule.in_(bindparam("rules", expanding=True)),
    SAMPLING_CLIENTS.c.seen_at >= bindparam("since"),
)


def grant_all(
    connection: Connection, caller: Caller, rules: Mapping[str, Rule], reports: Iterable[Report], now: datetime
) -> dict[tuple[str, str], Grant]:
    """Note the reports and return what each reporting client gets, by rule and client.

    Call it in a write transaction: what it reads of the other clients must hold until its grants are written.
    """
    demand: dict[tuple[str, str], int] = {}
    for report in reports:
        key = (report.rule, report.client)
        demand[key] = demand.get(key, 0) + report.requests
    claims = _live(connection, caller, {rule for rule, _ in demand}, now)
    granted = {}
    for (rule, client), requests in demand.items():
        of_rule = claims.setdefault(rule, {})
        before = of_rule.get(client, Claim(0))
        of_rule[client] = Claim(requests, before.held, before.credit)
        given = grant(rules[rule].reservoir_size, client, of_rule)
        of_rule[client] = Claim(requests, given.quota, given.credit)
        granted[rule, client] = given
    _write(connection, caller, {key: claims[key[0]][key[1]] for key in demand}, now)
    return granted


def prune(connection: Connection, caller: Caller, now: datetime) -> None:
    """Remove the clients that are not live any more."""
    table = SAMPLING_CLIENTS
    connection.execute(delete(table).where(*owned(table, caller), table.c.seen_at < now - LIVE))


def _live(connection: Connection, caller: Caller, rules: Iterable[str], now: datetime) -> dict[str, dict[str, Claim]]:
    rows = connection.execute(_LIVE, owner(caller) | {"rules": sorted(rules), "since": now - LIVE})
    claims: dict[str, dict[str, Claim]] = {}
    for rule, client, demand, quota, credit in rows:
        claims.setdefault(rule, {})[client] = Claim(demand, quota, credit)
    return claims


def _write(connection: Connection, caller: Caller, claims: Mapping[tuple[str, str], Claim], now: datetime) -> None:
    rows = [
        {
            **owner(caller),
            "rule": rule,
            "client": client,
            "demand": claim.demand,
            "quota": claim.held,
            "credit": claim.credit,
            "seen_at": now,
        }
        for (rule, client), claim in claims.items()
    ]
    upsert(connection, SAMPLING_CLIENTS, rows)
