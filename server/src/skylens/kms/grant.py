"""Grants: who else may use a key, for which operations, and with which encryption context."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete as delete_from
from sqlalchemy import func, insert, select

from skylens.kms.encryption_context import digest
from skylens.kms.errors import InvalidGrantToken, InvalidRequest, NotFound
from skylens.kms.key import key_arn
from skylens.kms.key_spec import SYMMETRIC
from skylens.store.control.schema.kms_grants import KMS_GRANTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from skylens.kms.key import Key
    from skylens.registry import Output

# What a grant can allow on a key of each usage; whether the key has a public key matters too.
_ALWAYS: Final = frozenset({"CreateGrant", "DescribeKey", "RetireGrant"})
_SYMMETRIC_OPERATIONS: Final = frozenset(
    {
        "Decrypt",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "GenerateDataKeyWithoutPlaintext",
        "ReEncryptFrom",
        "ReEncryptTo",
    }
)
_OPERATIONS: Final = {
    "ENCRYPT_DECRYPT": frozenset({"Decrypt", "Encrypt", "GetPublicKey", "ReEncryptFrom", "ReEncryptTo"}),
    "SIGN_VERIFY": frozenset({"GetPublicKey", "Sign", "Verify"}),
    "GENERATE_VERIFY_MAC": frozenset({"GenerateMac", "VerifyMac"}),
    "KEY_AGREEMENT": frozenset({"DeriveSharedSecret", "GetPublicKey"}),
}
_SERVICE: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com")
# As principals of policies are: a grant becomes a statement of one.
_PRINCIPAL: Final = re.compile(
    r"arn:aws:(iam::\d{12}:(root|(user|role)/[^*?]+)|sts::\d{12}:(assumed-role/[^*?]+/[^*?]+|federated-user/[^*?]+))"
)
# Condition keys that only grants ask about; they keep what the public ones lose: the case of a context's keys, whole grants.
CONTEXT_KEY: Final = "kms:GrantedEncryptionContext"
CONSTRAINTS_KEY: Final = "kms:GrantedConstraints"
GRANT_KEY: Final = "kms:GrantedId"
_CONTEXT_CONSTRAINTS: Final = ("EncryptionContextSubset", "EncryptionContextEquals")


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission to use a key that is given by nobody's policy."""

    account: str
    region: str
    key_id: str
    grant_id: str
    number: int
    name: str
    issuing_account: str
    grantee: str
    retiring: str
    operations: Sequence[str]
    constraints: Mapping[str, Any]
    created_at: datetime

    @property
    def token(self) -> str:
        """What names the grant. AWS's grants take a while to be known everywhere without it; these do not."""
        return base64.urlsafe_b64encode(f"{self.key_arn} {self.grant_id}".encode()).decode()

    @property
    def key_arn(self) -> str:
        """The ARN of the key that may be used."""
        return key_arn(self.account, self.region, self.key_id)

    def document(self) -> Output:
        """Return the grant as the API lists it."""
        return {
            "KeyId": self.key_arn,
            "GrantId": self.grant_id,
            "Name": self.name,
            "CreationDate": self.created_at,
            member("Grantee", self.grantee): self.grantee,
            **({member("Retiring", self.retiring): self.retiring} if self.retiring else {}),
            "IssuingAccount": self.issuing_account,
            "Operations": list(self.operations),
            **({"Constraints": dict(self.constraints)} if self.constraints else {}),
        }


def member(role: str, principal: str) -> str:
    """Return the name of the API's member for the one who has a role in a grant.

    >>> member("Grantee", "xray.amazonaws.com")
    'GranteeServicePrincipal'
    """
    return f"{role}{'ServicePrincipal' if is_service(principal) else 'Principal'}"


def is_service(principal: str) -> bool:
    """Whether a principal is a service."""
    return _SERVICE.fullmatch(principal) is not None


def check(key: Key, new: Grant) -> None:
    """Raise where such a grant cannot be given on a key."""
    for principal in (new.grantee, new.retiring):
        if principal and not (is_service(principal) or _PRINCIPAL.fullmatch(principal)):
            raise InvalidRequest(f"{principal} is not the ARN of a principal.")
    allowed = _SYMMETRIC_OPERATIONS if key.spec_name == SYMMETRIC else _OPERATIONS[key.usage]
    if wrong := sorted(set(new.operations) - allowed - _ALWAYS):
        raise InvalidRequest(
            f"Grants on {key.arn} cannot allow {', '.join(wrong)}: it is {key.spec_name} for {key.usage}."
        )
    if not new.operations:
        raise InvalidRequest("A grant allows at least one operation.")
    given = [name for name in _CONTEXT_CONSTRAINTS if name in new.constraints]
    if len(given) > 1:
        raise InvalidRequest("A grant has EncryptionContextEquals or EncryptionContextSubset, not both.")
    if given and key.spec_name != SYMMETRIC:
        raise InvalidRequest("Only keys for symmetric encryption have grants with an encryption context.")


def same(connection: Connection, new: Grant) -> Grant | None:
    """Return the grant that the key has already under the same name with the same content, or None."""
    if not new.name:
        return None
    alike = ("name", "issuing_account", "grantee", "retiring", "operations", "constraints")
    grants = of_key(connection, new.account, new.region, new.key_id)
    return next((g for g in grants if all(getattr(g, n) == getattr(new, n) for n in alike)), None)


