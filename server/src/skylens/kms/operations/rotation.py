"""Rotation of keys: by the calendar, on demand, and what was rotated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.kms import material, rotation
from skylens.kms.key_id import resolve, resolve_own
from skylens.kms.page import page
from skylens.kms.revision import changing
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from skylens.kms.key import Key

_ROTATIONS_PER_PAGE = 100


@operation("kms", "EnableKeyRotation")
def enable_key_rotation(call: Call, request: Input) -> Output:
    """Let a key get a new material every so many days.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
    """
    days = request.get("RotationPeriodInDays", rotation.DEFAULT_DAYS)
    with changing(call.control) as connection:
        rotation.enable(connection, _rotating(connection, call, request), days, call.now)
    return {}


@operation("kms", "DisableKeyRotation")
def disable_key_rotation(call: Call, request: Input) -> Output:
    """End a key's rotation by the calendar.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKeyRotation.html
    """
    with changing(call.control) as connection:
        rotation.disable(connection, _rotating(connection, call, request))
    return {}


@operation("kms", "GetKeyRotationStatus")
def get_key_rotation_status(call: Call, request: Input) -> Output:
    """Say whether a key rotates by the calendar, how often, and when next.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html
    """
    with call.control.read() as connection:
        key = resolve(connection, call.caller, request["KeyId"])
    rotation.check_rotates(key)
    # While a key waits for its deletion it does not rotate; called back, it goes on as before.
    rotates = key.rotation_days is not None and key.state != "PendingDeletion"
    calendar = {"RotationPeriodInDays": key.rotation_days, "NextRotationDate": key.rotation_at} if rotates else {}
    return {"KeyId": key.arn, "KeyRotationEnabled": rotates, **calendar}


@operation("kms", "RotateKeyOnDemand")
def rotate_key_on_demand(call: Call, request: Input) -> Output:
    """Give a key a new material now; what was encrypted before stays readable.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_RotateKeyOnDemand.html
    """
    with changing(call.control) as connection:
        key = _rotating(connection, call, request)
        rotation.rotate_on_demand(connection, call.control.secrets, key, call.now)
    return {"KeyId": key.key_id}


@operation("kms", "ListKeyRotations")
def list_key_rotations(call: Call, request: Input) -> Output:
    """Return a key's rotations, the newest first, and where asked its first material too.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyRotations.html
    """
    with call.control.read() as connection:
        key = resolve_own(connection, call.caller, request["KeyId"])
        rotation.check_rotates(key)
        materials = material.all_of(connection, key)
    if request.get("IncludeKeyMaterial") != "ALL_KEY_MATERIAL":
        materials = [found for found in materials if found.rotation_type]
    chosen, rest = page(materials, request, lambda found: found.material_id, default=_ROTATIONS_PER_PAGE)
    return {"Rotations": [_document(key, found) for found in chosen], **rest}


def _rotating(connection: Connection, call: Call, request: Input) -> Key:
    key = resolve_own(connection, call.caller, request["KeyId"])
    key.check_usable()
    rotation.check_rotates(key)
    return key


def _document(key: Key, found: material.Material) -> Output:
    document = {
        "KeyId": key.key_id,
        "KeyMaterialId": found.material_id,
        "KeyMaterialState": "CURRENT" if found.material_id == key.material_id else "NON_CURRENT",
    }
    if not found.rotation_type:
        return document
    return {**document, "RotationDate": found.created_at, "RotationType": found.rotation_type}
