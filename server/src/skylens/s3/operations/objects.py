"""Objects: their bytes, and what is known of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from skylens.buckets import sealed_object
from skylens.registry import Call, Input, Output, operation
from skylens.s3.folder import opened
from skylens.wire.errors import ServiceError

if TYPE_CHECKING:
    from skylens.buckets.bucket import ObjectHead
    from skylens.buckets.folder_bucket import FolderBucket

_RANGE: Final = re.compile(r"bytes=([0-9]*)-([0-9]*)")
# An answer is in memory as a whole. Log files have a few megabytes; for others clients ask in ranges.
_MOST_BYTES: Final = 128 * 1024 * 1024


@operation("s3", "GetObject")
def get_object(call: Call, request: Input) -> Output:
    """Return an object, or a range of its bytes.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    with opened(call, request) as bucket:
        head = bucket.head(request["Key"])
        start, length = _chosen(request, head)
        if length > _MOST_BYTES:
            raise ServiceError("InvalidRequest", f"At most {_MOST_BYTES} bytes are read at once: ask in ranges.")
        if head.kms_key_arn:
            body = _opened(call, bucket, request["Key"])[start : start + length]
        else:
            body = bucket.read(request["Key"], start, length)
        return {**_answer(request, head, start, length), "Body": body}


@operation("s3", "HeadObject")
def head_object(call: Call, request: Input) -> Output:
    """Return what is known of an object.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
    """
    with opened(call, request) as bucket:
        head = bucket.head(request["Key"])
    start, length = _chosen(request, head)
    answer = _answer(request, head, start, length)
    return {**answer, "Headers": {**answer["Headers"], "Content-Length": length}}


def _opened(call: Call, bucket: FolderBucket, key: str) -> bytes:
    """Return an encrypted object in clear: the caller must be allowed to decrypt with its key, as in S3."""
    data = bucket.get(key)
    found = sealed_object.header(data[: sealed_object.LONGEST_HEADER])
    if found is None:
        raise ServiceError("InternalFailure", "The object was changed while it was read.")
    request = {"CiphertextBlob": found.wrapped, "EncryptionContext": dict(found.context), "KeyId": found.key_arn}
    try:
        plain_key = call.invoke("kms", "Decrypt", request)["Plaintext"]
    except ServiceError as error:
        code = error.code if error.code.startswith("AccessDenied") else f"KMS.{error.code}"
        raise ServiceError(code, error.message) from error
    return sealed_object.unseal(data, found, plain_key)


def _chosen(request: Input, head: ObjectHead) -> tuple[int, int]:
    """Return from where to where the caller reads, after its condition was looked at."""
    wanted = request.get("IfMatch", "").strip('"')
    if wanted not in {"", "*", head.etag}:
        raise ServiceError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
    if "Range" not in request:
        return 0, head.size
    found = _RANGE.fullmatch(request["Range"])
    first, last = found.groups() if found else ("", "")
    if first:
        start, end = int(first), min(int(last or head.size), head.size - 1)
    else:
        start, end = max(0, head.size - int(last or 0)), head.size - 1
    if start > end:
        raise ServiceError("InvalidRange", "The requested range is not satisfiable")
    return start, end - start + 1


def _answer(request: Input, head: ObjectHead, start: int, length: int) -> dict[str, Any]:
    headers: dict[str, Any] = {
        "Last-Modified": head.modified,
        "ETag": f'"{head.etag}"',
        "Accept-Ranges": "bytes",
        "Content-Type": head.content_type,
        **({"Content-Encoding": head.content_encoding} if head.content_encoding else {}),
        **{f"x-amz-meta-{name}": value for name, value in head.metadata.items()},
    }
    if head.kms_key_arn:
        headers |= {
            "x-amz-server-side-encryption": "aws:kms",
            "x-amz-server-side-encryption-aws-kms-key-id": head.kms_key_arn,
        }
    if "Range" in request:
        headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{head.size}"
    return {"Status": 206 if "Range" in request else 200, "Headers": headers}
