"""ServiceError: what an operation answers instead of its output, and what each protocol needs to know of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skylens.wire.http import WireRequest
    from skylens.wire.models import Service, Shape

_SERVER_FAULTS = 500


class ServiceError(Exception):
    """An AWS error: its code, its message, the members its shape has beside the message.

    ``status`` is only given for errors that no model declares; for all others the model decides.
    """

    def __init__(
        self, code: str, message: str = "", *, status: int | None = None, members: Mapping[str, Any] | None = None
    ) -> None:
        self.code, self.message, self.status, self.members = code, message, status, dict(members or {})
        self.encoded = ""  # of a denial: what sts:DecodeAuthorizationMessage decodes
        super().__init__(f"{code}: {message}")

    def __repr__(self) -> str:
        return f"<ServiceError {self.code} {self.message!r}>"


class ModelMisuse(TypeError):
    """A handler answered something that its operation's model does not have: a defect of the handler."""


@dataclass(frozen=True, slots=True)
class CommonError:
    """An error of AWS's front end, which any service may answer without declaring it."""

    query_code: str
    status: int
    query_status: int


def _common(query_code: str, status: int, query_status: int = 0) -> CommonError:
    return CommonError(query_code, status, query_status or status)


# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html; the query protocol has names of its own.
COMMON_ERRORS = {
    "AccessDeniedException": _common("AccessDenied", 403),
    "ExpiredTokenException": _common("ExpiredToken", 403),
    "IncompleteSignatureException": _common("IncompleteSignature", 400),
    "InternalFailure": _common("InternalFailure", 500),
    "InvalidParameterValue": _common("InvalidParameterValue", 400),
    "InvalidSignatureException": _common("SignatureDoesNotMatch", 403),
    "MalformedHttpRequestException": _common("MalformedHttpRequest", 400),
    "MissingAuthenticationTokenException": _common("MissingAuthenticationToken", 403),
    "NotImplementedException": _common("NotImplemented", 501),
    "RequestEntityTooLargeException": _common("RequestEntityTooLarge", 413),
    "SerializationException": _common("MalformedInput", 400),
    "ServiceUnavailableException": _common("ServiceUnavailable", 503),
    "ThrottlingException": _common("Throttling", 400),
    "UnknownOperationException": _common("InvalidAction", 404, 400),
    "UnrecognizedClientException": _common("InvalidClientTokenId", 403),
    "ValidationException": _common("ValidationError", 400),
}
_COMMON_NAMES = {common.query_code: name for name, common in COMMON_ERRORS.items()}


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """How an error is told: by which names and statuses, and with which shape where a model declares it."""

    name: str
    query_code: str
    status: int
    query_status: int
    is_common: bool
    is_status_given: bool
    shape: Shape | None

    @property
    def fault(self) -> str:
        """Whose fault it was, in the query protocol's words."""
        return "Receiver" if self.status >= _SERVER_FAULTS else "Sender"

    def rpc_status(self, service: Service, request: WireRequest) -> int:
        """Return the HTTP status in the JSON and CBOR protocols: 400 for whatever the caller did.

        Only callers of a service that once spoke the query protocol, and who say that they rely on it, see its statuses.
        """
        if self.status >= _SERVER_FAULTS or self.is_status_given or is_query_mode(service, request):
            return self.status
        return 400


def answer_of(service: Service, error: ServiceError) -> ErrorAnswer:
    """Return how ``service`` tells ``error``: as its model declares it, else as AWS's front end does."""
    if declared := service.error(error.code):
        status = declared.status
        return ErrorAnswer(
            declared.name,
            declared.query_code,
            status,
            status,
            declared.is_common,
            is_status_given=False,
            shape=declared.shape,
        )
    name = _COMMON_NAMES.get(error.code, error.code)
    common = COMMON_ERRORS.get(name) or _common(error.code, error.status or 400)
    return ErrorAnswer(
        name,
        common.query_code,
        error.status or common.status,
        error.status or common.query_status,
        is_common=True,
        is_status_given=error.status is not None,
        shape=None,
    )


def is_query_mode(service: Service, request: WireRequest) -> bool:
    """Whether the caller wants the query protocol's error codes beside those of the protocol it speaks."""
    return service.query_compatible and request.headers.get("x-amzn-query-mode") == "true"


def query_error_header(service: Service, answer: ErrorAnswer, request: WireRequest) -> dict[str, str]:
    """Return the header that carries the query protocol's error code to callers who asked for it."""
    return {"x-amzn-query-error": f"{answer.query_code};{answer.fault}"} if is_query_mode(service, request) else {}
