"""What each operation of S3 needs, and how the audit trail files it.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from skylens.registry import Access, declare_access

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from skylens.caller import Caller
    from skylens.registry import Input

_OBJECT: Final = "AWS::S3::Object"
_CONDITIONS: Final = {"s3:prefix": "Prefix", "s3:delimiter": "Delimiter", "s3:max-keys": "MaxKeys"}


def _bucket(_caller: Caller, request: Input) -> Iterable[str]:
    return [f"arn:aws:s3:::{request['Bucket']}"]


def _object(_caller: Caller, request: Input) -> Iterable[str]:
    return [f"arn:aws:s3:::{request['Bucket']}/{request['Key']}"]


def _listing(_caller: Caller, request: Input) -> Mapping[str, str | Sequence[str]]:
    return {key: str(request[member]) for key, member in _CONDITIONS.items() if member in request}


_LIST: Final = Access(
    action="s3:ListBucket", read_only=True, resources=_bucket, conditions=_listing, data_resource=_OBJECT
)
_READ: Final = Access(action="s3:GetObject", read_only=True, resources=_object, data_resource=_OBJECT)

ACCESS: Final = {
    "GetBucketLocation": Access(read_only=True, resources=_bucket),
    "HeadBucket": Access(action="s3:ListBucket", read_only=True, resources=_bucket, data_resource=_OBJECT),
    "ListObjects": _LIST,
    "ListObjectsV2": _LIST,
    "GetObject": _READ,
    "HeadObject": _READ,
}

declare_access("s3", ACCESS)
