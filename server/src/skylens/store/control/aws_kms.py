"""The instance key under a key of AWS KMS: wrapped in the database, unwrapped at each start, nowhere else in clear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from sqlalchemy import insert, select

from skylens.store.control.schema.wrapped_instance_key import WRAPPED_INSTANCE_KEY
from skylens.store.control.secrets import SecretUnreadable, new_key
from skylens.store.control.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Callable

    from skylens.store.control.database import Database

_NAME: Final = "instance"
_CONTEXT: Final = {"purpose": "skylens instance key"}
_REGION_AT: Final = 3


def instance_key(database: Database, kms_key: str, taken_over: Callable[[], bytes | None]) -> bytes:
    """Return the instance key that a key of AWS KMS (id, ARN or alias) wraps; at first use one is made and wrapped.

    ``taken_over`` gives the key that the installation had before, if it had one: what it sealed stays readable. Where the
    KMS key is another than at the last start, the instance key stays and is wrapped anew.
    """
    try:
        return _unwrapped(database, kms_key, taken_over)
    except (BotoCoreError, ClientError) as error:
        raise SecretUnreadable(f"the instance key cannot be had from {kms_key}: {error}") from error


def _unwrapped(database: Database, kms_key: str, taken_over: Callable[[], bytes | None]) -> bytes:
    kms = _client(kms_key)
    table = WRAPPED_INSTANCE_KEY
    with database.read() as connection:
        row = connection.execute(select(table)).one_or_none()
    if row is None:
        wrapped = _wrap(kms, kms_key, taken_over() or new_key())
        with database.begin() as connection:
            # Of two nodes that start together one wins, and both use its key.
            row = connection.execute(select(table)).one_or_none()
            if row is None:
                connection.execute(insert(table).values(name=_NAME, kms_key=kms_key, wrapped=wrapped))
        return _unwrapped(database, kms_key, taken_over)
    key = bytes(kms.decrypt(CiphertextBlob=row.wrapped, EncryptionContext=_CONTEXT)["Plaintext"])
    if row.kms_key != kms_key:
        with database.begin() as connection:
            upsert(connection, table, [{"name": _NAME, "kms_key": kms_key, "wrapped": _wrap(kms, kms_key, key)}])
    return key


def _wrap(kms: Any, kms_key: str, key: bytes) -> bytes:
    return bytes(kms.encrypt(KeyId=kms_key, Plaintext=key, EncryptionContext=_CONTEXT)["CiphertextBlob"])


def _client(kms_key: str) -> Any:
    parts = kms_key.split(":")
    region = parts[_REGION_AT] if len(parts) > _REGION_AT else None
    return boto3.client("kms", region_name=region)
