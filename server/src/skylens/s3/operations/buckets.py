"""Buckets: whether there is one, where it is, and what is in it."""

from __future__ import annotations

import base64
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote

from skylens.buckets.object_key import sort_key
from skylens.registry import Call, Input, Output, operation
from skylens.s3.folder import opened
from skylens.wire.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from skylens.buckets.bucket import ObjectHead

_MOST_KEYS: Final = 1000
_LAST: Final = "\U0010ffff"  # sorts behind whatever a key may go on with


class _Entry(NamedTuple):
    """A line of a list: an object, or (with no head) all keys that begin alike."""

    name: str
    head: ObjectHead | None


@operation("s3", "GetBucketLocation")
def get_bucket_location(call: Call, request: Input) -> Output:
    """Return the bucket's region, which is none: folders are read in every one.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
    """
    with opened(call, request):
        return {}


@operation("s3", "HeadBucket")
def head_bucket(call: Call, request: Input) -> Output:
    """Say that there is such a bucket.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
    """
    with opened(call, request):
        return {"Headers": {"x-amz-bucket-region": call.caller.region}}


@operation("s3", "ListObjects")
def list_objects(call: Call, request: Input) -> Output:
    """Return the objects whose keys begin so, a page at a time.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html
    """
    entries, is_truncated = _page(call, request, request.get("Marker", ""))
    return {
        "Name": request["Bucket"],
        **_echo(request, "Prefix", "Marker", "Delimiter"),
        "NextMarker": _written(request, entries[-1].name) if is_truncated else None,
        "MaxKeys": _most(request),
        "IsTruncated": is_truncated,
        **_listed(request, entries),
    }


@operation("s3", "ListObjectsV2")
def list_objects_v2(call: Call, request: Input) -> Output:
    """Return the objects whose keys begin so, a page at a time.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
    """
    token = request.get("ContinuationToken")
    after = _from_token(token) if token is not None else request.get("StartAfter", "")
    entries, is_truncated = _page(call, request, after)
    owner = {"ID": str(call.caller.account)} if request.get("FetchOwner") else None
    return {
        "Name": request["Bucket"],
        **_echo(request, "Prefix", "Delimiter", "StartAfter"),
        "ContinuationToken": token,
        "NextContinuationToken": _to_token(entries[-1].name) if is_truncated else None,
        "KeyCount": len(entries),
        "MaxKeys": _most(request),
        "IsTruncated": is_truncated,
        **_listed(request, entries, owner),
    }


def _most(request: Input) -> int:
    most: int = request.get("MaxKeys", _MOST_KEYS)
    if most < 0:
        raise ServiceError("ValidationException", "Argument max-keys must be an integer between 0 and 2147483647")
    return min(most, _MOST_KEYS)


def _page(call: Call, request: Input, after: str) -> tuple[list[_Entry], bool]:
    """Return the entries of a page and whether others follow."""
    prefix, delimiter, most = request.get("Prefix", ""), request.get("Delimiter", ""), _most(request)
    with opened(call, request) as bucket:
        # A page that ended with common keys goes on behind all of them.
        is_common = delimiter and after.startswith(prefix) and after.endswith(delimiter) and len(after) > len(prefix)
        heads = bucket.list(prefix, after=f"{after}{_LAST}" if is_common else after)
        entries = list(islice(_entries(heads, prefix, delimiter), most + 1)) if most else []
    return entries[:most], len(entries) > most


def _entries(heads: Iterable[ObjectHead], prefix: str, delimiter: str) -> Iterator[_Entry]:
    common = ""
    for head in heads:
        if common and head.key.startswith(common):
            continue
        begin, found, _ = head.key.removeprefix(prefix).partition(delimiter) if delimiter else (head.key, "", "")
        common = f"{prefix}{begin}{delimiter}" if found else ""
        yield _Entry(common, None) if common else _Entry(head.key, head)


def _listed(request: Input, entries: list[_Entry], owner: dict[str, str] | None = None) -> dict[str, Any]:
    return {
        "EncodingType": request.get("EncodingType"),
        "Contents": [
            {
                "Key": _written(request, entry.name),
                "LastModified": entry.head.modified,
                "ETag": f'"{entry.head.etag}"',
                "Size": entry.head.size,
                "Owner": owner,
                "StorageClass": "STANDARD",
            }
            for entry in entries
            if entry.head is not None
        ],
        "CommonPrefixes": [{"Prefix": _written(request, entry.name)} for entry in entries if entry.head is None],
    }


def _echo(request: Input, *members: str) -> dict[str, str | None]:
    return {name: _written(request, request[name]) if name in request else None for name in members}


def _written(request: Input, text: str) -> str:
    """Return a key as the caller wants it written: XML itself cannot carry all of them."""
    return quote(text, safe="/-_.~*") if request.get("EncodingType") == "url" else text


def _to_token(key: str) -> str:
    return base64.urlsafe_b64encode(sort_key(key)).decode()


def _from_token(token: str) -> str:
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except ValueError:
        raise ServiceError("ValidationException", "The continuation token provided is incorrect") from None
