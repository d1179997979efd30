"""The handlers of KMS's operations; importing this package registers all of them."""

from skylens.kms.operations import (
    aliases,
    data_keys,
    encryption,
    grants,
    key_policies,
    keys,
    macs,
    random_bytes,
    rotation,
    shared_secrets,
    signatures,
    tags,
)

__all__ = [
    "aliases",
    "data_keys",
    "encryption",
    "grants",
    "key_policies",
    "keys",
    "macs",
    "random_bytes",
    "rotation",
    "shared_secrets",
    "signatures",
    "tags",
]
