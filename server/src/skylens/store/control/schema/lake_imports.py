"""Imports: which files of trails are read into which event data store, how far that is, and which files could not be read."""

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

LAKE_IMPORTS = Table(
    "lake_imports",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("region", String, nullable=False),
    Column("store", String(36), nullable=False),  # id of an event data store
    Column("location", Text, nullable=False),  # s3://bucket/prefix
    Column("bucket_region", String, nullable=False),
    Column("role_arn", Text, nullable=False),
    Column("start_at", Moment),
    Column("end_at", Moment),
    Column("status", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("is_listed", Boolean, nullable=False),
    Column("listed", Text, nullable=False),  # the last key that was counted
    Column("position", Text, nullable=False),  # the last key that was read
    Column("files_completed", BigInteger, nullable=False),
    Column("events_completed", BigInteger, nullable=False),
    Index("lake_imports_by_account", "account", "region", "created_at"),
    Index("lake_imports_by_store", "store"),
    Index("lake_imports_by_status", "status"),
)

# The folders that an import's files lie in, and how many of each are still to be read.
IMPORT_PREFIXES = Table(
    "import_prefixes",
    METADATA,
    Column("import_id", String(36), primary_key=True),
    Column("prefix", String, primary_key=True),
    Column("files_left", BigInteger, nullable=False),
)

IMPORT_FAILURES = Table(
    "import_failures",
    METADATA,
    Column("import_id", String(36), primary_key=True),
    Column("location", String, primary_key=True),
    Column("status", String, nullable=False),
    Column("error_type", String, nullable=False),
    Column("error_message", Text, nullable=False),
    Column("events", BigInteger, nullable=False),  # of the file that were read all the same, and are counted
    Column("updated_at", Moment, nullable=False),
)
