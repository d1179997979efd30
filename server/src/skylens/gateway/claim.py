"""Claim: what a request says about its signature, before anything of it is believed."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote

from skylens.gateway.auth_failure import AuthFailure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skylens.wire.http import WireRequest

ALGORITHM = "AWS4-HMAC-SHA256"
PRESIGNED_SECONDS = 900  # of a presigned request that names no lifetime
LONGEST_PRESIGNED_SECONDS = 604_800
_SCOPED_SERVICE = re.compile(r"Credential=[^,&/]*/[^,&/]*/[^,&/]*/([^,&/]*)/")
_MOMENT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z")


@dataclass(frozen=True, slots=True)
class Scope:
    """What the signing key was derived for: ``20260701/us-east-1/xray/aws4_request``."""

    date: str
    region: str
    service: str
    terminator: str

    def __str__(self) -> str:
        return f"{self.date}/{self.region}/{self.service}/{self.terminator}"


@dataclass(frozen=True, slots=True)
class Claim:
    """A signature and what it claims to cover. ``expires_seconds`` is given for presigned requests only."""

    access_key_id: str
    scope: Scope
    signed_headers: str
    signature: str
    moment: str
    time: datetime  # the moment
    token: str
    expires_seconds: int | None = None


def is_signed(request: WireRequest) -> bool:
    """Say whether the request claims to be signed at all."""
    return "authorization" in request.headers or _is_presigned(request)


def claimed_service(request: WireRequest) -> str:
    """Return the service in the credential scope of a signed request, well-formed or not, or nothing."""
    header = request.headers.get("authorization", "")
    if found := _SCOPED_SERVICE.search(header or unquote(request.query)):
        return found[1]
    return ""


def read_claim(request: WireRequest) -> Claim:
    """Return the claim of a header-signed or presigned request, or raise AuthFailure in AWS's words."""
    header = request.headers.get("authorization")
    if header is not None:
        return _from_header(header, request.headers)
    if _is_presigned(request):
        return _from_query(dict(request.query_items()))
    raise AuthFailure("missing token")


def _is_presigned(request: WireRequest) -> bool:
    return "X-Amz-" in request.query and any(
        name in {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"} for name, _ in request.query_items()
    )


def _from_header(header: str, headers: Mapping[str, str]) -> Claim:
    algorithm, _, rest = header.strip().partition(" ")
    _require_algorithm(algorithm)
    fields = _fields(rest, header)
    moment = headers.get("x-amz-date") or _from_http_date(headers.get("date", ""))
    wrong = [
        f"Authorization header requires '{name}' parameter."
        for name in ("Credential", "Signature", "SignedHeaders")
        if not fields.get(name)
    ]
    if not moment:
        wrong.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    if wrong:
        raise AuthFailure("incomplete signature", f"{' '.join(wrong)} {_hashed(header)}")
    access_key_id, scope = _credential(fields["Credential"])
    token = headers.get("x-amz-security-token", "")
    return Claim(access_key_id, scope, fields["SignedHeaders"], fields["Signature"], moment, _time(moment), token)


def _from_query(query: Mapping[str, str]) -> Claim:
    required = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date")
    wrong = [f"AWS query-string parameters must include '{name}'." for name in required if not query.get(name)]
    if wrong:
        raise AuthFailure("incomplete signature", f"{' '.join(wrong)} Re-examine the query-string parameters.")
    _require_algorithm(query["X-Amz-Algorithm"])
    access_key_id, scope = _credential(query["X-Amz-Credential"])
    return Claim(
        access_key_id,
        scope,
        query["X-Amz-SignedHeaders"],
        query["X-Amz-Signature"],
        query["X-Amz-Date"],
        _time(query["X-Amz-Date"]),
        query.get("X-Amz-Security-Token", ""),
        _expires(query.get("X-Amz-Expires", str(PRESIGNED_SECONDS))),
    )


def _require_algorithm(algorithm: str) -> None:
    if algorithm == ALGORITHM:
        return
    advice = " Asymmetric signatures (SigV4A) are not verified here: sign with AWS4-HMAC-SHA256."
    asymmetric = algorithm.startswith("AWS4-ECDSA-")
    raise AuthFailure(
        "incomplete signature", f"Unsupported AWS 'algorithm': '{algorithm}'.{advice if asymmetric else ''}"
    )


def _fields(text: str, header: str) -> dict[str, str]:
    fields = {}
    for part in text.split(","):
        name, equals, value = part.strip().partition("=")
        if not equals:
            sentence = "not a valid key=value pair (missing equal-sign) in Authorization header"
            raise AuthFailure("incomplete signature", f"'{part.strip()}' {sentence}. {_hashed(header)}")
        fields[name] = value
    return fields


def _hashed(header: str) -> str:
    # As AWS does: the header may hold a usable signature, and error texts end up in logs.
    digest = base64.b64encode(hashlib.sha256(header.encode()).digest()).decode()
    return f"(Hashed with SHA-256 and encoded with Base64) Authorization={digest}"


def _credential(text: str) -> tuple[str, Scope]:
    parts = text.rsplit("/", 4)
    if len(parts) != 5 or not parts[0]:  # noqa: PLR2004  # the sentence says five
        sentence = "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term"
        raise AuthFailure("incomplete signature", f"{sentence}, got '{text}'")
    return parts[0], Scope(*parts[1:])


def _expires(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise AuthFailure("incomplete signature", "X-Amz-Expires should be a number")
    seconds = int(text) if len(text) < 9 else LONGEST_PRESIGNED_SECONDS + 1  # noqa: PLR2004  # longer is too long anyway
    if not 1 <= seconds <= LONGEST_PRESIGNED_SECONDS:
        sentence = f"X-Amz-Expires must be between 1 and {LONGEST_PRESIGNED_SECONDS} seconds (a week)"
        raise AuthFailure("incomplete signature", sentence)
    return seconds


def _time(moment: str) -> datetime:
    if match := _MOMENT.fullmatch(moment):
        year, month, day, hour, minute, second = map(int, match.groups())
        try:
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        except ValueError:
            pass  # the thirtieth of February: told like any other text that is no date
    raise AuthFailure("incomplete signature", f"Date must be in ISO-8601 'basic format'. Got '{moment}'.")


def _from_http_date(text: str) -> str:
    if not text or _MOMENT.fullmatch(text):
        return text
    try:
        return parsedate_to_datetime(text).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    except ValueError:
        return text
