"""Rotation: by the calendar and on demand."""

from datetime import timedelta

import pytest

from skylens.kms import rotation
from skylens.kms.errors import LimitExceeded, Unsupported


def test_a_key_rotates_on_its_day_and_again(kms, new_key, clock, control):
    key = new_key()
    kms("EnableKeyRotation", KeyId=key, RotationPeriodInDays=90)
    status = kms("GetKeyRotationStatus", KeyId=key)
    assert status == {
        "KeyId": key,
        "KeyRotationEnabled": True,
        "RotationPeriodInDays": 90,
        "NextRotationDate": clock.now() + timedelta(days=90),
    }
    blob = kms("Encrypt", KeyId=key, Plaintext=b"text")["CiphertextBlob"]
    for _ in range(2):
        clock.advance(90 * 86400)
        assert [found.arn for found in rotation.rotate_due(control, clock.now())] == [key]
        assert rotation.rotate_due(control, clock.now()) == []
    rotations = kms("ListKeyRotations", KeyId=key)["Rotations"]
    assert [(found["RotationType"], found["KeyMaterialState"]) for found in rotations] == [
        ("AUTOMATIC", "CURRENT"),
        ("AUTOMATIC", "NON_CURRENT"),
    ]
    assert rotations[0]["KeyMaterialId"] == kms("DescribeKey", KeyId=key)["KeyMetadata"]["CurrentKeyMaterialId"]
    assert len(kms("ListKeyRotations", KeyId=key, IncludeKeyMaterial="ALL_KEY_MATERIAL")["Rotations"]) == 3
    assert kms("Decrypt", CiphertextBlob=blob)["Plaintext"] == b"text"


def test_a_key_whose_rotation_ended_does_not_rotate(kms, new_key, clock, control):
    key = new_key()
    kms("EnableKeyRotation", KeyId=key)
    kms("DisableKeyRotation", KeyId=key)
    assert kms("GetKeyRotationStatus", KeyId=key) == {"KeyId": key, "KeyRotationEnabled": False}
    clock.advance(400 * 86400)
    assert rotation.rotate_due(control, clock.now()) == []


def test_a_disabled_key_rotates_when_it_is_enabled_again(kms, new_key, clock, control):
    key = new_key()
    kms("EnableKeyRotation", KeyId=key)
    kms("DisableKey", KeyId=key)
    clock.advance(400 * 86400)
    assert rotation.rotate_due(control, clock.now()) == []
    kms("EnableKey", KeyId=key)
    assert len(rotation.rotate_due(control, clock.now())) == 1


def test_a_key_rotates_ten_times_on_demand(kms, new_key):
    key = new_key()
    for _ in range(10):
        assert kms("RotateKeyOnDemand", KeyId=key) == {"KeyId": key.rpartition("/")[2]}
    with pytest.raises(LimitExceeded):
        kms("RotateKeyOnDemand", KeyId=key)
    first = kms("ListKeyRotations", KeyId=key, Limit=6)
    last = kms("ListKeyRotations", KeyId=key, Limit=6, Marker=first["NextMarker"])
    assert len(first["Rotations"]) + len(last["Rotations"]) == 10
    assert {found["RotationType"] for found in first["Rotations"]} == {"ON_DEMAND"}


def test_only_symmetric_keys_rotate(kms, new_key):
    key = new_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    for operation in ("EnableKeyRotation", "RotateKeyOnDemand", "GetKeyRotationStatus", "ListKeyRotations"):
        with pytest.raises(Unsupported):
            kms(operation, KeyId=key)
