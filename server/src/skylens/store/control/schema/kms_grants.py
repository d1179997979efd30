"""Grants: who else may use a key of KMS, for which operations and with which encryption context."""

from sqlalchemy import JSON, BigInteger, Column, Index, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

KMS_GRANTS = Table(
    "kms_grants",
    METADATA,
    Column("account", String, primary_key=True),  # of the key
    Column("region", String, primary_key=True),
    Column("key_id", String, primary_key=True),
    Column("grant_id", String, primary_key=True),
    Column("number", BigInteger, nullable=False),  # of the key's grants, in the order in which they were made
    Column("name", String, nullable=False),
    Column("issuing_account", String, nullable=False),  # the ARN of its root user
    Column("grantee", String, nullable=False),  # an ARN, or a service as xray.amazonaws.com
    Column("retiring", String, nullable=False),  # the same, or empty
    Column("operations", JSON, nullable=False),
    Column("constraints", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("kms_grants_by_retiring", "retiring"),
)
