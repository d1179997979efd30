"""Keys: what a new one is, in which states it can be used, and how it ends."""

import pytest

from skylens.kms import deletion, material
from skylens.kms.errors import (
    InvalidArn,
    InvalidCiphertext,
    InvalidMarker,
    InvalidRequest,
    InvalidState,
    KeyDisabled,
    NotFound,
    Unsupported,
)
from skylens.store.control.schema.kms_key_materials import KMS_KEY_MATERIALS


def test_a_new_key_is_what_aws_makes(kms, clock):
    made = kms("CreateKey", Description="logs")["KeyMetadata"]
    arn = f"arn:aws:kms:us-east-1:000000000000:key/{made['KeyId']}"
    assert made == {
        "AWSAccountId": "000000000000",
        "Arn": arn,
        "CreationDate": clock.now(),
        "CurrentKeyMaterialId": material.material_id(made["KeyId"], 1),
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "DeletionDate": None,
        "Description": "logs",
        "Enabled": True,
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
        "KeyId": made["KeyId"],
        "KeyManager": "CUSTOMER",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "KeyState": "Enabled",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "MultiRegion": False,
        "Origin": "AWS_KMS",
    }
    for name in (made["KeyId"], arn):
        assert kms("DescribeKey", KeyId=name)["KeyMetadata"] == made


@pytest.mark.parametrize(
    ("spec", "usage", "member", "algorithms"),
    [
        ("HMAC_256", "GENERATE_VERIFY_MAC", "MacAlgorithms", ["HMAC_SHA_256"]),
        ("ECC_NIST_P384", "SIGN_VERIFY", "SigningAlgorithms", ["ECDSA_SHA_384"]),
        ("ECC_NIST_P256", "KEY_AGREEMENT", "KeyAgreementAlgorithms", ["ECDH"]),
        ("RSA_2048", "ENCRYPT_DECRYPT", "EncryptionAlgorithms", ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"]),
    ],
)
def test_a_key_says_what_it_can_be_used_with(kms, spec, usage, member, algorithms):
    made = kms("CreateKey", KeySpec=spec, KeyUsage=usage)["KeyMetadata"]
    assert (made["KeySpec"], made["KeyUsage"], made[member]) == (spec, usage, algorithms)
    assert "CurrentKeyMaterialId" not in made


@pytest.mark.parametrize(
    ("request_", "error", "message"),
    [
        ({"KeySpec": "HMAC_256"}, InvalidRequest, "You must specify a KeyUsage value for all KMS keys except"),
        ({"KeySpec": "HMAC_256", "KeyUsage": "SIGN_VERIFY"}, InvalidRequest, "not compatible with KeySpec HMAC_256"),
        (
            {"KeySpec": "RSA_2048", "CustomerMasterKeySpec": "RSA_2048"},
            InvalidRequest,
            "You cannot specify KeySpec and",
        ),
        ({"KeySpec": "SM2", "KeyUsage": "SIGN_VERIFY"}, Unsupported, "SM2"),
        ({"Origin": "EXTERNAL"}, Unsupported, "EXTERNAL"),
    ],
)
def test_a_key_that_cannot_be_is_refused(kms, request_, error, message):
    with pytest.raises(error, match=message):
        kms("CreateKey", **request_)


def test_a_key_of_several_regions_has_an_id_of_its_kind(kms):
    made = kms("CreateKey", MultiRegion=True)["KeyMetadata"]
    assert made["KeyId"].startswith("mrk-")
    assert made["MultiRegionConfiguration"]["MultiRegionKeyType"] == "PRIMARY"
    blob = kms("Encrypt", KeyId=made["Arn"], Plaintext=b"text")["CiphertextBlob"]
    assert kms("Decrypt", CiphertextBlob=blob)["Plaintext"] == b"text"


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("fake-key-id", NotFound, "Invalid keyId 'fake-key-id'"),
        ("134f2428cec14b25a1ae9048164dba47", NotFound, "Invalid keyId '134f2428cec14b25a1ae9048164dba47'"),
        ("mrk-fake-key-id", NotFound, "Invalid keyId 'mrk-fake-key-id'"),
        (
            "134f2428-cec1-4b25-a1ae-9048164dba47",
            NotFound,
            "Key 'arn:aws:kms:us-east-1:000000000000:key/134f2428-cec1-4b25-a1ae-9048164dba47' does not exist",
        ),
        (
            "arn:aws:kms:us-east-1:111111111111:key/mrk-d3b95762d3b95762d3b95762d3b95762",
            NotFound,
            "Key 'arn:aws:kms:us-east-1:111111111111:key/mrk-d3b95762d3b95762d3b95762d3b95762' does not exist",
        ),
        ("alias/none", NotFound, "Alias arn:aws:kms:us-east-1:000000000000:alias/none is not found."),
        ("arn:aws:kms:ap-southeast-1:000000000000:alias/none", NotFound, "Invalid arn ap-southeast-1"),
        ("arn:aws:s3:::bucket", InvalidArn, "arn:aws:s3:::bucket is not a valid ARN of a key or an alias."),
    ],
)
def test_a_name_without_a_key_is_told_as_aws_tells_it(kms, name, error, message):
    with pytest.raises(error) as told:
        kms("DescribeKey", KeyId=name)
    assert str(told.value) == message


