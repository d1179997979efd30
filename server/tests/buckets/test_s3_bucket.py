"""Buckets behind an endpoint that speaks S3, at the other end of a socket."""

import base64

import pytest

from skylens.buckets.all_buckets import AllBuckets
from skylens.buckets.bucket import BucketError, DataKey, Encryption
from skylens.buckets.folder_bucket import FolderBucket
from skylens.buckets.s3_bucket import S3Bucket

ACCOUNT = "000000000000"


@pytest.fixture
def buckets(bucket_endpoint, tmp_path):
    return AllBuckets(tmp_path, endpoint=bucket_endpoint.url)


def test_a_folder_comes_first_and_other_buckets_are_behind_the_endpoint(buckets, tmp_path):
    (tmp_path / ACCOUNT / "local").mkdir(parents=True)
    assert isinstance(buckets.find(ACCOUNT, "local"), FolderBucket)
    assert isinstance(buckets.find(ACCOUNT, "audit"), S3Bucket)


def test_an_object_comes_out_as_it_went_in(buckets, bucket_endpoint):
    bucket = buckets.find(ACCOUNT, "audit")
    bucket.check()
    sealing = Encryption("arn:aws:kms:r:1:key/1", {"aws:cloudtrail:arn": "trail"}, DataKey)
    bucket.put("AWSLogs/a b/é.json.gz", b"bytes", metadata={"signature": "00ff"}, encryption=sealing)
    _, headers = bucket_endpoint.buckets["audit"]["AWSLogs/a b/é.json.gz"]
    assert {name: headers[name] for name in headers if name.startswith(("x-amz-acl", "x-amz-server", "content-e"))} == {
        "x-amz-acl": "bucket-owner-full-control",
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": "arn:aws:kms:r:1:key/1",
        "x-amz-server-side-encryption-context": base64.b64encode(b'{"aws:cloudtrail:arn": "trail"}').decode(),
        "content-encoding": "gzip",
    }
    assert bucket.get("AWSLogs/a b/é.json.gz") == b"bytes"
    head = bucket.head("AWSLogs/a b/é.json.gz")
    assert (head.size, head.metadata, head.content_type, head.content_encoding) == (
        5,
        {"signature": "00ff"},
        "application/json",
        "gzip",
    )


def test_objects_are_listed_over_all_pages(buckets):
    bucket = buckets.find(ACCOUNT, "audit")
    for key in ("a/1", "a/2", "a/3", "a/4", "b/1"):
        bucket.put(key, b"x")
    assert [head.key for head in bucket.list("a/", after="a/1")] == ["a/2", "a/3", "a/4"]


def test_what_the_endpoint_says_is_told_by_its_code(buckets, bucket_endpoint):
    missing, bucket = buckets.find(ACCOUNT, "missing"), buckets.find(ACCOUNT, "audit")
    bucket_endpoint.refuse_with = "AccessDenied"
    codes = []
    for use in (missing.check, lambda: bucket.put("a", b""), lambda: bucket.get("a"), lambda: bucket.head("a")):
        with pytest.raises(BucketError) as refused:
            use()
        codes.append(refused.value.code)
    assert codes == ["NoSuchBucket", "AccessDenied", "NoSuchKey", "NoSuchKey"]


@pytest.mark.usefixtures("bucket_endpoint")
def test_an_endpoint_that_nobody_answers_at_is_told(tmp_path):
    away = AllBuckets(tmp_path, endpoint="http://127.0.0.1:1").find(ACCOUNT, "audit")
    with pytest.raises(BucketError) as refused:
        away.check()
    assert refused.value.code == "EndpointConnectionError"
