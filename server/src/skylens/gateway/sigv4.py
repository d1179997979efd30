"""Verify a request's SigV4 signature; no service knowledge, no I/O beyond the look-up of the key.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote, unquote_to_bytes

from skylens.gateway import aws_chunked
from skylens.gateway.auth_failure import AuthFailure
from skylens.gateway.claim import ALGORITHM, Claim, Scope, read_claim

if TYPE_CHECKING:
    from skylens.caller import Principal
    from skylens.wire.http import WireRequest

SKEW = timedelta(minutes=5)
_TERMINATOR = "aws4_request"
_UNRESERVED = "-_.~"
_UNSIGNED = "UNSIGNED-PAYLOAD"
_S3 = "s3"  # which signs paths and presigned requests in a way of its own
_REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_REGION = 32
_FORMAT = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Credential:
    """An access key as the look-up knows it. A temporary one has a token and expires."""

    access_key_id: str
    secret: str
    principal: Principal
    token: str = ""
    expires_at: datetime | None = None

    def __repr__(self) -> str:
        return f"<Credential {self.access_key_id}>"


class FindCredential(Protocol):
    """Looks a key up; the token tells temporary credentials from each other where keys alone do not."""

    def __call__(self, access_key_id: str, token: str) -> Credential | None:
        """Return the credential, or None for one that nobody has or that is inactive."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A request that was signed by the holder of ``credential``; its body is decoded where it came in signed chunks."""

    request: WireRequest
    credential: Credential
    region: str


def verify(request: WireRequest, signing_name: str, find: FindCredential, now: datetime) -> Verified:
    """Return the request with its sender, or raise AuthFailure."""
    claim = read_claim(request)
    _check_scope(claim, signing_name)
    credential = find(claim.access_key_id, claim.token)
    if credential is None or not _same(credential.token, claim.token):
        raise AuthFailure("unknown key")
    if credential.expires_at is not None and credential.expires_at <= now:
        raise AuthFailure("expired token", sender=_sender(request, claim, credential, now))
    return _verified(request, claim, credential, now)


def _sender(request: WireRequest, claim: Claim, credential: Credential, now: datetime) -> Verified | None:
    """Return who sent a request with a credential that is no longer good, if it was the one who had it."""
    try:
        return _verified(request, claim, credential, now)
    except AuthFailure:
        return None


def _verified(request: WireRequest, claim: Claim, credential: Credential, now: datetime) -> Verified:
    _check_time(claim, now)
    _check_signed_headers(claim, request)
    is_s3 = claim.scope.service == _S3
    payload_hash = _UNSIGNED if is_s3 and claim.expires_seconds is not None else _payload_hash(request)
    key = signing_key(credential.secret, claim.scope)
    path = s3_path(request.raw_path) if is_s3 else canonical_path(request.raw_path)
    canonical = canonical_request(request, path, claim.signed_headers, payload_hash)
    text = f"{ALGORITHM}\n{claim.moment}\n{claim.scope}\n{hashlib.sha256(canonical).hexdigest()}"
    if not _same(sign(key, text), claim.signature):
        raise AuthFailure("wrong signature")
    if payload_hash in aws_chunked.FORMS:
        chain = aws_chunked.Chain(key, claim.moment, str(claim.scope), claim.signature)
        request = aws_chunked.unframed(request, payload_hash, chain)
    return Verified(request, credential, claim.scope.region)


def canonical_request(request: WireRequest, path: str, signed_headers: str, payload_hash: str) -> bytes:
    """Return the text whose hash is signed. Header bytes are taken as they were received."""
    headers = b"".join(
        [
            name.encode("latin-1") + b":" + b" ".join(request.headers.get(name, "").encode("latin-1").split()) + b"\n"
            for name in signed_headers.lower().split(";")
        ]
    )
    head = f"{request.method}\n{path}\n{canonical_query(request.query)}\n"
    return head.encode("latin-1") + headers + f"\n{signed_headers}\n{payload_hash}".encode("latin-1")


@lru_cache(maxsize=1024)
def canonical_path(raw_path: str) -> str:
    """Return the path without dots and doubled slashes, its percent signs encoded once more.

    >>> canonical_path("/a/./b//c%20d/")
    '/a/b/c%2520d/'
    """
    if not raw_path.startswith("/"):
        return quote(raw_path, safe=f"/{_UNRESERVED}")
    kept: list[str] = []
    for segment in raw_path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in {"", "."}:
            kept.append(segment)
    end = "/" if kept and raw_path.endswith("/") else ""
    return quote("/" + "/".join(kept) + end, safe=f"/{_UNRESERVED}")


