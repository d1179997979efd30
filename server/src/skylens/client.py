"""A small AWS client for our own verbs: signed calls, as any SDK makes them, of X-Ray unless another service is named."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from skylens.clock import SystemClock
from skylens.wire import models
from skylens_daemon.request import Request
from skylens_daemon.sign import Key, Scope, signed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from email.message import Message
    from http.client import HTTPResponse

TIMEOUT_SECONDS = 60


class ApiError(Exception):
    """The server answered with an error; ``code`` and ``message`` are its own."""

    def __init__(self, code: str, message: str, status: int) -> None:
        self.code, self.message, self.status = code, message, status
        super().__init__(f"{code}: {message}")


class Unreachable(Exception):
    """Nobody answers at the endpoint."""


@dataclass(frozen=True, slots=True)
class Client:
    """Where the server is, and with which key it is asked."""

    endpoint: str
    region: str
    key: Key
    ca_bundle: str = ""  # file of the authority to trust; "": those that the machine trusts
    timeout_seconds: float = TIMEOUT_SECONDS

    def __repr__(self) -> str:
        return f"<Client {self.endpoint} as {self.key.access_key_id}>"

    def call(self, operation: str, *, service: str = "xray", **members: Any) -> dict[str, Any]:
        """Return the output of an operation. Raises ApiError or Unreachable."""
        body = json.dumps({name: value for name, value in members.items() if value is not None}).encode()
        request = _request(self.endpoint, models.load(service), operation, body)
        scope = Scope(self.region, service, SystemClock().now().timestamp())
        return self._send(signed(request, key=self.key, scope=scope))

    def pages(self, operation: str, member: str, *, service: str = "xray", **members: Any) -> Iterator[dict[str, Any]]:
        """Yield the items of a list member over all pages."""
        token = None
        while True:
            answer = self.call(operation, service=service, **members, NextToken=token)
            yield from answer.get(member, ())
            token = answer.get("NextToken")
            if token is None:
                return

    def within(self, region: str) -> Client:
        """Return the same client in another region."""
        return replace(self, region=region)

    def _send(self, request: Request) -> dict[str, Any]:
        outgoing = urllib.request.Request(request.url, request.body, dict(request.headers), method=request.method)  # noqa: S310  # the user's own endpoint
        try:
            with open_url(outgoing, self.ca_bundle, self.timeout_seconds) as answer:
                return dict(json.load(answer))
        except json.JSONDecodeError as error:
            raise Unreachable(f"{self.endpoint} answers, but not as AWS does") from error
        except urllib.error.HTTPError as error:
            with error:
                raise _api_error(error.code, error.headers, error.read()) from None
        except OSError as error:
            raise Unreachable(f"{self.endpoint} does not answer: {reason(error)}") from error


def _request(endpoint: str, service: models.Service, operation: str, body: bytes) -> Request:
    if "json" in service.protocols:
        target = f"{service.target_prefix}.{operation}"
        return Request(
            "POST", f"{endpoint}/", {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target}, body
        )
    path = service.operations[operation].http_uri
    return Request("POST", endpoint + path, {"Content-Type": "application/json"}, body)


def connect(environment: Mapping[str, str]) -> Client:
    """Return the client for what ``skylens env`` exports."""
    key = Key(
        environment["AWS_ACCESS_KEY_ID"],
        environment["AWS_SECRET_ACCESS_KEY"],
        environment.get("AWS_SESSION_TOKEN", ""),
    )
    ca_bundle = environment.get("AWS_CA_BUNDLE", "")
    return Client(environment["AWS_ENDPOINT_URL"].rstrip("/"), environment["AWS_REGION"], key, ca_bundle)


def open_url(url: str | urllib.request.Request, ca_bundle: str = "", timeout: float = TIMEOUT_SECONDS) -> HTTPResponse:
    """Return the open answer of a server; over TLS it has to prove its name, by the bundle's authorities if one is named."""
    tls = ssl.create_default_context(cafile=ca_bundle) if ca_bundle else None
    opened: HTTPResponse = urllib.request.urlopen(url, timeout=timeout, context=tls)  # noqa: S310  # the user's own endpoint
    return opened


def reason(error: OSError) -> str:
    """Return why nobody answered, without the wrapping that urllib puts around it."""
    cause = getattr(error, "reason", error)
    return str(getattr(cause, "strerror", None) or cause)


def _api_error(status: int, headers: Message, content: bytes) -> ApiError:
    try:
        answer = json.loads(content)
    except ValueError:
        answer = {}
    code = headers.get("x-amzn-ErrorType") or answer.get("__type") or f"HTTP {status}"
    message = answer.get("message") or answer.get("Message") or content.decode(errors="replace")[:300]
    return ApiError(code.split(":")[0].split("#")[-1], message, status)
