"""Keys of KMS: what each is for, in which state it is, and its policy. What it encrypts with is in kms_key_materials."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

KMS_KEYS = Table(
    "kms_keys",
    METADATA,
    Column("account", String, primary_key=True),
    Column("region", String, primary_key=True),
    Column("key_id", String, primary_key=True),  # a UUID, or mrk- and 32 digits
    Column("spec", String, nullable=False),
    Column("usage", String, nullable=False),
    Column("description", String, nullable=False),
    Column("state", String, nullable=False),  # Enabled, Disabled or PendingDeletion
    Column("is_multi_region", Boolean, nullable=False),
    Column("policy", String, nullable=False),
    Column("material_id", String, nullable=False),  # the one that encrypts now
    Column("created_at", Moment, nullable=False),
    Column("deletion_at", Moment),
    Column("rotation_days", Integer),  # none: it does not rotate by itself
    Column("rotation_at", Moment),  # when it next does
    # A ciphertext names its key by the id alone.
    Index("kms_keys_by_id", "key_id"),
    Index("kms_keys_by_deletion", "deletion_at"),
    Index("kms_keys_by_rotation", "rotation_at"),
)
