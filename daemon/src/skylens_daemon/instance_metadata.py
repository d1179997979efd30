"""What a machine in AWS knows of itself: the metadata of an EC2 instance (IMDSv2) and an ECS container's credentials.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from skylens_daemon.request import Request
from skylens_daemon.sign import Key
from skylens_daemon.transport import Transport, Unreachable

INSTANCE_ENDPOINT = "http://169.254.169.254"
CONTAINER_ENDPOINT = "http://169.254.170.2"
# A token and a secret go there in the clear: only to this machine and the link-local addresses AWS documents.
_CLEAR_TEXT_HOSTS = frozenset({"localhost", "127.0.0.1", "::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"})

_TOKEN_SECONDS = "21600"  # noqa: S105  # a duration
_SECONDS = 2.0
_OK = 200


class NoMetadata(Exception):
    """There is no such service here, or it did not answer as documented."""


async def instance(environ: Mapping[str, str], transport: Transport, path: str) -> str:
    """Return one of the instance's metadata, or raise NoMetadata."""
    if environ.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true":
        raise NoMetadata("instance metadata is disabled by AWS_EC2_METADATA_DISABLED")
    endpoint = (environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT") or INSTANCE_ENDPOINT).rstrip("/")
    lifetime = {"X-aws-ec2-metadata-token-ttl-seconds": _TOKEN_SECONDS}
    token = await _fetch(transport, Request("PUT", f"{endpoint}/latest/api/token", lifetime, direct=True))
    proof = {"X-aws-ec2-metadata-token": token.strip()}
    return await _fetch(transport, Request("GET", f"{endpoint}/latest/meta-data/{path}", proof, direct=True))


async def instance_key(environ: Mapping[str, str], transport: Transport) -> Key | None:
    """Return the key of the instance's role; None where there is no instance metadata."""
    try:
        role = await instance(environ, transport, "iam/security-credentials/")
    except NoMetadata:
        return None
    return _read_key(await instance(environ, transport, f"iam/security-credentials/{role.strip().splitlines()[0]}"))


async def container_key(environ: Mapping[str, str], transport: Transport) -> Key | None:
    """Return the key of the container's task role; None outside of ECS and EKS."""
    url = environ.get("AWS_CONTAINER_CREDENTIALS_FULL_URI", "")
    if environ.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"):
        url = CONTAINER_ENDPOINT + environ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"]
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in _CLEAR_TEXT_HOSTS:
        raise NoMetadata(f"container credentials are not fetched in clear text from {parts.hostname}")
    token = _container_token(environ)
    headers = {"Authorization": token} if token else {}
    return _read_key(await _fetch(transport, Request("GET", url, headers, direct=True)))


def _container_token(environ: Mapping[str, str]) -> str:
    path = environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    return environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN", "")


async def _fetch(transport: Transport, request: Request) -> str:
    try:
        answer = await transport.send(request, seconds=_SECONDS)
    except Unreachable as exc:
        raise NoMetadata(f"{request.url}: {exc}") from exc
    if answer.status != _OK:
        raise NoMetadata(f"{request.url} answered {answer.status}")
    return answer.body.decode("utf-8", "replace")


def _read_key(text: str) -> Key:
    document = json.loads(text)
    return Key(
        document["AccessKeyId"],
        document["SecretAccessKey"],
        document.get("Token", ""),
        datetime.fromisoformat(document["Expiration"]).timestamp(),
    )
