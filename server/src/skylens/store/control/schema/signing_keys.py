"""Signing keys: what digests and query results are signed with. Public parts stay for ever, private ones while they sign."""

from sqlalchemy import Column, LargeBinary, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

SIGNING_KEYS = Table(
    "signing_keys",
    METADATA,
    Column("region", String, primary_key=True),
    Column("fingerprint", String(32), primary_key=True),
    Column("public_der", LargeBinary, nullable=False),  # PKCS #1
    Column("sealed_private", LargeBinary),
    Column("valid_from", Moment, nullable=False),
    Column("valid_until", Moment, nullable=False),
)
