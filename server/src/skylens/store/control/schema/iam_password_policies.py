"""What an account asks of its users' passwords."""

from sqlalchemy import JSON, Column, String, Table

from skylens.store.control.metadata import METADATA

IAM_PASSWORD_POLICIES = Table(
    "iam_password_policies",
    METADATA,
    Column("account", String, primary_key=True),
    Column("rules", JSON, nullable=False),
)
