"""Console sign-in tokens: URLs that open the console once, by the hash of the token in them."""

from sqlalchemy import Boolean, Column, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

CONSOLE_SIGN_IN_TOKENS = Table(
    "console_sign_in_tokens",
    METADATA,
    Column("token_hash", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("access_key_id", String, nullable=False),  # for which it stands
    Column("is_used", Boolean, nullable=False),
    Column("expires_at", Moment, nullable=False),
)
