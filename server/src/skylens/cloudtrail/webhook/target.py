"""Target: where records are sent, and the secret that proves who sent them."""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx

if TYPE_CHECKING:
    from skylens.config import Settings

SECRET_VARIABLE: Final = "SKYLENS_EVENT_WEBHOOK_SECRET"  # noqa: S105  # a name
_PREFIX: Final = "whsec_"
_LEAST_BYTES, _MOST_BYTES = 24, 64  # as Standard Webhooks asks


@dataclass(frozen=True, slots=True)
class Target:
    """The receiver. ``reads``: it is told of management events that only read, too."""

    url: str = field(repr=False)  # whoever knows some receivers' URL may write to them
    secret: bytes = field(repr=False)
    reads: bool = False


def target_of(settings: Settings) -> Target | None:
    """Return where these settings send records, None for nowhere; raise ValueError with what is wrong with them."""
    if not settings.event_webhook:
        return None
    given = os.environ.get(SECRET_VARIABLE, "")
    if settings.event_webhook_secret_file:
        given = Path(settings.event_webhook_secret_file).read_text(encoding="utf-8")
    if not given.strip():
        raise ValueError(
            f"--event-webhook needs a secret to sign with: a file that --event-webhook-secret-file names, or "
            f"{SECRET_VARIABLE}; `openssl rand -base64 32` makes one"
        )
    return Target(checked_url(settings.event_webhook), secret_of(given), settings.event_webhook_reads == "on")


def checked_url(text: str) -> str:
    """Return the URL of a receiver, or raise ValueError; what is wrong is told without the URL, which may be secret.

    >>> checked_url("https://siem.example.com/events?tenant=7")
    'https://siem.example.com/events?tenant=7'
    """
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise ValueError(f"--event-webhook is no URL: {error}") from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise ValueError("--event-webhook must be a URL that begins with https:// or http:// and names a host")
    if url.port is not None and url.port not in range(1, 65_536):
        raise ValueError(f"--event-webhook names port {url.port}, which cannot be")
    if url.userinfo:
        raise ValueError(
            "--event-webhook carries credentials; requests are signed instead, see --event-webhook-secret-file"
        )
    if "#" in text:
        raise ValueError("--event-webhook carries a fragment (#…), which is never sent")
    return text


def secret_of(text: str) -> bytes:
    """Return the key that a secret's text stands for, or raise ValueError.

    >>> secret_of("whsec_" + "QUJD" * 8) == secret_of("QUJD" * 8 + chr(10)) == b"ABC" * 8
    True
    """
    try:
        secret = base64.b64decode(text.strip().removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError(f"the webhook's secret is not in base64 ({error})") from error
    if not _LEAST_BYTES <= len(secret) <= _MOST_BYTES:
        raise ValueError(f"the webhook's secret has {len(secret)} bytes, not {_LEAST_BYTES} to {_MOST_BYTES}")
    return secret
