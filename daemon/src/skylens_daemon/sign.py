"""SigV4 of an outgoing request, with the standard library only.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes, urlsplit

from skylens_daemon.clock import utc
from skylens_daemon.request import Request

ALGORITHM = "AWS4-HMAC-SHA256"

# Never taken over from a client, since the signature puts its own in their place.
SIGNATURE_HEADERS = frozenset({"authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"})


@dataclass(frozen=True, slots=True)
class Key:
    """An access key, perhaps temporary."""

    access_key_id: str
    secret: str
    token: str = ""
    expires_at: float = float("inf")

    def __repr__(self) -> str:
        return f"<Key {self.access_key_id}>"


@dataclass(frozen=True, slots=True)
class Scope:
    """Where and when a signature is good."""

    region: str
    service: str
    at: float


def signed(request: Request, *, key: Key, scope: Scope) -> Request:
    """Return the request with its signature among the headers."""
    moment = utc(scope.at).strftime("%Y%m%dT%H%M%SZ")
    sent = {name: value for name, value in request.headers.items() if name.lower() not in SIGNATURE_HEADERS}
    sent |= {"Host": urlsplit(request.url).netloc, "X-Amz-Date": moment}
    if key.token:
        sent["X-Amz-Security-Token"] = key.token
    covered = {name.lower(): " ".join(value.split()) for name, value in sent.items() if _is_covered(name.lower())}
    span = f"{moment[:8]}/{scope.region}/{scope.service}/aws4_request"
    canonical = _canonical_request(request, covered)
    text = "\n".join([ALGORITHM, moment, span, hashlib.sha256(canonical.encode()).hexdigest()])
    signature = hmac.new(_signing_key(key.secret, span), text.encode(), "sha256").hexdigest()
    names = ";".join(sorted(covered))
    sent["Authorization"] = (
        f"{ALGORITHM} Credential={key.access_key_id}/{span}, SignedHeaders={names}, Signature={signature}"
    )
    return replace(request, headers=sent)


def _canonical_request(request: Request, covered: Mapping[str, str]) -> str:
    """Return the text whose hash is signed."""
    parts = urlsplit(request.url)
    names = sorted(covered)
    headers = "".join([f"{name}:{covered[name]}\n" for name in names])
    body_hash = hashlib.sha256(request.body).hexdigest()
    path, query = _canonical_path(parts.path), canonical_query(parts.query)
    return "\n".join([request.method, path, query, headers, ";".join(names), body_hash])


def canonical_query(query: str) -> str:
    """Return the query sorted and encoded as the signature sees it.

    >>> canonical_query("b=2&a=x+y&c")
    'a=x%20y&b=2&c='
    """
    pairs = [part.partition("=") for part in query.split("&") if part]
    return "&".join([f"{name}={value}" for name, value in sorted((_encoded(n), _encoded(v)) for n, _, v in pairs)])


def _encoded(text: str) -> str:
    return quote(unquote_to_bytes(text.replace("+", " ")), safe="-_.~")


def _canonical_path(path: str) -> str:
    """Resolve dots and doubled slashes, then encode the encoded path once more, as every service but S3 wants it."""
    if not path:
        return "/"
    plain = posixpath.normpath(path)
    plain = "/" + plain.lstrip("/") if plain != "." else "/"
    if path.endswith("/") and not plain.endswith("/"):
        plain += "/"
    return quote(plain, safe="/-_.~")


def _is_covered(name: str) -> bool:
    if name == "x-amzn-trace-id":  # proxies on the way may change it
        return False
    return name in {"host", "content-type"} or name.startswith(("x-amz-", "x-amzn-"))


@lru_cache(maxsize=16)
def _signing_key(secret: str, span: str) -> bytes:
    key = ("AWS4" + secret).encode()
    for part in span.split("/"):
        key = hmac.new(key, part.encode(), "sha256").digest()
    return key
