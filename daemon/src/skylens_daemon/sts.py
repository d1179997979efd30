"""Roles: AssumeRole and AssumeRoleWithWebIdentity over AWS's Query protocol.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree as ET

from skylens_daemon.config import Config
from skylens_daemon.endpoint import DOMAINS, domain
from skylens_daemon.request import Request
from skylens_daemon.sign import Key, Scope, signed
from skylens_daemon.transport import Transport, Unreachable

SESSION_NAME = "xray-daemon"
_OK = 200
_SECONDS = 10.0


class Refused(Exception):
    """STS did not give credentials."""


async def assume_role(config: Config, environ: Mapping[str, str], transport: Transport, *, key: Key, now: float) -> Key:
    """Return the temporary key of RoleARN, asked for with the given key."""
    body = _form("AssumeRole", RoleArn=config.role_arn, RoleSessionName=SESSION_NAME)
    request = Request("POST", sts_endpoint(config, environ), _HEADERS, body)
    return await _ask(transport, signed(request, key=key, scope=Scope(config.region, "sts", now)))


async def assume_role_with_web_identity(config: Config, environ: Mapping[str, str], transport: Transport) -> Key | None:
    """Return the key of a Kubernetes service account's role; None where no token file is named."""
    if not environ.get("AWS_WEB_IDENTITY_TOKEN_FILE"):
        return None
    body = _form(
        "AssumeRoleWithWebIdentity",
        RoleArn=environ["AWS_ROLE_ARN"],
        RoleSessionName=environ.get("AWS_ROLE_SESSION_NAME") or SESSION_NAME,
        WebIdentityToken=_token(environ["AWS_WEB_IDENTITY_TOKEN_FILE"]),
    )
    return await _ask(transport, Request("POST", sts_endpoint(config, environ), _HEADERS, body))


def sts_endpoint(config: Config, environ: Mapping[str, str]) -> str:
    """Return where STS is: its own variable, else the configured endpoint (one port serves all of Skylens), else AWS.

    An endpoint of AWS serves X-Ray alone, so it does not count.
    """
    own = environ.get("AWS_ENDPOINT_URL_STS") or environ.get("AWS_ENDPOINT_URL") or ""
    host = urlsplit(config.endpoint).hostname or ""
    if not own and host and not host.endswith(DOMAINS):
        own = config.endpoint
    return f"{(own or f'https://sts.{config.region}.{domain(config.region)}').rstrip('/')}/"


_HEADERS = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8", "Accept": "application/xml"}


def _token(path: str) -> str:
    return Path(path).read_text(encoding="utf-8").strip()


def _form(action: str, **parameters: str) -> bytes:
    return urlencode({"Action": action, "Version": "2011-06-15"} | parameters).encode()


async def _ask(transport: Transport, request: Request) -> Key:
    try:
        answer = await transport.send(request, seconds=_SECONDS)
    except Unreachable as exc:
        raise Refused(f"{request.url}: {exc}") from exc
    if answer.status != _OK:
        raise Refused(f"STS answered {answer.status}: {_sentence(answer.body)}")
    found = _texts(answer.body)
    return Key(
        found["AccessKeyId"],
        found["SecretAccessKey"],
        found["SessionToken"],
        datetime.fromisoformat(found["Expiration"]).timestamp(),
    )


def _texts(body: bytes) -> dict[str, str]:
    """Return the texts of all elements by their local names."""
    try:
        root = ET.fromstring(body)  # noqa: S314  # expat refuses entity floods since 2.4.1; the endpoint is the user's own
    except ET.ParseError as exc:
        raise Refused(f"STS answered no XML: {body[:200]!r}") from exc
    return {element.tag.rpartition("}")[2]: element.text or "" for element in root.iter()}


def _sentence(body: bytes) -> str:
    try:
        found = _texts(body)
    except Refused:
        return repr(body[:200])
    return f"{found.get('Code', '')} {found.get('Message', '')}".strip()