def s3_path(raw_path: str) -> str:
    """Return the path as S3 signs it: encoded once, every dot and slash as it is, since all of them are a key's.

    >>> s3_path("/audit/a/../b//c%20d")
    '/audit/a/../b//c%20d'
    """
    return quote(unquote_to_bytes(raw_path), safe=f"/{_UNRESERVED}")


def canonical_query(query: str) -> str:
    """Return the query sorted and encoded as the signature sees it, without the signature itself.

    >>> canonical_query("b=2&a=x+y&c&X-Amz-Signature=00")
    'a=x%20y&b=2&c='
    """
    if not query:
        return ""
    pairs = [part.partition("=") for part in query.split("&") if part]
    encoded = sorted((_encoded(name), _encoded(value)) for name, _, value in pairs)
    return "&".join([f"{name}={value}" for name, value in encoded if name != "X-Amz-Signature"])


@lru_cache(maxsize=1024)
def signing_key(secret: str, scope: Scope) -> bytes:
    """Return the key of a secret for one day, region and service."""
    key = f"AWS4{secret}".encode()
    for part in (scope.date, scope.region, scope.service, scope.terminator):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def sign(key: bytes, text: str) -> str:
    """Return the signature of a string to sign."""
    return hmac.digest(key, text.encode("latin-1"), "sha256").hex()


def is_region(name: str) -> bool:
    """Say whether data can be kept under this region. Any well-formed name will do: data of a new region simply begins."""
    return len(name) <= _LONGEST_REGION and _REGION.fullmatch(name) is not None


def _encoded(text: str) -> str:
    return quote(unquote_to_bytes(text.replace("+", " ")), safe=_UNRESERVED)


def _same(ours: str, theirs: str) -> bool:
    return hmac.compare_digest(ours.encode(), theirs.encode())


def _payload_hash(request: WireRequest) -> str:
    """Return what the signature says about the body, after holding it against the body."""
    declared = request.headers.get("x-amz-content-sha256", "")
    if declared == _UNSIGNED or declared in aws_chunked.FORMS:
        return declared
    actual = hashlib.sha256(request.body).hexdigest()
    if declared and not _same(actual, declared):
        raise AuthFailure("wrong signature")
    return actual


def _check_scope(claim: Claim, signing_name: str) -> None:
    scope = claim.scope
    wrong = []
    if scope.terminator != _TERMINATOR:
        wrong.append(
            f"Credential should be scoped with a valid terminator: '{_TERMINATOR}', not '{scope.terminator}'. "
        )
    if scope.service != signing_name:
        wrong.append(f"Credential should be scoped to correct service: '{signing_name}'. ")
    if not is_region(scope.region):
        wrong.append(f"Credential should be scoped to a valid Region, not '{scope.region}'. ")
    day = claim.moment[:8]
    if scope.date != day:
        wrong.append(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{scope.date}' != '{day}', from '{claim.moment}'."
        )
    if wrong:
        raise AuthFailure("wrong signature", "".join(wrong))


def _check_time(claim: Claim, now: datetime) -> None:
    signed_at = claim.time
    if signed_at > now + SKEW:
        limit = f"{now + SKEW:{_FORMAT}} ({now:{_FORMAT}} + 5 min.)"
        raise AuthFailure("wrong signature", f"Signature not yet current: {claim.moment} is still later than {limit}")
    if claim.expires_seconds is not None:
        if now > signed_at + timedelta(seconds=claim.expires_seconds):
            raise AuthFailure("expired request")
    elif signed_at < now - SKEW:
        limit = f"{now - SKEW:{_FORMAT}} ({now:{_FORMAT}} - 5 min.)"
        raise AuthFailure("wrong signature", f"Signature expired: {claim.moment} is now earlier than {limit}")


def _check_signed_headers(claim: Claim, request: WireRequest) -> None:
    names = claim.signed_headers.lower().split(";")
    if "host" not in names:
        sentence = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
        raise AuthFailure("wrong signature", sentence)
    # It names the operation: unsigned, whoever passes the request on could turn a read into a delete.
    if "x-amz-target" in request.headers and "x-amz-target" not in names:
        raise AuthFailure("wrong signature", "'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization.")
