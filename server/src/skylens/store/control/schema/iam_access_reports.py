"""Reports on last accesses that were asked for: about whom. What they say is worked out when they are read."""

from sqlalchemy import Column, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

IAM_ACCESS_REPORTS = Table(
    "iam_access_reports",
    METADATA,
    Column("job_id", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("arn", String, nullable=False),
    Column("created_at", Moment, nullable=False),
)