def create(connection: Connection, new: Grant) -> Grant:
    """Store a new grant; its number is the next of its key."""
    newest = connection.scalar(select(func.max(KMS_GRANTS.c.number)).where(*_of(new.account, new.region, new.key_id)))
    row = {name: getattr(new, name) for name in Grant.__dataclass_fields__} | {"number": (newest or 0) + 1}
    connection.execute(insert(KMS_GRANTS).values(row))
    return Grant(**row)


def of_key(connection: Connection, account: str, region: str, key_id: str) -> list[Grant]:
    """Return a key's grants, the newest first."""
    order = KMS_GRANTS.c.number.desc()
    rows = connection.execute(select(KMS_GRANTS).where(*_of(account, region, key_id)).order_by(order))
    return [Grant(**row) for row in rows.mappings()]


def retirable(connection: Connection, account: str, region: str, retiring: str) -> list[Grant]:
    """Return the grants that an account gave and that a principal may retire, the newest first."""
    table = KMS_GRANTS
    conditions = (
        table.c.retiring == retiring,
        table.c.region == region,
        table.c.issuing_account == f"arn:aws:iam::{account}:root",
    )
    newest_first = table.c.created_at.desc(), table.c.grant_id
    rows = connection.execute(select(table).where(*conditions).order_by(*newest_first))
    return [Grant(**row) for row in rows.mappings()]


def delete(connection: Connection, key: Key, grant_id: str) -> None:
    """Remove a grant."""
    done = connection.execute(
        delete_from(KMS_GRANTS).where(*_of(key.account, key.region, key.key_id), KMS_GRANTS.c.grant_id == grant_id)
    )
    if not done.rowcount:
        raise NotFound(f"Grant ID {grant_id} not found")


def forget(connection: Connection, key: Key) -> None:
    """Remove all grants of a key."""
    connection.execute(delete_from(KMS_GRANTS).where(*_of(key.account, key.region, key.key_id)))


def read_token(token: str) -> tuple[str, str]:
    """Return the key's ARN and the grant's id in a token, or raise InvalidGrantToken."""
    try:
        arn, _, grant_id = base64.urlsafe_b64decode(token).decode().partition(" ")
    except (ValueError, binascii.Error) as exc:
        raise InvalidGrantToken("The grant token is not valid.") from exc
    if not arn.startswith("arn:") or not grant_id:
        raise InvalidGrantToken("The grant token is not valid.")
    return arn, grant_id


def policy(grants: Iterable[Grant]) -> str:
    """Return grants as a policy of their key: what each of them allows, and to whom."""
    statements = [statement for found in grants for statement in _statements(found)]
    # Of the version without variables: what a grant says is meant as it stands.
    return json.dumps({"Version": "2008-10-17", "Statement": statements})


def pair_key(name: str) -> str:
    """Return the condition key for one pair of an encryption context, spelled so that case does not matter."""
    return f"{CONTEXT_KEY}/{name.encode().hex()}"


def constraints_text(constraints: Mapping[str, Any]) -> str:
    """Return a grant's constraints as a text that is the same for the same constraints."""
    return json.dumps(constraints, sort_keys=True)


def _of(account: str, region: str, key_id: str) -> tuple[ColumnElement[bool], ...]:
    table = KMS_GRANTS.c
    return table.account == account, table.region == region, table.key_id == key_id


def _statements(found: Grant) -> Iterator[dict[str, Any]]:
    used = [name for name in found.operations if name not in _ALWAYS]
    if used:
        yield _allow(found.grantee, used, _context_conditions(found.constraints))
    if "DescribeKey" in found.operations:
        yield _allow(found.grantee, ["DescribeKey"], {})
    if "CreateGrant" in found.operations:
        # Whoever may pass on what the grant allows may pass on no more, under the same constraints.
        may = {"ForAllValues:StringEquals": {"kms:GrantOperations": list(found.operations)}}
        if found.constraints:
            may["StringEquals"] = {CONSTRAINTS_KEY: [constraints_text(found.constraints)]}
        yield _allow(found.grantee, ["CreateGrant"], may)
    retiring = {found.retiring} - {""} | ({found.grantee} if "RetireGrant" in found.operations else set())
    for principal in sorted(retiring):
        yield _allow(principal, ["RetireGrant"], {"StringEquals": {GRANT_KEY: found.grant_id}})


def _allow(principal: str, operations: Sequence[str], conditions: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service" if is_service(principal) else "AWS": principal},
        "Action": [f"kms:{name}" for name in operations],
        "Resource": "*",
        **({"Condition": conditions} if conditions else {}),
    }


def _context_conditions(constraints: Mapping[str, Any]) -> dict[str, Any]:
    conditions: dict[str, Any] = {}
    if "EncryptionContextEquals" in constraints:
        conditions["StringEquals"] = {CONTEXT_KEY: digest(constraints["EncryptionContextEquals"])}
    elif pairs := constraints.get("EncryptionContextSubset"):
        conditions["StringEquals"] = {pair_key(name): value for name, value in pairs.items()}
    if "SourceArn" in constraints:
        conditions["ArnEquals"] = {"aws:SourceArn": constraints["SourceArn"]}
    return conditions
