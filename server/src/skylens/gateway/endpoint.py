"""Endpoint: the address at which clients on this machine reach the server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from skylens.config import is_loopback
from skylens.gateway import certificate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skylens.config import Settings

_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # what listens on all is reached on loopback


def endpoint_of(settings: Settings, port: int) -> str:
    """Return the URL of a server with these settings that listens on the port.

    With TLS its host is one that the certificate is for, wherever that is possible: clients insist on it.
    """
    host = _EVERYWHERE.get(settings.host, settings.host)
    if not settings.tls_certificate:
        return f"http://{_authority(host, port)}"
    names = certificate.names(certificate.read(Path(settings.tls_certificate)))
    return f"https://{_authority(name_for(host, names), port)}"


def name_for(host: str, names: Sequence[str]) -> str:
    """Return the host, or another name of it that a certificate for these names proves.

    >>> name_for("127.0.0.1", ["localhost"]), name_for("127.0.0.1", ["*.example.com", "xray.example.com"])
    ('localhost', 'xray.example.com')
    >>> name_for("xray.example.com", ["*.example.com"]), name_for("127.0.0.1", ["*.example.com"])
    ('xray.example.com', '127.0.0.1')
    """
    if _is_proved(host, names):
        return host
    if is_loopback(host) and _is_proved("localhost", names):
        return "localhost"
    return next((name for name in names if not name.startswith("*")), host)


def _is_proved(host: str, names: Sequence[str]) -> bool:
    wanted = {host.lower(), f"*.{host.partition('.')[2]}".lower()}
    return any(name.lower() in wanted for name in names)


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
