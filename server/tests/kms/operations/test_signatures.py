"""Signatures, codes and shared secrets: right ones are taken, all others refused."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from skylens.kms.errors import InvalidKeyUsage, InvalidMac, InvalidRequest, InvalidSignature, Unsupported

SIGNING = [
    ("RSA_2048", "RSASSA_PSS_SHA_256"),
    ("RSA_2048", "RSASSA_PKCS1_V1_5_SHA_512"),
    ("ECC_NIST_P256", "ECDSA_SHA_256"),
    ("ECC_NIST_P384", "ECDSA_SHA_384"),
    ("ECC_NIST_P521", "ECDSA_SHA_512"),
    ("ECC_SECG_P256K1", "ECDSA_SHA_256"),
]


@pytest.mark.parametrize(("spec", "algorithm"), SIGNING)
def test_a_signature_is_that_of_the_message_and_of_its_digest(kms, new_key, spec, algorithm):
    common = {"KeyId": new_key(KeySpec=spec, KeyUsage="SIGN_VERIFY"), "SigningAlgorithm": algorithm}
    digest = hashlib.new(f"sha{algorithm[-3:]}", b"text").digest()
    for first, second in (((b"text", "RAW"), (digest, "DIGEST")), ((digest, "DIGEST"), (b"text", "RAW"))):
        signature = kms("Sign", Message=first[0], MessageType=first[1], **common)["Signature"]
        answer = kms("Verify", Message=second[0], MessageType=second[1], Signature=signature, **common)
        assert answer["SignatureValid"] is True
        with pytest.raises(InvalidSignature):
            kms("Verify", Message=b"other", Signature=signature, **common)
    with pytest.raises(InvalidRequest) as told:
        kms("Sign", Message=b"short", MessageType="DIGEST", **common)
    assert str(told.value) == f"Digest is invalid length for algorithm {algorithm}."


def test_edwards_keys_sign_messages_only(kms, new_key):
    key = new_key(KeySpec="ECC_NIST_EDWARDS25519", KeyUsage="SIGN_VERIFY")
    common = {"KeyId": key, "SigningAlgorithm": "ED25519_SHA_512"}
    signature = kms("Sign", Message=b"text", **common)["Signature"]
    assert kms("Verify", Message=b"text", Signature=signature, **common)["SignatureValid"]
    with pytest.raises(InvalidRequest):
        kms("Sign", Message=bytes(64), MessageType="DIGEST", **common)
    with pytest.raises(InvalidKeyUsage):
        kms("Sign", Message=b"text", KeyId=key, SigningAlgorithm="ED25519_PH_SHA_512")


def test_the_public_key_verifies_outside(kms, new_key):
    key = new_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    signature = kms("Sign", KeyId=key, Message=b"text", SigningAlgorithm="ECDSA_SHA_256")["Signature"]
    told = kms("GetPublicKey", KeyId=key)
    assert (told["KeySpec"], told["KeyUsage"], told["SigningAlgorithms"]) == (
        "ECC_NIST_P256",
        "SIGN_VERIFY",
        ["ECDSA_SHA_256"],
    )
    load_der_public_key(told["PublicKey"]).verify(signature, b"text", ec.ECDSA(SHA256()))
    with pytest.raises(Unsupported):
        kms("GetPublicKey", KeyId=new_key())


@pytest.mark.parametrize("bits", [224, 256, 384, 512])
def test_a_code_is_that_of_the_message(kms, new_key, bits):
    key = new_key(KeySpec=f"HMAC_{bits}", KeyUsage="GENERATE_VERIFY_MAC")
    common = {"KeyId": key, "MacAlgorithm": f"HMAC_SHA_{bits}"}
    code = kms("GenerateMac", Message=b"text", **common)["Mac"]
    assert len(code) == bits // 8
    assert kms("VerifyMac", Message=b"text", Mac=code, **common)["MacValid"] is True
    for message, wrong in ((b"other", code), (b"text", code[:-1]), (b"text", bytes(len(code)))):
        with pytest.raises(InvalidMac):
            kms("VerifyMac", Message=message, Mac=wrong, **common)


def test_an_algorithm_of_another_spec_is_refused(kms, new_key):
    key = new_key(KeySpec="HMAC_224", KeyUsage="GENERATE_VERIFY_MAC")
    with pytest.raises(InvalidKeyUsage) as told:
        kms("GenerateMac", KeyId=key, Message=b"text", MacAlgorithm="HMAC_SHA_256")
    assert str(told.value) == "Algorithm HMAC_SHA_256 is incompatible with key spec HMAC_224."


def test_two_parties_agree_on_a_secret(kms, new_key):
    key = new_key(KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT")
    ours = load_der_public_key(kms("GetPublicKey", KeyId=key)["PublicKey"])
    theirs = ec.generate_private_key(ec.SECP256R1())
    public = theirs.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    answer = kms("DeriveSharedSecret", KeyId=key, KeyAgreementAlgorithm="ECDH", PublicKey=public)
    assert answer["SharedSecret"] == theirs.exchange(ec.ECDH(), ours)
    for wrong in (
        b"none",
        ec.generate_private_key(ec.SECP384R1())
        .public_key()
        .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    ):
        with pytest.raises(InvalidRequest):
            kms("DeriveSharedSecret", KeyId=key, KeyAgreementAlgorithm="ECDH", PublicKey=wrong)
