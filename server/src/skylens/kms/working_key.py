"""Working key: the key of a request, found, checked and ready to be used; and the ends that a request may ask for before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.kms import material
from skylens.kms.errors import DryRun, Unsupported
from skylens.kms.key_id import resolve
from skylens.kms.key_spec import private_key

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from skylens.kms.key import Key
    from skylens.kms.key_spec import PrivateKey, Usage
    from skylens.registry import Call, Input


def usable(connection: Connection, call: Call, key_id: str, usage: Usage) -> Key:
    """Return the key of that id, if it can be used now for what the operation does."""
    key = resolve(connection, call.caller, key_id)
    key.check_usable()
    key.check_usage(usage, call.operation)
    return key


def secret(connection: Connection, call: Call, key: Key) -> bytes:
    """Return what a key works with."""
    return material.secret_of(connection, call.control.secrets, key)


def private(connection: Connection, call: Call, key: Key) -> PrivateKey:
    """Return the private half of an asymmetric key."""
    return private_key(secret(connection, call, key))


def stop_where_dry(request: Input) -> None:
    """Raise DryRun where the caller only wants to know whether the call would succeed."""
    if request.get("DryRun"):
        raise DryRun


def refuse_enclave(request: Input) -> None:
    """Raise where the answer is to be encrypted for a Nitro enclave: there are none here that could attest themselves."""
    if "Recipient" in request:
        raise Unsupported("Recipient is for AWS Nitro enclaves, which cannot attest themselves here.")
