"""Signing keys: each region signs with an RSA key of its own, which a new one takes over from every month.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListPublicKeys.html
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)
from sqlalchemy import insert, select, update

from skylens.store.control.schema.signing_keys import SIGNING_KEYS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from skylens.store.control import Control

ALGORITHM: Final = "SHA256withRSA"
VALID: Final = timedelta(days=30)
# The last so many days of a key's validity the next one signs already, so that every moment has a valid key.
OVERLAP: Final = timedelta(days=1)
# Digests that were late are signed with the key of their time; after that nobody needs the private part.
PRIVATE_PART_KEPT: Final = timedelta(days=7)
_BITS: Final = 2048


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What signatures are checked with. ``der`` is a PKCS #1 RSAPublicKey."""

    der: bytes = field(repr=False)
    fingerprint: str
    valid_from: datetime
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs."""

    fingerprint: str
    private: rsa.RSAPrivateKey = field(repr=False)

    def sign(self, data: bytes) -> str:
        """Return the signature (SHA256withRSA) in hexadecimal."""
        return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256()).hex()


def ready(control: Control, region: str, at: datetime, *, now: datetime) -> SigningKey:
    """Return the newest key of a region that is valid at that time, made now if there is none."""
    with control.read() as connection:
        key = _valid(control, connection, region, at)
    if key is not None:
        return key
    made = rsa.generate_private_key(
        public_exponent=65537, key_size=_BITS
    )  # outside the transaction: a tenth of a second
    with control.begin() as connection:
        _forget_private_parts(connection, region, now)
        key = _valid(control, connection, region, at)
        return key or _store(control, connection, made, region=region, at=at)


def public_keys(connection: Connection, region: str, start: datetime, end: datetime) -> list[PublicKey]:
    """Return the keys of a region that were valid at some time of the range, the oldest first."""
    table = SIGNING_KEYS.c
    rows = connection.execute(
        select(SIGNING_KEYS)
        .where(table.region == region, table.valid_from <= end, table.valid_until >= start)
        .order_by(table.valid_from, table.fingerprint)
    )
    return [PublicKey(row.public_der, row.fingerprint, row.valid_from, row.valid_until) for row in rows]


def _valid(control: Control, connection: Connection, region: str, at: datetime) -> SigningKey | None:
    table = SIGNING_KEYS.c
    row = connection.execute(
        select(SIGNING_KEYS)
        .where(
            table.region == region,
            table.valid_from <= at,
            table.valid_until > at + OVERLAP,
            table.sealed_private.is_not(None),
        )
        .order_by(table.valid_from.desc())
    ).first()
    return None if row is None else SigningKey(row.fingerprint, _private(control, row))


def _private(control: Control, row: Row[Any]) -> rsa.RSAPrivateKey:
    # Sealed, it is what we sealed: to prove its primes anew would take longer than all else.
    der = control.secrets.decrypt(row.sealed_private)
    return cast("rsa.RSAPrivateKey", load_der_private_key(der, None, unsafe_skip_rsa_key_validation=True))


def _store(
    control: Control, connection: Connection, key: rsa.RSAPrivateKey, *, region: str, at: datetime
) -> SigningKey:
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    fingerprint = hashlib.md5(public, usedforsecurity=False).hexdigest()  # as AWS has it: a name, not a proof
    row = {
        "region": region,
        "fingerprint": fingerprint,
        "public_der": public,
        "sealed_private": control.secrets.encrypt(private),
        "valid_from": at,
        "valid_until": at + VALID,
    }
    connection.execute(insert(SIGNING_KEYS).values(row))
    return SigningKey(fingerprint, key)


def _forget_private_parts(connection: Connection, region: str, now: datetime) -> None:
    table = SIGNING_KEYS.c
    connection.execute(
        update(SIGNING_KEYS)
        .where(table.region == region, table.valid_until < now - PRIVATE_PART_KEPT)
        .values(sealed_private=None)
    )
