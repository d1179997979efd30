"""Digest chains: where each trail and region's chain of digests stands, and which signed ones are still to be delivered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from skylens.cloudtrail.delivery.digest import Previous
from skylens.store.control.schema.digest_chains import DIGEST_CHAINS
from skylens.store.control.schema.signed_digests import SIGNED_DIGESTS
from skylens.store.control.upsert import upsert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from skylens.cloudtrail.delivery.digest import Digest
    from skylens.cloudtrail.trails import Trail


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain: up to when digests cover it, and what the next one continues."""

    trail_id: str
    region: str
    is_open: bool
    covered_until: datetime
    previous: Previous = field(default_factory=Previous)

    def __repr__(self) -> str:
        return f"<Chain {self.trail_id} in {self.region} until {self.covered_until}>"


def of_trail(connection: Connection, trail_id: str) -> dict[str, Chain]:
    """Return a trail's chains by region, the closed ones included."""
    rows = connection.execute(select(DIGEST_CHAINS).where(DIGEST_CHAINS.c.trail_id == trail_id))
    return {row.region: _chain(row) for row in rows}


def save(connection: Connection, chain: Chain) -> None:
    """Store where a chain stands."""
    row = {
        "trail_id": chain.trail_id,
        "region": chain.region,
        "is_open": chain.is_open,
        "covered_until": chain.covered_until,
        "previous_bucket": chain.previous.bucket,
        "previous_key": chain.previous.key,
        "previous_sha256": chain.previous.sha256,
        "previous_signature": chain.previous.signature,
    }
    upsert(connection, DIGEST_CHAINS, [row])


def add_signed(connection: Connection, trail: Trail, digest: Digest, covered_until: datetime) -> None:
    """Keep a signed digest until it is delivered."""
    row = {
        "trail_id": trail.id,
        "key": digest.key,
        "bucket": trail.bucket,
        "covered_until": covered_until,
        "signature": digest.signature,
        "body": digest.body,
    }
    connection.execute(insert(SIGNED_DIGESTS).values(row))


def signed_ones(connection: Connection, trail_id: str) -> list[Row[Any]]:
    """Return the digests of a trail that are not delivered yet, in the order of the chain."""
    table = SIGNED_DIGESTS
    found = select(table).where(table.c.trail_id == trail_id).order_by(table.c.covered_until, table.c.key)
    return list(connection.execute(found))


def forget_signed(connection: Connection, digest: Row[Any]) -> None:
    """Forget a digest that is delivered."""
    table = SIGNED_DIGESTS.c
    connection.execute(delete(SIGNED_DIGESTS).where(table.trail_id == digest.trail_id, table.key == digest.key))


def forget_trail(connection: Connection, trail_id: str) -> None:
    """Forget everything about a trail that is no more."""
    for table in (DIGEST_CHAINS, SIGNED_DIGESTS):
        connection.execute(delete(table).where(table.c.trail_id == trail_id))


def _chain(row: Row[Any]) -> Chain:
    previous = Previous(row.previous_bucket, row.previous_key, row.previous_sha256, row.previous_signature)
    return Chain(row.trail_id, row.region, row.is_open, row.covered_until, previous)
