"""KMS with clients that we did not write: boto3, the aws CLI, and AWS's encryption SDK."""

import json
import subprocess
import sys
from pathlib import Path

import aws_encryption_sdk
import botocore.session
import pytest
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from botocore.exceptions import ClientError

FOREIGN = [b"x", b"\xa5\x01", bytes(200), b"\xa5\x01" + bytes(80)]


@pytest.fixture(scope="module")
def kms(skylens):
    return skylens.client("kms")


@pytest.fixture(scope="module")
def key(kms):
    return kms.create_key(Description="acceptance", Tags=[{"TagKey": "of", "TagValue": "tests"}])["KeyMetadata"]["Arn"]


def refused(operation, **request):
    """Return the code and the message of the error that a call is answered with."""
    with pytest.raises(ClientError) as told:
        operation(**request)
    return told.value.response["Error"]["Code"], told.value.response["Error"]["Message"]


def test_a_text_goes_through_boto3_and_back(kms, key):
    made = kms.encrypt(KeyId=key, Plaintext=b"text", EncryptionContext={"app": "shop"})
    opened = kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"app": "shop"})
    assert (opened["Plaintext"], opened["KeyId"]) == (b"text", key)
    assert refused(kms.decrypt, CiphertextBlob=made["CiphertextBlob"]) == ("InvalidCiphertextException", "")


@pytest.mark.parametrize("blob", FOREIGN)
def test_foreign_bytes_are_an_invalid_ciphertext(kms, blob):
    assert refused(kms.decrypt, CiphertextBlob=blob) == ("InvalidCiphertextException", "")


def test_the_model_refuses_what_it_refuses_at_aws(kms, key):
    code, message = refused(kms.encrypt, KeyId=key, Plaintext=bytes(4097))
    assert (code, message) == (
        "ValidationException",
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096",
    )


def test_pages_are_followed_by_the_paginators(kms, key):
    for number in range(3):
        kms.create_alias(AliasName=f"alias/page-{number}", TargetKeyId=key)
    pages = kms.get_paginator("list_aliases").paginate(KeyId=key, PaginationConfig={"PageSize": 2})
    names = [alias["AliasName"] for page in pages for alias in page["Aliases"]]
    assert names == ["alias/page-0", "alias/page-1", "alias/page-2"]


def test_a_key_survives_a_restart_with_what_it_encrypted(own_skylens):
    server = own_skylens()
    kms = server.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=key, Plaintext=b"text")["CiphertextBlob"]
    kms.rotate_key_on_demand(KeyId=key)
    server.kill()
    server.start()
    assert server.client("kms").decrypt(CiphertextBlob=blob)["Plaintext"] == b"text"


def test_the_aws_cli_makes_describes_and_schedules(skylens):
    def aws(*arguments):
        command = [str(Path(sys.executable).with_name("aws")), "kms", *arguments, "--output", "json"]
        done = subprocess.run(command, env=skylens.shell(), capture_output=True, text=True, timeout=60, check=True)
        return json.loads(done.stdout)

    key = aws("create-key", "--description", "cli")["KeyMetadata"]["KeyId"]
    assert aws("describe-key", "--key-id", key)["KeyMetadata"]["Description"] == "cli"
    answer = aws("schedule-key-deletion", "--key-id", key, "--pending-window-in-days", "7")
    assert answer["KeyState"] == "PendingDeletion"


@pytest.fixture
def master_key(skylens, key, monkeypatch):
    """A key provider of the encryption SDK, told of our endpoint as any program is."""
    for name, value in skylens.environment().items():
        monkeypatch.setenv(name, value)
    session = botocore.session.Session()
    return aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[key], botocore_session=session)


def test_a_message_of_the_encryption_sdk_opens_with_its_data_key_from_here(master_key):
    client = aws_encryption_sdk.EncryptionSDKClient()
    text = b"many kilobytes " * 10_000
    message, _ = client.encrypt(source=text, key_provider=master_key, encryption_context={"app": "shop"})
    opened, header = client.decrypt(source=message, key_provider=master_key)
    assert opened == text
    assert header.encryption_context["app"] == "shop"
    with pytest.raises(AWSEncryptionSDKClientError):
        client.decrypt(source=message.replace(b"shop", b"shed"), key_provider=master_key)
