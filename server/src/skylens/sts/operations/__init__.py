"""The handlers of STS, one file per noun; importing this package registers all of them."""

from skylens.sts.operations import (
    access_keys,
    assumed_roles,
    authorization_messages,
    caller_identity,
    federated_users,
    session_tokens,
    web_identities,
)

__all__ = [
    "access_keys",
    "assumed_roles",
    "authorization_messages",
    "caller_identity",
    "federated_users",
    "session_tokens",
    "web_identities",
]
