"""Sealed objects: nothing of them is in clear, nothing of them can be changed, and their size is that of their bytes."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skylens.buckets import sealed_object
from skylens.buckets.bucket import BucketError, DataKey, Encryption
from skylens.buckets.folder_bucket import FolderBucket

PLAIN, WRAPPED = os.urandom(32), os.urandom(180)
ARN = "arn:aws:kms:us-east-1:000000000000:key/1"
SEALING = Encryption(ARN, {"aws:s3:arn": "arn:aws:s3:::audit/é"}, lambda: DataKey(PLAIN, WRAPPED))


@given(st.binary(max_size=1000))
def test_bytes_come_out_as_they_went_in(body):
    sealed = sealed_object.seal(body, SEALING)
    found = sealed_object.header(sealed[: sealed_object.LONGEST_HEADER])
    assert found is not None
    assert (found.key_arn, found.context, found.wrapped, found.size) == (ARN, dict(SEALING.context), WRAPPED, len(body))
    assert sealed_object.unseal(sealed, found, PLAIN) == body


def test_a_changed_byte_anywhere_is_found():
    sealed = sealed_object.seal(b"body", SEALING)
    refused = 0
    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        found = sealed_object.header(changed)
        if found is None:
            refused += 1
            continue
        with pytest.raises(BucketError):
            sealed_object.unseal(changed, found, PLAIN)
        refused += 1
    assert refused == len(sealed)


@pytest.mark.parametrize(
    "data", [b"", b"SKYLENS-SSE-KMS\x01", b"SKYLENS-SSE-KMS\x01" + bytes(20), b"\x1f\x8b" + bytes(100)]
)
def test_other_files_are_not_sealed(data):
    assert sealed_object.header(data) is None


def test_a_folder_tells_the_size_of_what_was_sealed(tmp_path):
    bucket = FolderBucket("audit", tmp_path)
    bucket.put("a.json.gz", b"secret body", metadata={"signature": "00"}, encryption=SEALING)
    assert b"secret" not in (tmp_path / "a.json.gz").read_bytes()
    head = bucket.head("a.json.gz")
    assert (head.size, head.kms_key_arn, head.metadata) == (11, ARN, {"signature": "00"})
    assert [found.size for found in bucket.list()] == [11]
