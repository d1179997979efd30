"""What each operation of KMS needs, and how the audit trail files it.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
https://docs.aws.amazon.com/kms/latest/developerguide/policy-conditions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from skylens.kms import ciphertext, grant, key_id
from skylens.kms.encryption_context import digest
from skylens.kms.errors import InvalidArn, InvalidCiphertext, InvalidGrantToken, NotFound
from skylens.kms.key import named_by_ciphertext
from skylens.registry import Access, Need, declare_access

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from skylens.caller import Caller
    from skylens.kms.key import Key
    from skylens.registry import Input
    from skylens.store.control import Control

# The request's members that have a condition key of their own.
_OF_MEMBERS: Final = {
    "BypassPolicyLockoutSafetyCheck": "kms:BypassPolicyLockoutSafetyCheck",
    "EncryptionAlgorithm": "kms:EncryptionAlgorithm",
    "GranteePrincipal": "kms:GranteePrincipal",
    "GranteeServicePrincipal": "kms:GranteeServicePrincipal",
    "KeyAgreementAlgorithm": "kms:KeyAgreementAlgorithm",
    "KeyPairSpec": "kms:DataKeyPairSpec",
    "MacAlgorithm": "kms:MacAlgorithm",
    "MessageType": "kms:MessageType",
    "MultiRegion": "kms:MultiRegion",
    "Operations": "kms:GrantOperations",
    "PendingWindowInDays": "kms:ScheduleKeyDeletionPendingWindowInDays",
    "RetiringPrincipal": "kms:RetiringPrincipal",
    "RotationPeriodInDays": "kms:RotationPeriodInDays",
    "SigningAlgorithm": "kms:SigningAlgorithm",
}

Values: TypeAlias = "dict[str, str | Sequence[str]]"
Needs: TypeAlias = "Callable[[Control, Caller, Input], Iterable[Need]]"


def _on_key(action: str, member: str = "KeyId") -> Needs:
    """Return what an operation needs that works on the key that a member names."""

    def needs(control: Control, caller: Caller, request: Input) -> Iterable[Need]:
        with control.read() as connection:
            return [_need(action, caller, request, _named(connection, caller, request.get(member, "")))]

    return needs


def _create_key(control: Control, caller: Caller, request: Input) -> Iterable[Need]:  # noqa: ARG001
    new = _about_request(caller, request) | _about_tags(request)
    new["kms:KeySpec"] = request.get("KeySpec") or request.get("CustomerMasterKeySpec") or "SYMMETRIC_DEFAULT"
    new["kms:KeyUsage"] = request.get("KeyUsage", "ENCRYPT_DECRYPT")
    new["kms:KeyOrigin"] = request.get("Origin", "AWS_KMS")
    return [Need("kms:CreateKey", "*", new), *([Need("kms:TagResource", "*", new)] if request.get("Tags") else [])]


def _on_nothing(action: str) -> Needs:
    def needs(control: Control, caller: Caller, request: Input) -> Iterable[Need]:  # noqa: ARG001
        return [Need(action, "*", _about_request(caller, request))]

    return needs


def _on_alias(action: str) -> Needs:
    """Return what an operation needs on an alias, on the key that it stands for, and on the one it will stand for."""

    def needs(control: Control, caller: Caller, request: Input) -> Iterable[Need]:
        name = request["AliasName"]
        with control.read() as connection:
            now = _named(connection, caller, name)
            keys = [_named(connection, caller, request["TargetKeyId"])] if "TargetKeyId" in request else []
        if not isinstance(now, str):
            keys.append(now)
        alias = f"arn:aws:kms:{caller.region}:{caller.account}:{name}"
        return [_need(action, caller, request, found) for found in (alias, *keys)]

    return needs


def _decrypt(control: Control, caller: Caller, request: Input) -> Iterable[Need]:
    with control.read() as connection:
        return [_need("kms:Decrypt", caller, request, _decrypting(connection, caller, request, "KeyId"))]


def _re_encrypt(control: Control, caller: Caller, request: Input) -> Iterable[Need]:
    with control.read() as connection:
        source = _decrypting(connection, caller, request, "SourceKeyId")
        target = _named(connection, caller, request["DestinationKeyId"])
    same = {"kms:ReEncryptOnSameKey": str(_arn(source) == _arn(target)).lower()}
    sides = (("From", "Source", source), ("To", "Destination", target))
    return [_need(f"kms:ReEncrypt{way}", caller, _side(request, side), found, same) for way, side, found in sides]


def _retire(control: Control, caller: Caller, request: Input) -> Iterable[Need]:
    name, grant_id = request.get("KeyId", ""), request.get("GrantId", "")
    if "GrantToken" in request:
        try:
            name, grant_id = grant.read_token(request["GrantToken"])
        except InvalidGrantToken:
            name = ""
    with control.read() as connection:
        found = _named(connection, caller, name)
    return [_need("kms:RetireGrant", caller, request, found, {grant.GRANT_KEY: grant_id})]


def _named(connection: Connection, caller: Caller, text: str) -> Key | str:
    """Return the key that a text names; where there is none, the ARN that it would have, or ``*``."""
    try:
        return key_id.resolve(connection, caller, text)
    except (NotFound, InvalidArn):
        try:
            return key_id.parse(caller, text).arn
        except (NotFound, InvalidArn):
            return "*"


def _decrypting(connection: Connection, caller: Caller, request: Input, member: str) -> Key | str:
    """Return the key that a request names for decryption, else the one that the ciphertext names."""
    if member in request:
        return _named(connection, caller, request[member])
    try:
        name = ciphertext.parse(request.get("CiphertextBlob", b"")).key_id
    except InvalidCiphertext:
        return "*"
    return named_by_ciphertext(connection, caller.region, name) or "*"


def _need(action: str, caller: Caller, request: Input, found: Key | str, more: Mapping[str, str] | None = None) -> Need:
    conditions = _about_request(caller, request) | _about_tags(request) | dict(more or {})
    if not isinstance(found, str):
        conditions |= {"kms:KeySpec": found.spec_name, "kms:KeyUsage": found.usage, "kms:KeyOrigin": "AWS_KMS"}
        conditions["kms:MultiRegion"] = str(found.is_multi_region).lower()
    return Need(action, _arn(found), conditions)


def _arn(found: Key | str) -> str:
    return found if isinstance(found, str) else found.arn


def _side(request: Input, side: str) -> dict[str, Any]:
    """Return one side of ReEncrypt as a request of its own."""
    return {name.removeprefix(side): value for name, value in request.items() if name.startswith(side)}


def _about_request(caller: Caller, request: Input) -> Values:
    values: Values = {"kms:CallerAccount": caller.account}
    if caller.invoked_by:
        # As the key's policies name it: the service in the region.
        service, _, rest = caller.invoked_by.partition(".")
        values["kms:ViaService"] = f"{service}.{caller.region}.{rest}"
    for member, name in _OF_MEMBERS.items():
        if member in request:
            values[name] = _text(request[member])
    if str(request.get("KeyId", "")).startswith("alias/"):
        values["kms:RequestAlias"] = request["KeyId"]
    if constraints := request.get("Constraints"):
        values["kms:GrantConstraintType"] = list(constraints)
        values[grant.CONSTRAINTS_KEY] = grant.constraints_text(constraints)
    return values | _about_context(request.get("EncryptionContext", {}))


def _about_context(context: Mapping[str, str]) -> Values:
    values: Values = {f"kms:EncryptionContext:{name}": value for name, value in context.items()}
    if context:
        values["kms:EncryptionContextKeys"] = list(context)
    # Names of condition keys know no case, a context does: grants ask by these.
    values[grant.CONTEXT_KEY] = digest(context)
    values |= {grant.pair_key(name): value for name, value in context.items()}
    return values


def _about_tags(request: Input) -> Values:
    tags = {tag["TagKey"]: tag["TagValue"] for tag in request.get("Tags", ())}
    names = [*tags, *request.get("TagKeys", ())]
    return {
        **{f"aws:RequestTag/{name}": value for name, value in tags.items()},
        **({"aws:TagKeys": names} if names else {}),
    }


def _text(value: Any) -> str | list[str]:
    match value:
        case bool():
            return str(value).lower()
        case list() | tuple():
            return [str(item) for item in value]
    return str(value)


def _row(operation: str, *, read_only: bool) -> Access:
    return Access(read_only=read_only, needs=_SPECIAL.get(operation) or _on_key(f"kms:{operation}"))


_SPECIAL: Final = {
    "CreateAlias": _on_alias("kms:CreateAlias"),
    "CreateKey": _create_key,
    "Decrypt": _decrypt,
    "DeleteAlias": _on_alias("kms:DeleteAlias"),
    "GenerateRandom": _on_nothing("kms:GenerateRandom"),
    "ListAliases": _on_nothing("kms:ListAliases"),
    "ListKeys": _on_nothing("kms:ListKeys"),
    "ListRetirableGrants": _on_nothing("kms:ListRetirableGrants"),
    "ReEncrypt": _re_encrypt,
    "RetireGrant": _retire,
    "UpdateAlias": _on_alias("kms:UpdateAlias"),
}
# AWS counts the use of a key as reading: nothing that KMS keeps is changed by it.
_READING: Final = (
    *("Decrypt", "DeriveSharedSecret", "DescribeKey", "Encrypt", "GenerateDataKey", "GenerateDataKeyPair"),
    *("GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", "GenerateMac", "GenerateRandom"),
    *("GetKeyPolicy", "GetKeyRotationStatus", "GetPublicKey", "ListAliases", "ListGrants", "ListKeyPolicies"),
    *("ListKeyRotations", "ListKeys", "ListResourceTags", "ListRetirableGrants", "ReEncrypt", "Sign", "Verify"),
    "VerifyMac",
)
_WRITING: Final = (
    *("CancelKeyDeletion", "CreateAlias", "CreateGrant", "CreateKey", "DeleteAlias", "DisableKey"),
    *("DisableKeyRotation", "EnableKey", "EnableKeyRotation", "PutKeyPolicy", "RetireGrant", "RevokeGrant"),
    *("RotateKeyOnDemand", "ScheduleKeyDeletion", "TagResource", "UntagResource", "UpdateAlias"),
    "UpdateKeyDescription",
)
ACCESS: Final = {name: _row(name, read_only=name in _READING) for name in (*_READING, *_WRITING)}
declare_access("kms", ACCESS)
