"""awsQuery: the operation is the form field Action, the answer is XML.

https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
"""
# ruff: noqa: ARG001 — every protocol has the same four functions, whatever it needs of their arguments

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from skylens.wire import query_form, xml_document
from skylens.wire.document import malformed, read_input
from skylens.wire.errors import answer_of
from skylens.wire.http import WireResponse
from skylens.wire.scalars import TEXT, Misfit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skylens.wire.errors import ErrorAnswer, ServiceError
    from skylens.wire.http import WireRequest
    from skylens.wire.models import Operation, Service

NAME = "query"

_FORM = "application/x-www-form-urlencoded"
_NAMES = re.compile("(?:^|(?<=&))(Action|Version)=([^&]*)")


def operation(request: WireRequest, service: Service) -> str | None:
    """Return the operation named by Action in the form or the query string, be it known or not, or None.

    Requests without a Version are taken: the links in SNS's mails have none. One with another service's Version is not.
    """
    if "x-amz-target" in request.headers:
        return None
    head = _NAMES.findall(request.query + "&" + _form(request).decode(errors="replace"))
    names = {key: unquote_plus(value) for key, value in head}
    return names.get("Action") if names.get("Version", service.api_version) == service.api_version else None


def parse(request: WireRequest, op: Operation) -> dict[str, Any]:
    """Return the validated input."""
    if op.input is None:
        return {}
    try:
        document = query_form.fold(_fields(request), op.input)
    except Misfit as wrong:
        raise malformed(str(wrong)) from None
    return read_input(op, document, TEXT)


def _fields(request: WireRequest) -> dict[str, str]:
    return query_form.decode(request.query, _form(request))


def _form(request: WireRequest) -> bytes:
    return request.body if request.headers.get("content-type", _FORM).lower().startswith(_FORM) else b""


def serialize(op: Operation, output: Mapping[str, Any], request_id: str, request: WireRequest) -> WireResponse:
    """Return the answer that carries an operation's output; without one in the model there is no result element."""
    result = xml_document.writer(op.output)(f"{op.name}Result", output) if op.output else ""
    metadata = f"<ResponseMetadata>{_request_id(request_id)}</ResponseMetadata>"
    body = f'<{op.name}Response xmlns="{op.service.xml_namespace}">{result}{metadata}</{op.name}Response>'
    return WireResponse(op.status, _headers(request_id), body.encode())


def serialize_error(
    service: Service, op: Operation | None, error: ServiceError, request_id: str, request: WireRequest
) -> WireResponse:
    """Return the answer that tells an error; without a message there is no Message element."""
    answer = answer_of(service, error)
    message = f"<Message>{xml_document.text(error.message)}</Message>" if error.message else ""
    told = f"<Type>{answer.fault}</Type><Code>{xml_document.text(answer.query_code)}</Code>{message}{_members(answer, error)}"
    body = (
        f'<ErrorResponse xmlns="{service.xml_namespace}"><Error>{told}</Error>{_request_id(request_id)}</ErrorResponse>'
    )
    return WireResponse(answer.query_status, _headers(request_id), body.encode())


def _members(answer: ErrorAnswer, error: ServiceError) -> str:
    members = answer.shape.members if answer.shape else {}
    present = [(members[name], value) for name, value in error.members.items()]
    return "".join(xml_document.writer(member.shape)(member.wire_name, value) for member, value in present)


def _request_id(request_id: str) -> str:
    return f"<RequestId>{xml_document.text(request_id)}</RequestId>"


def _headers(request_id: str) -> dict[str, str]:
    return {"Content-Type": "text/xml", "x-amzn-RequestId": request_id}
