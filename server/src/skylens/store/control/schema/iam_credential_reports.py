"""The newest report on each account's credentials."""

from sqlalchemy import Column, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

IAM_CREDENTIAL_REPORTS = Table(
    "iam_credential_reports",
    METADATA,
    Column("account", String, primary_key=True),
    Column("content", String, nullable=False),
    Column("generated_at", Moment, nullable=False),
)
