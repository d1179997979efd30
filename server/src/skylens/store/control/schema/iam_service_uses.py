"""When users and roles called each service last."""

from sqlalchemy import Column, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

IAM_SERVICE_USES = Table(
    "iam_service_uses",
    METADATA,
    Column("principal_id", String, primary_key=True),  # AIDA… of a user, AROA… of a role
    Column("service", String, primary_key=True),
    Column("last_at", Moment, nullable=False),
    Column("region", String, nullable=False),
)
