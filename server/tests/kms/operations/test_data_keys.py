"""Data keys and random bytes."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key

from skylens.kms.errors import InvalidKeyUsage, InvalidRequest, Unsupported


@pytest.mark.parametrize(
    ("asked", "length"), [({"KeySpec": "AES_256"}, 32), ({"KeySpec": "AES_128"}, 16), ({"NumberOfBytes": 1024}, 1024)]
)
def test_a_data_key_comes_plain_and_encrypted(kms, new_key, asked, length):
    key = new_key()
    made = kms("GenerateDataKey", KeyId=key, EncryptionContext={"a": "b"}, **asked)
    assert len(made["Plaintext"]) == length
    assert made["KeyId"] == key
    opened = kms("Decrypt", CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"a": "b"})
    assert (opened["Plaintext"], opened["KeyMaterialId"]) == (made["Plaintext"], made["KeyMaterialId"])
    hidden = kms("GenerateDataKeyWithoutPlaintext", KeyId=key, **asked)
    assert "Plaintext" not in hidden
    assert len(kms("Decrypt", CiphertextBlob=hidden["CiphertextBlob"])["Plaintext"]) == length


@pytest.mark.parametrize("asked", [{}, {"KeySpec": "AES_256", "NumberOfBytes": 32}])
def test_a_data_key_has_one_size(kms, new_key, asked):
    with pytest.raises(InvalidRequest) as told:
        kms("GenerateDataKey", KeyId=new_key(), **asked)
    assert str(told.value) == "Please specify either number of bytes or key spec."


@pytest.mark.parametrize("spec", ["RSA_2048", "ECC_NIST_P256", "ECC_SECG_P256K1", "ECC_NIST_EDWARDS25519"])
def test_a_pair_comes_with_its_private_key_plain_and_encrypted(kms, new_key, spec):
    made = kms("GenerateDataKeyPair", KeyId=new_key(), KeyPairSpec=spec)
    private = load_der_private_key(made["PrivateKeyPlaintext"], password=None)
    assert private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) == made["PublicKey"]
    opened = kms("Decrypt", CiphertextBlob=made["PrivateKeyCiphertextBlob"])
    assert opened["Plaintext"] == made["PrivateKeyPlaintext"]
    assert "PrivateKeyPlaintext" not in kms("GenerateDataKeyPairWithoutPlaintext", KeyId=new_key(), KeyPairSpec=spec)


def test_an_asymmetric_key_wraps_no_data_keys(kms, new_key):
    with pytest.raises(InvalidKeyUsage):
        kms("GenerateDataKey", KeyId=new_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT"), NumberOfBytes=1)
    with pytest.raises(Unsupported, match="SM2"):
        kms("GenerateDataKeyPair", KeyId=new_key(), KeyPairSpec="SM2")


def test_random_bytes_are_as_many_as_asked(kms):
    assert [len(kms("GenerateRandom", NumberOfBytes=count)["Plaintext"]) for count in (1, 12, 1024)] == [1, 12, 1024]
    with pytest.raises(InvalidRequest) as told:
        kms("GenerateRandom")
    assert str(told.value) == "NumberOfBytes is required."
