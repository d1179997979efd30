"""One export of spans, as segment documents.

The mapping is that of the OpenTelemetry collector's X-Ray exporter:
https://docs.aws.amazon.com/xray/latest/devguide/xray-opentelemetry.html
"""

import re
from typing import Any, Final

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from skylens.otlp import blocks
from skylens.otlp.attributes import Attributes, first, plain, present

NANOSECONDS: Final = 1_000_000_000
NAME_LIMIT: Final = 200
_UNNAMEABLE = re.compile(r"[^\w\s.:/%&#=+\-@]")
_SEGMENT_KINDS = (Span.SPAN_KIND_SERVER, Span.SPAN_KIND_CONSUMER)
_CALL_KINDS = (Span.SPAN_KIND_CLIENT, Span.SPAN_KIND_PRODUCER)
_NO_TRACE, _NO_SPAN = bytes(16), bytes(8)


class InvalidExport(ValueError):
    """The bytes are no ExportTraceServiceRequest, or a span in it has no usable ids."""


def to_documents(payload: bytes) -> list[dict[str, Any]]:
    """Return a segment document for every span of a binary ExportTraceServiceRequest.

    A span that received a request or has no parent becomes a segment, any other an independent subsegment.
    Raises InvalidExport when the bytes cannot be decoded or an id has the wrong length.
    """
    request = ExportTraceServiceRequest()
    try:
        request.ParseFromString(payload)
    except DecodeError as error:
        raise InvalidExport(f"not an ExportTraceServiceRequest: {error}") from error
    return [
        _document(span, plain(group.resource.attributes))
        for group in request.resource_spans
        for scope in group.scope_spans
        for span in scope.spans
    ]


def _document(span: Span, resource: Attributes) -> dict[str, Any]:
    _check_ids(span)
    attributes = plain(span.attributes)
    is_segment = span.kind in _SEGMENT_KINDS or not span.parent_span_id
    namespace = _namespace(span, attributes)
    annotations, metadata = _annotations(attributes, resource)
    return present(
        id=span.span_id.hex(),
        trace_id=xray_trace_id(span.trace_id),
        parent_id=span.parent_span_id.hex(),
        type=None if is_segment else "subsegment",
        name=_name(span, attributes, resource, is_segment=is_segment),
        namespace=None if is_segment else namespace,
        start_time=span.start_time_unix_nano / NANOSECONDS,
        end_time=span.end_time_unix_nano / NANOSECONDS if span.end_time_unix_nano else None,
        in_progress=None if span.end_time_unix_nano else True,
        origin=blocks.origin(resource) if is_segment else None,
        user=first(attributes, "user.id", "enduser.id"),
        http=blocks.http(attributes, is_segment=is_segment),
        aws=blocks.aws(attributes, resource, is_segment=is_segment),
        sql=blocks.sql(attributes),
        service=present(version=first(resource, "service.version")) if is_segment else None,
        annotations=annotations,
        metadata=metadata,
        cause=blocks.cause(span),
        links=[_link(link) for link in span.links],
        **_flags(span, attributes),
    )


def xray_trace_id(trace_id: bytes) -> str:
    """Return sixteen bytes in X-Ray's form.

    >>> xray_trace_id(bytes.fromhex("58406520a006649127e371903a2de979"))
    '1-58406520-a006649127e371903a2de979'
    """
    digits = trace_id.hex()
    return f"1-{digits[:8]}-{digits[8:]}"


def _check_ids(span: Span) -> None:
    if len(span.trace_id) != len(_NO_TRACE) or span.trace_id == _NO_TRACE:
        raise InvalidExport(f"span {span.name!r} has the trace id {span.trace_id.hex()!r}")
    if len(span.span_id) != len(_NO_SPAN) or span.span_id == _NO_SPAN:
        raise InvalidExport(f"span {span.name!r} has the span id {span.span_id.hex()!r}")
    if len(span.parent_span_id) not in (0, len(_NO_SPAN)):
        raise InvalidExport(f"span {span.name!r} has the parent id {span.parent_span_id.hex()!r}")


def _namespace(span: Span, attributes: Attributes) -> str | None:
    if span.kind not in _CALL_KINDS:
        return None
    return "aws" if blocks.is_aws_call(attributes) else "remote"


def _name(span: Span, attributes: Attributes, resource: Attributes, *, is_segment: bool) -> str:
    if is_segment:
        name = first(resource, "service.name") or span.name
    elif span.kind in _CALL_KINDS:
        name = blocks.called_name(attributes) or span.name
    else:
        name = span.name
    return _UNNAMEABLE.sub("", str(name))[:NAME_LIMIT] or "span"


def _flags(span: Span, attributes: Attributes) -> dict[str, bool]:
    status = first(attributes, "http.response.status_code", "http.status_code")
    code = status if isinstance(status, int) else 0
    if span.status.code != Status.STATUS_CODE_ERROR:
        failed = 400 <= code < 600  # noqa: PLR2004  # HTTP's error classes
        if not (failed and span.status.code == Status.STATUS_CODE_UNSET):
            return {}
    if code == 429:  # noqa: PLR2004  # too many requests
        return {"error": True, "throttle": True}
    return {"error": True} if 400 <= code < 500 else {"fault": True}  # noqa: PLR2004  # HTTP's client errors


def _annotations(attributes: Attributes, resource: Attributes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split attributes: those named in ``aws.xray.annotations`` are indexed, all others are metadata."""
    wanted = attributes.get("aws.xray.annotations") or []
    keys = {wanted} if isinstance(wanted, str) else set(wanted)
    annotations = {k: v for k, v in attributes.items() if k in keys and isinstance(v, str | bool | int | float)}
    rest = {k: v for k, v in attributes.items() if k not in annotations and k != "aws.xray.annotations"}
    rest |= {f"otel.resource.{k}": v for k, v in resource.items()}
    return annotations, {"default": rest} if rest else {}


def _link(link: Span.Link) -> dict[str, Any]:
    return present(trace_id=xray_trace_id(link.trace_id), id=link.span_id.hex(), attributes=plain(link.attributes))
