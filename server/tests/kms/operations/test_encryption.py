"""Encryption with a key itself: what comes back, and what is said of ciphertexts that cannot be opened."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skylens.kms.errors import (
    DryRun,
    IncorrectKey,
    InvalidCiphertext,
    InvalidKeyUsage,
    InvalidRequest,
    Unsupported,
)

RSA = {"KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT"}
SAME_SERVER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)


def test_a_ciphertext_says_itself_which_key_opens_it(kms, new_key):
    key = new_key()
    kms("CreateAlias", AliasName="alias/mine", TargetKeyId=key)
    made = kms("Encrypt", KeyId="alias/mine", Plaintext=b"text", EncryptionContext={"a": "b"})
    assert (made["KeyId"], made["EncryptionAlgorithm"]) == (key, "SYMMETRIC_DEFAULT")
    opened = kms("Decrypt", CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"a": "b"})
    assert opened == {
        "KeyId": key,
        "Plaintext": b"text",
        "EncryptionAlgorithm": "SYMMETRIC_DEFAULT",
        "KeyMaterialId": kms("DescribeKey", KeyId=key)["KeyMetadata"]["CurrentKeyMaterialId"],
    }


@given(st.data())
@SAME_SERVER
def test_whatever_is_done_to_a_ciphertext_it_is_invalid_and_nothing_more_is_said(kms, new_key, data):
    blob = kms("Encrypt", KeyId=new_key(), Plaintext=b"text")["CiphertextBlob"]
    position = data.draw(st.integers(0, len(blob) - 1))
    flipped = blob[:position] + bytes([blob[position] ^ 1 << data.draw(st.integers(0, 7))]) + blob[position + 1 :]
    for wrong in (flipped, blob[:position], blob + b"x", data.draw(st.binary(max_size=120))):
        with pytest.raises(InvalidCiphertext) as told:
            kms("Decrypt", CiphertextBlob=wrong)
        assert str(told.value) == ""


def test_another_context_is_an_invalid_ciphertext(kms, new_key):
    blob = kms("Encrypt", KeyId=new_key(), Plaintext=b"text", EncryptionContext={"ab": "c"})["CiphertextBlob"]
    for context in ({}, {"a": "bc"}, {"AB": "c"}, {"ab": "c", "d": "e"}):
        with pytest.raises(InvalidCiphertext):
            kms("Decrypt", CiphertextBlob=blob, EncryptionContext=context)


def test_the_key_that_is_named_must_be_the_one(kms, new_key):
    key, other = new_key(), new_key()
    blob = kms("Encrypt", KeyId=key, Plaintext=b"text")["CiphertextBlob"]
    assert kms("Decrypt", CiphertextBlob=blob, KeyId=key)["Plaintext"] == b"text"
    with pytest.raises(IncorrectKey) as told:
        kms("Decrypt", CiphertextBlob=blob, KeyId=other)
    assert str(told.value) == "The key ID in the request does not identify a CMK that can perform this operation."


def test_a_ciphertext_of_another_region_is_none(kms, new_key):
    blob = kms("Encrypt", KeyId=new_key(), Plaintext=b"text")["CiphertextBlob"]
    with pytest.raises(InvalidCiphertext):
        kms("Decrypt", CiphertextBlob=blob, region="eu-west-1")


def test_a_rotation_keeps_what_was_encrypted_before_readable(kms, new_key):
    key = new_key()
    old = kms("Encrypt", KeyId=key, Plaintext=b"old")["CiphertextBlob"]
    kms("RotateKeyOnDemand", KeyId=key)
    new = kms("Encrypt", KeyId=key, Plaintext=b"new")["CiphertextBlob"]
    opened = [kms("Decrypt", CiphertextBlob=blob) for blob in (old, new)]
    assert [answer["Plaintext"] for answer in opened] == [b"old", b"new"]
    assert opened[0]["KeyMaterialId"] != opened[1]["KeyMaterialId"]


def test_what_is_encrypted_anew_is_opened_by_the_other_key_only(kms, new_key):
    source, target = new_key(), new_key()
    blob = kms("Encrypt", KeyId=source, Plaintext=b"text", EncryptionContext={"a": "1"})["CiphertextBlob"]
    answer = kms(
        "ReEncrypt",
        CiphertextBlob=blob,
        SourceEncryptionContext={"a": "1"},
        DestinationKeyId=target,
        DestinationEncryptionContext={"b": "2"},
    )
    assert (answer["SourceKeyId"], answer["KeyId"]) == (source, target)
    moved = kms("Decrypt", CiphertextBlob=answer["CiphertextBlob"], EncryptionContext={"b": "2"})
    assert (moved["Plaintext"], moved["KeyId"]) == (b"text", target)


@pytest.mark.parametrize(("algorithm", "most"), [("RSAES_OAEP_SHA_1", 214), ("RSAES_OAEP_SHA_256", 190)])
def test_an_rsa_key_encrypts_what_fits_into_it(kms, new_key, algorithm, most):
    key = new_key(**RSA)
    with pytest.raises(InvalidRequest) as told:
        kms("Encrypt", KeyId=key, Plaintext=bytes(most + 1), EncryptionAlgorithm=algorithm)
    assert (
        str(told.value) == f"Algorithm {algorithm} and key spec RSA_2048 cannot encrypt data larger than {most} bytes."
    )
    blob = kms("Encrypt", KeyId=key, Plaintext=bytes(most), EncryptionAlgorithm=algorithm)["CiphertextBlob"]
    opened = kms("Decrypt", CiphertextBlob=blob, KeyId=key, EncryptionAlgorithm=algorithm)
    assert (opened["Plaintext"], opened["KeyMaterialId"]) == (bytes(most), None)
    with pytest.raises(InvalidRequest, match="KeyId is required"):
        kms("Decrypt", CiphertextBlob=blob, EncryptionAlgorithm=algorithm)
    with pytest.raises(InvalidCiphertext):
        kms("Decrypt", CiphertextBlob=blob[:-1], KeyId=key, EncryptionAlgorithm=algorithm)


def test_a_key_for_something_else_encrypts_nothing(kms, new_key):
    key = new_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
    with pytest.raises(InvalidKeyUsage) as told:
        kms("Encrypt", KeyId=key, Plaintext=b"text")
    assert str(told.value) == f"{key} key usage is GENERATE_VERIFY_MAC which is not valid for Encrypt."
    with pytest.raises(IncorrectKey):
        kms("Decrypt", CiphertextBlob=b"x" * 256, KeyId=key, EncryptionAlgorithm="RSAES_OAEP_SHA_256")


def test_an_algorithm_that_a_key_does_not_do_is_refused(kms, new_key):
    with pytest.raises(InvalidKeyUsage) as told:
        kms("Encrypt", KeyId=new_key(**RSA), Plaintext=b"text")
    assert str(told.value) == "Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048."


def test_a_dry_run_says_that_it_would_succeed_and_does_nothing(kms, new_key):
    key = new_key()
    blob = kms("Encrypt", KeyId=key, Plaintext=b"text")["CiphertextBlob"]
    for operation, request in (
        ("Encrypt", {"KeyId": key, "Plaintext": b"text"}),
        ("Decrypt", {"CiphertextBlob": blob}),
        ("Decrypt", {"KeyId": key, "DryRunModifiers": ["IGNORE_CIPHERTEXT"]}),
        ("ReEncrypt", {"CiphertextBlob": blob, "DestinationKeyId": key}),
        ("GenerateDataKey", {"KeyId": key, "NumberOfBytes": 1}),
    ):
        with pytest.raises(DryRun) as told:
            kms(operation, DryRun=True, **request)
        assert str(told.value) == "The request would have succeeded, but the DryRun option is set."
    with pytest.raises(InvalidCiphertext):
        kms("Decrypt", CiphertextBlob=b"nothing", DryRun=True)
    with pytest.raises(InvalidRequest, match="CiphertextBlob is required"):
        kms("Decrypt", KeyId=key)


def test_an_enclave_is_refused(kms):
    with pytest.raises(Unsupported, match="Nitro"):
        kms("Decrypt", CiphertextBlob=b"x", Recipient={"AttestationDocument": b"x"})
