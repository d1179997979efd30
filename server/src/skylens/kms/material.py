"""Key material: what a key encrypts with, sealed with the instance key, and what its rotations left behind."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import delete, func, insert, select

from skylens.kms import ciphertext
from skylens.kms.errors import InvalidCiphertext
from skylens.kms.key_spec import new_secret
from skylens.store.control.schema.kms_key_materials import KMS_KEY_MATERIALS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row

    from skylens.kms.ciphertext import Blob
    from skylens.kms.key import Key
    from skylens.store.control.secrets import Secrets

RotationType: TypeAlias = Literal["", "AUTOMATIC", "ON_DEMAND"]


@dataclass(frozen=True, slots=True)
class Material:
    """One of a key's materials."""

    number: int
    material_id: str
    rotation_type: RotationType
    created_at: datetime
    sealed: bytes = field(repr=False)


def new(secrets: Secrets, key: Key, now: datetime, number: int = 1, rotation_type: RotationType = "") -> Material:
    """Return a new material for a key; without more words its first."""
    sealed = secrets.encrypt(new_secret(key.spec))
    return Material(number, material_id(key.key_id, number), rotation_type, now, sealed)


def add(connection: Connection, key: Key, material: Material) -> None:
    """Store a new material of a key, which encrypts from now on."""
    row = {name: getattr(material, name) for name in Material.__dataclass_fields__}
    connection.execute(insert(KMS_KEY_MATERIALS).values(**_owner(key), **row))


def newest_number(connection: Connection, key: Key) -> int:
    """Return the number of the material that a key encrypts with now."""
    return connection.scalar(select(func.max(KMS_KEY_MATERIALS.c.number)).where(*_of(key))) or 0


def material_id(key_id: str, number: int) -> str:
    """Return the id of a key's material of that number: 64 digits, which tell nothing of it."""
    return hashlib.sha256(f"{key_id} {number}".encode()).hexdigest()


def all_of(connection: Connection, key: Key) -> list[Material]:
    """Return a key's materials, the newest first."""
    table = KMS_KEY_MATERIALS
    return [
        _material(row) for row in connection.execute(select(table).where(*_of(key)).order_by(table.c.number.desc()))
    ]


def secret_of(connection: Connection, secrets: Secrets, key: Key) -> bytes:
    """Return what a key works with now."""
    return secrets.decrypt(_current(connection, key).sealed)


def encrypt(connection: Connection, secrets: Secrets, key: Key, plaintext: bytes, context: Mapping[str, str]) -> bytes:
    """Return a blob that the key's present material encrypts."""
    current = _current(connection, key)
    return ciphertext.seal(key.key_id, current.number, secrets.decrypt(current.sealed), plaintext, context)


def decrypt(
    connection: Connection, secrets: Secrets, key: Key, blob: Blob, context: Mapping[str, str]
) -> tuple[bytes, str]:
    """Return a blob's plaintext and the id of the material that it was encrypted with."""
    row = connection.execute(
        select(KMS_KEY_MATERIALS).where(*_of(key), KMS_KEY_MATERIALS.c.number == blob.number)
    ).one_or_none()
    if row is None:
        raise InvalidCiphertext
    material = _material(row)
    return ciphertext.unseal(blob, secrets.decrypt(material.sealed), context), material.material_id


def forget(connection: Connection, key: Key) -> None:
    """Delete all of a key's materials: what they encrypted is lost."""
    connection.execute(delete(KMS_KEY_MATERIALS).where(*_of(key)))


def _current(connection: Connection, key: Key) -> Material:
    table = KMS_KEY_MATERIALS
    row = connection.execute(select(table).where(*_of(key)).order_by(table.c.number.desc()).limit(1)).one()
    return _material(row)


def _material(row: Row[Any]) -> Material:
    return Material(**{name: getattr(row, name) for name in Material.__dataclass_fields__})


def _owner(key: Key) -> dict[str, str]:
    return {"account": key.account, "region": key.region, "key_id": key.key_id}


def _of(key: Key) -> tuple[ColumnElement[bool], ...]:
    return tuple(KMS_KEY_MATERIALS.c[name] == value for name, value in _owner(key).items())
