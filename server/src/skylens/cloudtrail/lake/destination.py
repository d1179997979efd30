"""Destination: where StartQuery wants a result delivered: ``s3://bucket/prefix``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from skylens.buckets.all_buckets import is_bucket_name
from skylens.buckets.bucket import BucketError
from skylens.buckets.object_key import LONGEST_KEY, is_file_key
from skylens.cloudtrail.trail_errors import BucketMissing, BucketRefused, InvalidBucketName, InvalidPrefix

if TYPE_CHECKING:
    from skylens.buckets.bucket import Bucket
    from skylens.cloudtrail.lake.queries import LakeQuery

_SCHEME: Final = "s3://"
_LONGEST_BELOW: Final = 128  # of what is behind the prefix: account, day, query, name of a file


class Destination(NamedTuple):
    """A bucket, and what the keys in it begin with."""

    bucket: str
    prefix: str

    def folder(self, query: LakeQuery) -> str:
        """Return what the keys of a query's files begin with. The day is that on which the query was started.

        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-download-cloudtrail-lake-query-results.html
        """
        prefix = f"{self.prefix}/" if self.prefix else ""
        return f"{prefix}AWSLogs/{query.account}/CloudTrail-Lake/Query/{query.created_at:%Y/%m/%d}/{query.id}"


def parse(uri: str) -> Destination:
    """Return the destination that a URI names, or raise what is wrong with its bucket or its prefix.

    >>> parse("s3://audit/results/"), parse("s3://audit")
    (Destination(bucket='audit', prefix='results'), Destination(bucket='audit', prefix=''))
    """
    bucket, _, prefix = uri.removeprefix(_SCHEME).partition("/")
    prefix = prefix.removesuffix("/")
    if not uri.startswith(_SCHEME) or not is_bucket_name(bucket):
        raise InvalidBucketName(f"Bucket name {bucket!r} is not valid")
    if prefix and (not is_file_key(prefix) or len(prefix.encode()) > LONGEST_KEY - _LONGEST_BELOW):
        raise InvalidPrefix(f"S3 prefix {prefix!r} is not valid: names between slashes, none of them empty or dots")
    return Destination(bucket, prefix)


def check(bucket: Bucket) -> None:
    """Raise where a bucket is missing or cannot be reached. Whether it can be written to, the delivery tells."""
    try:
        bucket.check()
    except BucketError as error:
        if error.code == "NoSuchBucket":
            raise BucketMissing(bucket.name) from error
        raise BucketRefused(bucket.name, f"{error.code}, {error}") from error
