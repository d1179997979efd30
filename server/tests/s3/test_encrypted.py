"""Encrypted objects: read by those who may decrypt with the key, in clear and with S3's headers."""

import pytest

from skylens.buckets.bucket import DataKey, Encryption
from skylens.kms import operations  # noqa: F401  # registers the handlers
from skylens.registry import HANDLERS
from skylens.s3 import operations as s3_operations  # noqa: F401
from skylens.wire.errors import ServiceError

BODY = b"0123456789"


@pytest.fixture
def kms(call):
    """KMS's own handlers, asked as the caller of S3."""

    def invoke(service, operation, request):
        return HANDLERS[service, operation].function(call(service, operation), request)

    return invoke


@pytest.fixture
def read(call, kms):
    """Run an operation of S3: ``read("GetObject", Key="a")``."""

    def run(operation, invoke=kms, **request):
        made = call("s3", operation, invoke=invoke)
        return HANDLERS["s3", operation].function(made, {"Bucket": "audit", "Key": "a", **request})

    return run


@pytest.fixture
def key_arn(call, kms, tmp_path):
    (tmp_path / "buckets" / "000000000000" / "audit").mkdir(parents=True)
    arn = kms("kms", "CreateKey", {})["KeyMetadata"]["Arn"]
    context = {"aws:s3:arn": "arn:aws:s3:::audit/a"}

    def data_key():
        made = kms("kms", "GenerateDataKey", {"KeyId": arn, "KeySpec": "AES_256", "EncryptionContext": context})
        return DataKey(made["Plaintext"], made["CiphertextBlob"])

    bucket = call("s3", "GetObject").buckets.find_folder("000000000000", "audit")
    bucket.put("a", BODY, encryption=Encryption(arn, context, data_key))
    return arn


def test_an_object_is_read_in_clear_whole_and_in_ranges(read, key_arn):
    whole = read("GetObject")
    assert whole["Body"] == BODY
    assert whole["Headers"]["x-amz-server-side-encryption-aws-kms-key-id"] == key_arn
    part = read("GetObject", Range="bytes=2-4")
    assert (part["Body"], part["Headers"]["Content-Range"]) == (b"234", "bytes 2-4/10")
    assert read("HeadObject")["Headers"]["Content-Length"] == len(BODY)


@pytest.mark.usefixtures("key_arn")
def test_who_may_not_decrypt_is_refused(read):
    def denied(*_):
        raise ServiceError("AccessDeniedException", "not you")

    with pytest.raises(ServiceError, match="AccessDeniedException"):
        read("GetObject", invoke=denied)


def test_a_disabled_key_says_so(read, kms, key_arn):
    kms("kms", "DisableKey", {"KeyId": key_arn})

    def invoke(service, operation, request):
        try:
            return kms(service, operation, request)
        except RuntimeError as error:
            raise ServiceError("DisabledException", str(error)) from error

    with pytest.raises(ServiceError, match=r"KMS\.DisabledException"):
        read("GetObject", invoke=invoke)
