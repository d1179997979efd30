"""Key materials: what a key of KMS encrypts with, sealed with the instance key. Those of before a rotation stay for decryption."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

KMS_KEY_MATERIALS = Table(
    "kms_key_materials",
    METADATA,
    Column("account", String, primary_key=True),
    Column("region", String, primary_key=True),
    Column("key_id", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # the first is 1
    Column("material_id", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("rotation_type", String, nullable=False),  # AUTOMATIC or ON_DEMAND; empty for the first
    Column("created_at", Moment, nullable=False),
)