def test_a_disabled_key_does_nothing_until_it_is_enabled(kms, new_key):
    key = new_key()
    blob = kms("Encrypt", KeyId=key, Plaintext=b"text")["CiphertextBlob"]
    kms("DisableKey", KeyId=key)
    for operation, request in (
        ("Encrypt", {"KeyId": key, "Plaintext": b"text"}),
        ("Decrypt", {"CiphertextBlob": blob}),
        ("GenerateDataKey", {"KeyId": key, "KeySpec": "AES_256"}),
        ("ReEncrypt", {"CiphertextBlob": blob, "DestinationKeyId": new_key()}),
        (
            "CreateGrant",
            {"KeyId": key, "GranteePrincipal": "arn:aws:iam::000000000000:root", "Operations": ["Encrypt"]},
        ),
        ("EnableKeyRotation", {"KeyId": key}),
        ("RotateKeyOnDemand", {"KeyId": key}),
    ):
        with pytest.raises(KeyDisabled) as told:
            kms(operation, **request)
        assert str(told.value) == f"{key} is disabled."
    assert not kms("DescribeKey", KeyId=key)["KeyMetadata"]["Enabled"]
    kms("EnableKey", KeyId=key)
    assert kms("Decrypt", CiphertextBlob=blob)["Plaintext"] == b"text"


def test_a_key_that_waits_for_its_deletion_cannot_be_used_or_changed(kms, new_key):
    key = new_key()
    kms("ScheduleKeyDeletion", KeyId=key)
    for operation, request in (
        ("Encrypt", {"Plaintext": b"text"}),
        ("EnableKey", {}),
        ("DisableKey", {}),
        ("UpdateKeyDescription", {"Description": "x"}),
        ("ScheduleKeyDeletion", {}),
        ("TagResource", {"Tags": [{"TagKey": "a", "TagValue": "b"}]}),
        ("EnableKeyRotation", {}),
    ):
        with pytest.raises(InvalidState) as told:
            kms(operation, KeyId=key, **request)
        assert str(told.value) == f"{key} is pending deletion."


def test_a_deletion_is_called_back_within_its_days(kms, new_key, clock, control):
    key = new_key()
    answer = kms("ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=7)
    assert (answer["KeyId"], answer["KeyState"], answer["PendingWindowInDays"]) == (key, "PendingDeletion", 7)
    assert (answer["DeletionDate"] - clock.now()).days == 7
    clock.advance(6 * 86400)
    assert deletion.delete_due(control, clock.now()) == []
    assert kms("CancelKeyDeletion", KeyId=key) == {"KeyId": key}
    assert kms("DescribeKey", KeyId=key)["KeyMetadata"]["KeyState"] == "Disabled"
    with pytest.raises(InvalidState, match="is not pending deletion"):
        kms("CancelKeyDeletion", KeyId=key)
    clock.advance(30 * 86400)
    assert deletion.delete_due(control, clock.now()) == []


@pytest.mark.parametrize("days", [1, 6, 31, 365])
def test_a_deletion_waits_between_seven_and_thirty_days(kms, new_key, days):
    with pytest.raises(InvalidRequest, match="between 7 and 30"):
        kms("ScheduleKeyDeletion", KeyId=new_key(), PendingWindowInDays=days)


def test_a_deleted_key_is_gone_with_all_that_it_encrypted(kms, new_key, clock, control):
    key, other = new_key(Tags=[{"TagKey": "a", "TagValue": "b"}]), new_key()
    kms("CreateAlias", AliasName="alias/gone", TargetKeyId=key)
    kms("CreateGrant", KeyId=key, GranteePrincipal="arn:aws:iam::000000000000:root", Operations=["Encrypt"])
    blob = kms("Encrypt", KeyId=key, Plaintext=b"text")["CiphertextBlob"]
    kms("ScheduleKeyDeletion", KeyId=key)
    clock.advance(30 * 86400)
    assert [found.arn for found in deletion.delete_due(control, clock.now())] == [key]
    with pytest.raises(NotFound):
        kms("DescribeKey", KeyId=key)
    with pytest.raises(InvalidCiphertext):
        kms("Decrypt", CiphertextBlob=blob)
    assert kms("ListAliases")["Aliases"] == []
    assert [found["KeyArn"] for found in kms("ListKeys")["Keys"]] == [other]
    with control.read() as connection:
        left = connection.execute(KMS_KEY_MATERIALS.select()).all()
    assert [row.key_id for row in left] == [other.rpartition("/")[2]]


def test_what_a_key_works_with_is_never_stored_in_clear(kms, new_key, control, tmp_path):
    key = new_key()
    with control.read() as connection:
        [row] = connection.execute(KMS_KEY_MATERIALS.select()).all()
    secret = control.secrets.decrypt(row.sealed)
    assert len(secret) == 32
    kms("Encrypt", KeyId=key, Plaintext=b"text")
    control.close()
    assert [path for path in tmp_path.iterdir() if secret in path.read_bytes()] == []


def test_keys_are_listed_page_by_page(kms, new_key):
    made = sorted(new_key() for _ in range(5))
    new_key(account="111111111111")
    first = kms("ListKeys", Limit=3)
    assert first["Truncated"]
    last = kms("ListKeys", Limit=3, Marker=first["NextMarker"])
    assert not last["Truncated"]
    assert "NextMarker" not in last
    assert [found["KeyArn"] for found in (*first["Keys"], *last["Keys"])] == made
    for marker in ("???", "bm9uZQ=="):
        with pytest.raises(InvalidMarker):
            kms("ListKeys", Marker=marker)


def test_accounts_and_regions_have_keys_of_their_own(kms, new_key):
    key = new_key()
    for there in ({"account": "111111111111"}, {"region": "eu-west-1"}):
        assert kms("ListKeys", **there)["Keys"] == []
        with pytest.raises(NotFound):
            kms("DisableKey", KeyId=key, **there)
        with pytest.raises(NotFound):
            kms("DescribeKey", KeyId=key.rpartition("/")[2], **there)


def test_a_description_changes(kms, new_key):
    key = new_key(Description="old")
    kms("UpdateKeyDescription", KeyId=key, Description="new")
    assert kms("DescribeKey", KeyId=key)["KeyMetadata"]["Description"] == "new"
