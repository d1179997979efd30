"""Folder: the bucket that a call means, which is always a folder of the caller's account."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from skylens.buckets.bucket import BucketError
from skylens.s3.errors import BucketMissing, ObjectMissing
from skylens.wire.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skylens.buckets.folder_bucket import FolderBucket
    from skylens.registry import Call, Input


@contextmanager
def opened(call: Call, request: Input) -> Iterator[FolderBucket]:
    """Give the bucket, and tell what goes wrong with it in S3's words."""
    try:
        bucket = call.buckets.find_folder(call.caller.account, request["Bucket"])
        bucket.check()
        yield bucket
    except BucketError as error:
        if error.code in {"NoSuchBucket", "InvalidBucketName"}:
            raise BucketMissing(request["Bucket"]) from error
        if error.code == "NoSuchKey":
            raise ObjectMissing from error
        raise ServiceError("InternalFailure", "The bucket cannot be read.") from error
