"""Keys: create, describe and list them, switch them on and off, delete them after a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from skylens.kms import deletion, key, key_policy, material, tag
from skylens.kms.errors import InvalidRequest, Unsupported
from skylens.kms.key import Key, new_key_id
from skylens.kms.key_id import resolve, resolve_own
from skylens.kms.key_spec import SPECS, SYMMETRIC, KeySpec, Usage
from skylens.kms.page import page
from skylens.kms.revision import changing
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from sqlalchemy import Connection

_KEYS_PER_PAGE = 100


@operation("kms", "CreateKey")
def create_key(call: Call, request: Input) -> Output:
    """Create a key that can be used at once.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
    """
    spec, usage = _kind(request)
    _refuse_other_origins(request)
    tags = tag.from_documents(request.get("Tags", ()))
    is_multi_region = request.get("MultiRegion", False)
    key_id = new_key_id(call.ids.uuid(), is_multi_region=is_multi_region)
    arn = key.key_arn(call.caller.account, call.caller.region, key_id)
    policy = key_policy.checked(call, request, arn) if "Policy" in request else key_policy.default(call.caller.account)
    new = Key(
        account=call.caller.account,
        region=call.caller.region,
        key_id=key_id,
        spec_name=spec.name,
        usage=usage,
        description=request.get("Description", ""),
        policy=policy,
        material_id=material.material_id(key_id, 1),
        created_at=call.now,
        is_multi_region=is_multi_region,
    )
    first = material.new(call.control.secrets, new, call.now)  # before the transaction: an RSA key takes its time
    with changing(call.control) as connection:
        key.insert_key(connection, new)
        material.add(connection, new, first)
        tag.add(connection, new, tags, most=call.limits.tags_per_resource)
    return {"KeyMetadata": new.metadata()}


@operation("kms", "DescribeKey")
def describe_key(call: Call, request: Input) -> Output:
    """Return what is known of a key.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
    """
    with call.control.read() as connection:
        return {"KeyMetadata": resolve(connection, call.caller, request["KeyId"]).metadata()}


@operation("kms", "ListKeys")
def list_keys(call: Call, request: Input) -> Output:
    """Return the account's keys in this region, by their ids.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html
    """
    with call.control.read() as connection:
        keys = key.all_of(connection, call.caller.account, call.caller.region)
    chosen, rest = page(keys, request, lambda found: found.key_id, default=_KEYS_PER_PAGE)
    return {"Keys": [{"KeyId": found.key_id, "KeyArn": found.arn} for found in chosen], **rest}


@operation("kms", "EnableKey")
def enable_key(call: Call, request: Input) -> Output:
    """Let a key be used again.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKey.html
    """
    with changing(call.control) as connection:
        key.save(connection, _changeable(connection, call, request), state="Enabled")
    return {}


@operation("kms", "DisableKey")
def disable_key(call: Call, request: Input) -> Output:
    """Let nobody use a key until it is enabled again.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKey.html
    """
    with changing(call.control) as connection:
        key.save(connection, _changeable(connection, call, request), state="Disabled")
    return {}


@operation("kms", "UpdateKeyDescription")
def update_key_description(call: Call, request: Input) -> Output:
    """Change what a key's description says.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateKeyDescription.html
    """
    with changing(call.control) as connection:
        key.save(connection, _changeable(connection, call, request), description=request["Description"])
    return {}


@operation("kms", "ScheduleKeyDeletion")
def schedule_key_deletion(call: Call, request: Input) -> Output:
    """Let a key be deleted after a waiting time, in which nobody can use it and it can be called back.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
    """
    days = request.get("PendingWindowInDays", deletion.DEFAULT_DAYS)
    with changing(call.control) as connection:
        found = resolve_own(connection, call.caller, request["KeyId"])
        found = deletion.schedule(connection, found, days, call.now)
    return {
        "KeyId": found.arn,
        "DeletionDate": found.deletion_at,
        "KeyState": found.state,
        "PendingWindowInDays": days,
    }


@operation("kms", "CancelKeyDeletion")
def cancel_key_deletion(call: Call, request: Input) -> Output:
    """Call a key back that waits for its deletion; it is disabled then.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html
    """
    with changing(call.control) as connection:
        found = deletion.cancel(connection, resolve_own(connection, call.caller, request["KeyId"]))
    return {"KeyId": found.arn}


def _changeable(connection: Connection, call: Call, request: Input) -> Key:
    found = resolve_own(connection, call.caller, request["KeyId"])
    found.check_not_pending()
    return found


def _kind(request: Input) -> tuple[KeySpec, Usage]:
    if "KeySpec" in request and "CustomerMasterKeySpec" in request:
        raise InvalidRequest(
            "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated."
        )
    name = request.get("KeySpec") or request.get("CustomerMasterKeySpec") or SYMMETRIC
    spec = SPECS.get(name)
    if spec is None:
        raise Unsupported(f"Keys of spec {name} are not made here.")
    if "KeyUsage" not in request and name != SYMMETRIC:
        raise InvalidRequest("You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.")
    usage = request.get("KeyUsage", "ENCRYPT_DECRYPT")
    if usage not in spec.algorithms:
        raise InvalidRequest(f"KeyUsage {usage} is not compatible with KeySpec {name}")
    return spec, cast("Usage", usage)


def _refuse_other_origins(request: Input) -> None:
    origin = request.get("Origin", "AWS_KMS")
    if origin != "AWS_KMS" or "CustomKeyStoreId" in request or "XksKeyId" in request:
        raise Unsupported(f"Keys of origin {origin} are not made here: their material comes from outside.")
