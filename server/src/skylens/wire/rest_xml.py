"""restXml as S3 speaks it, path-style, for the operations of ``s3_model``: the path is bucket and key, answers are XML or bytes.

https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAPI.html
"""
# ruff: noqa: ARG001 — every protocol has the same four functions, whatever it needs of their arguments

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

from skylens.wire import xml_document
from skylens.wire.document import read_input
from skylens.wire.http import WireResponse
from skylens.wire.s3_model import OPERATIONS
from skylens.wire.scalars import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skylens.wire.errors import ServiceError
    from skylens.wire.http import WireRequest
    from skylens.wire.models import Operation, Service

NAME: Final = "rest-xml"

_NAMESPACE: Final = "http://s3.amazonaws.com/doc/2006-03-01/"
_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
# Parameters of the query by the member that each is.
_QUERY: Final = {
    "continuation-token": "ContinuationToken",
    "delimiter": "Delimiter",
    "encoding-type": "EncodingType",
    "fetch-owner": "FetchOwner",
    "marker": "Marker",
    "max-keys": "MaxKeys",
    "prefix": "Prefix",
    "start-after": "StartAfter",
}
_HEADERS: Final = {"if-match": "IfMatch", "range": "Range"}
# Headers that would change the answer: to leave them out would be a wrong one.
_UNBUILT_HEADERS: Final = frozenset({"if-none-match", "if-modified-since", "if-unmodified-since"})
_SSE_C: Final = "x-amz-server-side-encryption-customer-"
# What names neither a sub-resource nor a member: SDKs' own marks.
_MARKS: Final = frozenset({"x-id", "list-type", "location"})
_BUCKET_OPERATIONS: Final = {("GET", "location"): "GetBucketLocation", ("GET", "list-type"): "ListObjectsV2"}
_ROOTS: Final = {
    "GetBucketLocation": "LocationConstraint",
    "ListObjects": "ListBucketResult",
    "ListObjectsV2": "ListBucketResult",
}
# S3's own names and statuses for what any front end may answer.
_CODES: Final[Mapping[str, tuple[str, int]]] = {
    "AccessDeniedException": ("AccessDenied", 403),
    "ExpiredTokenException": ("ExpiredToken", 400),
    "IncompleteSignatureException": ("AuthorizationHeaderMalformed", 400),
    "InternalFailure": ("InternalError", 500),
    "InvalidRange": ("InvalidRange", 416),
    "InvalidSignatureException": ("SignatureDoesNotMatch", 403),
    "MissingAuthenticationTokenException": ("AccessDenied", 403),
    "NoSuchBucket": ("NoSuchBucket", 404),
    "NoSuchKey": ("NoSuchKey", 404),
    "PreconditionFailed": ("PreconditionFailed", 412),
    "RequestEntityTooLargeException": ("EntityTooLarge", 400),
    "RequestExpired": ("AccessDenied", 403),
    "SerializationException": ("InvalidArgument", 400),
    "ServiceUnavailableException": ("ServiceUnavailable", 503),
    "ThrottlingException": ("SlowDown", 503),
    "UnknownOperationException": ("NotImplemented", 501),
    "UnrecognizedClientException": ("InvalidAccessKeyId", 403),
    "ValidationException": ("InvalidArgument", 400),
}


def operation(request: WireRequest, service: Service) -> str | None:
    """Return the operation that lives at the request's method, path and parameters, or None for one that is not built."""
    if any(name in _UNBUILT_HEADERS or name.startswith(_SSE_C) for name in request.headers):
        return None
    bucket, key = _place(request)
    parameters = {name for name, _ in request.query_items() if not name.startswith("X-Amz-")}
    if not bucket or request.method not in {"GET", "HEAD"}:
        return None
    if key:
        return f"{request.method.capitalize()}Object" if parameters <= {"x-id"} else None
    if request.method == "HEAD":
        return "HeadBucket" if parameters <= {"x-id"} else None
    name = next((op for (_, mark), op in _BUCKET_OPERATIONS.items() if mark in parameters), "ListObjects")
    allowed = {parameter for parameter, member in _QUERY.items() if member in OPERATIONS[name]}
    return name if parameters <= allowed | _MARKS else None


def parse(request: WireRequest, op: Operation) -> dict[str, Any]:
    """Return the validated input: bucket and key from the path, the rest from the query and the headers."""
    bucket, key = _place(request)
    members = OPERATIONS[op.name]
    document = {"Bucket": bucket} | ({"Key": key} if "Key" in members else {})
    document |= {_QUERY[name]: value for name, value in request.query_items() if _QUERY.get(name) in members}
    document |= {_HEADERS[name]: value for name, value in request.headers.items() if _HEADERS.get(name) in members}
    return read_input(op, document, TEXT)


def _place(request: WireRequest) -> tuple[str, str]:
    # A path need not be UTF-8; what is not becomes a key that no object has.
    path = unquote_to_bytes(request.raw_path).decode("utf-8", "surrogateescape").removeprefix("/")
    bucket, _, key = path.partition("/")
    return bucket, key


def serialize(op: Operation, output: Mapping[str, Any], request_id: str, request: WireRequest) -> WireResponse:
    """Return the answer that carries an operation's output: an object's bytes, or XML."""
    if op.name in _ROOTS:
        root = _ROOTS[op.name]
        body = f'{_XML}<{root} xmlns="{_NAMESPACE}">{_content(output)}</{root}>'
        return WireResponse(200, {**_headers(request_id), "Content-Type": "application/xml"}, body.encode())
    headers = {**_headers(request_id), **{name: _text(value) for name, value in output.get("Headers", {}).items()}}
    return WireResponse(output.get("Status", 200), headers, output.get("Body", b""))


def serialize_error(
    service: Service, op: Operation | None, error: ServiceError, request_id: str, request: WireRequest
) -> WireResponse:
    """Return the answer that tells an error."""
    code, status = _CODES.get(error.code, (error.code, error.status or 400))
    told = {"Code": code, "Message": error.message, "RequestId": request_id}
    body = f"{_XML}<Error>{_content(told)}</Error>"
    return WireResponse(status, {**_headers(request_id), "Content-Type": "application/xml"}, body.encode())


def _headers(request_id: str) -> dict[str, str]:
    return {"x-amz-request-id": request_id, "Server": "Skylens"}


def _content(values: Mapping[str, Any]) -> str:
    """Return the elements of a structure; a list is its items one after the other, as S3 flattens them all."""
    return "".join(_element(name, value) for name, value in values.items() if value is not None)


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, item) for item in value)
    inner = _content(value) if isinstance(value, dict) else xml_document.text(_text(value, is_body=True))
    return f"<{name}>{inner}</{name}>"


def _text(value: Any, *, is_body: bool = False) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case datetime() if is_body:
            return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03}Z"
        case datetime():
            return format_datetime(value.astimezone(UTC), usegmt=True)
    return str(value)
