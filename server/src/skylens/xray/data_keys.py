"""Data keys: what documents are encrypted with. KMS makes and opens them; each is used for a while and kept wrapped."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, insert, select

from skylens.store.control.schema.data_keys import DATA_KEYS
from skylens.store.queries import query
from skylens.wire.errors import ServiceError
from skylens.xray.errors import KeyAccessDenied, KeyUnusable
from skylens.xray.owner import owned, owner
from skylens.xray.sealed_document import DataKey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skylens.caller import Caller
    from skylens.ids import Ids
    from skylens.registry import Invoke, Output
    from skylens.store import Store
    from skylens.store.control import Control

SERVICE: Final = "xray.amazonaws.com"
# What X-Ray may do with a key of KMS that an account lets it encrypt with.
GRANTED: Final = ("Decrypt", "DescribeKey", "GenerateDataKey")
_ID_DIGITS: Final = 16
_OLDEST_SECOND: Final = query("skylens.xray", "oldest_second")
# A data key seals for an hour, what it seals may be dated a day ahead, and the rest is for clocks that differ.
_LONGEST_AFTER: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key as it is kept."""

    id: str
    key_arn: str
    wrapped: bytes = field(repr=False)


def context(caller: Caller) -> Mapping[str, str]:
    """Return the encryption context of an account's data keys, which KMS shows in the audit trail."""
    return {"aws:xray:account": caller.account, "aws:xray:region": caller.region}


def generate(
    control: Control, ids: Ids, invoke: Invoke, owner_of: tuple[Caller, str, datetime]
) -> tuple[WrappedKey, DataKey]:
    """Let KMS make a data key under a key, and keep it: documents that name it can be opened from now on."""
    caller, key_arn, now = owner_of
    request = {"KeyId": key_arn, "KeySpec": "AES_256", "EncryptionContext": dict(context(caller))}
    made = ask(invoke, "GenerateDataKey", request)
    wrapped = WrappedKey(ids.hex(_ID_DIGITS).rjust(_ID_DIGITS, "0"), key_arn, made["CiphertextBlob"])
    row = {"id": wrapped.id, "key_arn": key_arn, "wrapped": wrapped.wrapped, "created_at": now, **owner(caller)}
    with control.begin() as connection:
        connection.execute(insert(DATA_KEYS).values(row))
    return wrapped, DataKey(wrapped.id, AESGCM(made["Plaintext"]))


def find(control: Control, caller: Caller, key_id: str) -> WrappedKey:
    """Return the caller's data key of that id."""
    table = DATA_KEYS
    columns = table.c.id, table.c.key_arn, table.c.wrapped
    with control.read() as connection:
        row = connection.execute(select(*columns).where(*owned(table, caller), table.c.id == key_id)).one_or_none()
    if row is None:
        raise KeyUnusable(f"The data key {key_id} that traces are encrypted with is not known.")
    return WrappedKey(*row)


def forget_unused(control: Control, store: Store, now: datetime) -> int:
    """Delete the data keys that no document names any more, and return how many."""
    [(rows, oldest)] = store.read(_OLDEST_SECOND.fill())
    until = min(now, datetime.fromtimestamp(oldest, UTC)) if rows else now
    with control.begin() as connection:
        return connection.execute(delete(DATA_KEYS).where(DATA_KEYS.c.created_at < until - _LONGEST_AFTER)).rowcount


def unwrap(invoke: Invoke, caller: Caller, wrapped: WrappedKey) -> DataKey:
    """Let KMS open a data key, if whoever asks may."""
    request = {
        "CiphertextBlob": wrapped.wrapped,
        "KeyId": wrapped.key_arn,
        "EncryptionContext": dict(context(caller)),
    }
    return DataKey(wrapped.id, AESGCM(ask(invoke, "Decrypt", request)["Plaintext"]))


def ask(invoke: Invoke, operation: str, request: Mapping[str, Any]) -> Output:
    """Return KMS's answer; what it refuses is said in X-Ray's words, which has no errors of its own for keys."""
    try:
        return invoke("kms", operation, request)
    except ServiceError as error:
        if error.code == "AccessDeniedException":
            raise KeyAccessDenied(error.message) from error
        raise KeyUnusable(error.message or f"The KMS key cannot be used: {error.code}") from error
