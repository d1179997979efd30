"""Signed digests that are not delivered yet.

A digest is signed in the transaction that moves its chain on, and then delivered as often as it takes: so no two digests
ever continue the same one, however often delivery breaks off.
"""

from sqlalchemy import Column, LargeBinary, String, Table, Text

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

SIGNED_DIGESTS = Table(
    "signed_digests",
    METADATA,
    Column("trail_id", String(36), primary_key=True),
    Column("key", String, primary_key=True),
    Column("bucket", String, nullable=False),
    Column("covered_until", Moment, nullable=False),
    Column("signature", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),  # compressed
)
