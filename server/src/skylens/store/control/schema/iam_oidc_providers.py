"""OpenID Connect providers whose tokens an account takes."""

from sqlalchemy import JSON, Column, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

IAM_OIDC_PROVIDERS = Table(
    "iam_oidc_providers",
    METADATA,
    Column("account", String, primary_key=True),
    Column("url", String, primary_key=True),  # without its scheme, which is https
    Column("client_ids", JSON, nullable=False),
    Column("thumbprints", JSON, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
)
