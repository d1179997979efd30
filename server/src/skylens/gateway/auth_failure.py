"""AuthFailure: why a request's signature was refused, and the error that is told for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from skylens.wire.errors import ServiceError

if TYPE_CHECKING:
    from skylens.gateway.sigv4 import Verified

Reason: TypeAlias = Literal[
    "missing token", "incomplete signature", "unknown key", "expired token", "wrong signature", "expired request"
]


class AuthFailure(Exception):
    """The request does not prove who sent it. An empty message means AWS's own sentence for the reason.

    ``sender`` is who sent it with a credential that has expired, where the signature proves it.
    """

    def __init__(self, reason: Reason, message: str = "", *, sender: Verified | None = None) -> None:
        self.reason: Reason = reason
        self.message = message
        self.sender = sender
        super().__init__(f"{reason}: {message}")


_WRONG_SIGNATURE = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
)
# The wire gives each its status, and the name that the query protocol has for it.
# https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
_TOLD: dict[Reason, tuple[str, str]] = {
    "missing token": ("MissingAuthenticationTokenException", "Missing Authentication Token"),
    "incomplete signature": ("IncompleteSignatureException", "The request signature is incomplete."),
    "unknown key": ("UnrecognizedClientException", "The security token included in the request is invalid."),
    "expired token": ("ExpiredTokenException", "The security token included in the request is expired"),
    "wrong signature": ("InvalidSignatureException", _WRONG_SIGNATURE),
    "expired request": ("RequestExpired", "Request has expired."),
}
_MISSING_IN_QUERY = "Request is missing Authentication Token"


def auth_error(failure: AuthFailure, protocol: str) -> ServiceError:
    """Return the error as a protocol tells it."""
    code, sentence = _TOLD[failure.reason]
    if failure.reason == "missing token" and protocol == "query":
        sentence = _MISSING_IN_QUERY
    return ServiceError(code, failure.message or sentence, status=400 if code == "RequestExpired" else None)
