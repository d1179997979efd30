"""Key: what KMS knows of one, where it is kept, and in which states it can be used."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from sqlalchemy import delete as delete_from
from sqlalchemy import insert, select, update

from skylens.kms.errors import InvalidKeyUsage, InvalidState, KeyDisabled
from skylens.kms.key_spec import SPECS, KeySpec, Usage
from skylens.store.control.schema.kms_keys import KMS_KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from skylens.registry import Output

State: TypeAlias = Literal["Enabled", "Disabled", "PendingDeletion"]

_MULTI_REGION: Final = "mrk-"
# Where the API lists the algorithms of a key of each usage.
ALGORITHM_MEMBERS: Final = {
    "ENCRYPT_DECRYPT": "EncryptionAlgorithms",
    "SIGN_VERIFY": "SigningAlgorithms",
    "GENERATE_VERIFY_MAC": "MacAlgorithms",
    "KEY_AGREEMENT": "KeyAgreementAlgorithms",
}
# Specs that are newer than the member that once named them.
_NOT_MIRRORED: Final = frozenset({"ECC_NIST_EDWARDS25519"})


@dataclass(frozen=True, slots=True)
class Key:
    """A key without what it encrypts with."""

    account: str
    region: str
    key_id: str
    spec_name: str
    usage: Usage
    description: str
    policy: str
    material_id: str
    created_at: datetime
    state: State = "Enabled"
    is_multi_region: bool = False
    deletion_at: datetime | None = None
    rotation_days: int | None = None
    rotation_at: datetime | None = None

    @property
    def arn(self) -> str:
        """The key's ARN, by which every answer names it."""
        return key_arn(self.account, self.region, self.key_id)

    @property
    def spec(self) -> KeySpec:
        """What kind of key it is."""
        return SPECS[self.spec_name]

    @property
    def old_spec_name(self) -> str | None:
        """The spec in the member that once named it, which knows no newer ones."""
        return None if self.spec_name in _NOT_MIRRORED else self.spec_name

    @property
    def algorithms(self) -> tuple[str, ...]:
        """The algorithms that it can be used with."""
        return self.spec.algorithms[self.usage]

    def __repr__(self) -> str:
        return f"<Key {self.arn} {self.spec_name} {self.state}>"

    def check_usable(self) -> None:
        """Raise where the key cannot be used for cryptography now."""
        self.check_not_pending()
        if self.state == "Disabled":
            raise KeyDisabled(f"{self.arn} is disabled.")

    def check_not_pending(self) -> None:
        """Raise where the key waits for its deletion."""
        if self.state == "PendingDeletion":
            raise InvalidState(f"{self.arn} is pending deletion.")

    def check_usage(self, usage: Usage, operation: str) -> None:
        """Raise where the key was made for something else than an operation does."""
        if self.usage != usage:
            raise InvalidKeyUsage(f"{self.arn} key usage is {self.usage} which is not valid for {operation}.")

    def check_algorithm(self, algorithm: str) -> None:
        """Raise where the key does not do an algorithm."""
        if algorithm not in self.algorithms:
            raise InvalidKeyUsage(f"Algorithm {algorithm} is incompatible with key spec {self.spec_name}.")

    def metadata(self) -> Output:
        """Return the KeyMetadata of the API."""
        document: dict[str, Any] = {
            "AWSAccountId": self.account,
            "KeyId": self.key_id,
            "Arn": self.arn,
            "CreationDate": self.created_at,
            "Enabled": self.state == "Enabled",
            "Description": self.description,
            "KeyUsage": self.usage,
            "KeyState": self.state,
            "DeletionDate": self.deletion_at,
            "Origin": "AWS_KMS",
            "KeyManager": "CUSTOMER",
            "CustomerMasterKeySpec": self.old_spec_name,
            "KeySpec": self.spec_name,
            ALGORITHM_MEMBERS[self.usage]: list(self.algorithms),
            "MultiRegion": self.is_multi_region,
        }
        if self.usage == "ENCRYPT_DECRYPT" and not self.spec.is_asymmetric:
            document["CurrentKeyMaterialId"] = self.material_id
        if self.is_multi_region:
            primary = {"Arn": self.arn, "Region": self.region}
            document["MultiRegionConfiguration"] = {
                "MultiRegionKeyType": "PRIMARY",
                "PrimaryKey": primary,
                "ReplicaKeys": [],
            }
        return document


def key_arn(account: str, region: str, key_id: str) -> str:
    """Return the ARN of the key of that id.

    >>> key_arn("000000000000", "us-east-1", "mrk-1")
    'arn:aws:kms:us-east-1:000000000000:key/mrk-1'
    """
    return f"arn:aws:kms:{region}:{account}:key/{key_id}"


def new_key_id(uuid: str, *, is_multi_region: bool) -> str:
    """Return the id of a new key.

    >>> new_key_id("00000000-0000-0000-0000-000000000001", is_multi_region=True)
    'mrk-00000000000000000000000000000001'
    """
    return f"{_MULTI_REGION}{uuid.replace('-', '')}" if is_multi_region else uuid


def stored(connection: Connection, account: str, region: str, key_id: str) -> Key | None:
    """Return the key, or None where there is none."""
    return _first(connection, *_is(account, region, key_id))


def named_by_ciphertext(connection: Connection, region: str, key_id: str) -> Key | None:
    """Return the region's key of that id, whosever it is."""
    return _first(connection, KMS_KEYS.c.key_id == key_id, KMS_KEYS.c.region == region)


def all_of(connection: Connection, account: str, region: str) -> list[Key]:
    """Return every key of an account in a region, by id."""
    table = KMS_KEYS
    rows = connection.execute(
        select(table).where(table.c.account == account, table.c.region == region).order_by(table.c.key_id)
    )
    return [_key(row) for row in rows.mappings()]


def due(connection: Connection, column: Literal["deletion_at", "rotation_at"], now: datetime) -> list[Key]:
    """Return the keys of all accounts whose time of deletion or rotation has come."""
    rows = connection.execute(select(KMS_KEYS).where(KMS_KEYS.c[column] <= now))
    return [_key(row) for row in rows.mappings()]


def insert_key(connection: Connection, key: Key) -> None:
    """Store a new key."""
    connection.execute(insert(KMS_KEYS).values(_row(key)))


def save(connection: Connection, key: Key, **changes: Any) -> Key:
    """Change a stored key and return what it is now."""
    new = replace(key, **changes)
    connection.execute(update(KMS_KEYS).where(*_is(key.account, key.region, key.key_id)).values(_row(new)))
    return new


def remove(connection: Connection, key: Key) -> None:
    """Delete a key's row."""
    connection.execute(delete_from(KMS_KEYS).where(*_is(key.account, key.region, key.key_id)))


def _first(connection: Connection, *conditions: ColumnElement[bool]) -> Key | None:
    row = connection.execute(select(KMS_KEYS).where(*conditions)).mappings().first()
    return None if row is None else _key(row)


def _is(account: str, region: str, key_id: str) -> tuple[ColumnElement[bool], ...]:
    table = KMS_KEYS.c
    return table.account == account, table.region == region, table.key_id == key_id


def _key(row: Mapping[Any, Any]) -> Key:
    return Key(**{("spec_name" if name == "spec" else name): value for name, value in row.items()})


def _row(key: Key) -> dict[str, Any]:
    names = (field.name for field in fields(Key))
    return {("spec" if name == "spec_name" else name): getattr(key, name) for name in names}
