"""The instance key under a key of AWS KMS; a second server stands where AWS would."""

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def aws(own_skylens, monkeypatch):
    """A server that is AWS KMS for the others, and a key there."""
    server = own_skylens()
    names = server.environment()
    kms = server.client("kms")
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", server.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", names["AWS_ACCESS_KEY_ID"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", names["AWS_SECRET_ACCESS_KEY"])
    return kms


def new_key(kms):
    return kms.create_key()["KeyMetadata"]["Arn"]


def test_a_server_starts_with_a_key_that_kms_wraps_and_not_without_it(aws, own_skylens, monkeypatch):
    key = new_key(aws)
    monkeypatch.setenv("SKYLENS_INSTANCE_KEY", f"aws-kms:{key}")
    server = own_skylens()
    assert not (server.data / "instance.key").exists()
    blob = server.client("kms").encrypt(KeyId=new_key(server.client("kms")), Plaintext=b"text")["CiphertextBlob"]
    server.stop()
    server.start()
    assert server.client("kms").decrypt(CiphertextBlob=blob)["Plaintext"] == b"text"
    server.stop()
    aws.disable_key(KeyId=key)
    with pytest.raises(AssertionError, match=r"is disabled\."):
        server.start()


def test_the_key_of_the_folder_is_taken_over_and_wrapped_anew_by_another_key(aws, own_skylens, monkeypatch):
    server = own_skylens()
    blob = server.client("kms").encrypt(KeyId=new_key(server.client("kms")), Plaintext=b"text")["CiphertextBlob"]
    first, second = new_key(aws), new_key(aws)
    for key in (first, second):
        server.stop()
        monkeypatch.setenv("SKYLENS_INSTANCE_KEY", f"aws-kms:{key}")
        server.start()
        (server.data / "instance.key").unlink(missing_ok=True)
        assert server.client("kms").decrypt(CiphertextBlob=blob)["Plaintext"] == b"text"
    aws.disable_key(KeyId=first)
    server.stop()
    server.start()
    with pytest.raises(ClientError, match="InvalidCiphertext"):
        aws.decrypt(CiphertextBlob=blob)
