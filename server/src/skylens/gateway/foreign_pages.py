"""With authentication off, a page of any site in this machine's browser could call the API: such calls are refused.

https://fetch.spec.whatwg.org/#origin-header
https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from skylens.config import is_loopback
from skylens.registry import ACCESS
from skylens.wire.errors import ServiceError

if TYPE_CHECKING:
    from skylens.gateway.exchange import Exchange
    from skylens.gateway.world import World
    from skylens.wire.http import WireRequest

_READING: Final = frozenset({"GET", "HEAD"})
_OWN_SITES: Final = frozenset({"same-origin", "none"})
# Nobody gives these names an address by DNS who could not do worse: special-use names (RFC 6761 and its kin), and AWS's.
_NOBODYS: Final = (".localhost", ".local", ".internal", ".home.arpa", ".test", ".amazonaws.com")


def refuse_foreign_pages(exchange: Exchange, world: World) -> None:
    """Refuse a call that a page may have sent which is not ours, where no signature tells callers apart."""
    if world.settings.auth != "off" or exchange.operation is None:
        return
    request = exchange.request
    sender = foreign_page(request, world.settings.host)
    if not sender and request.method in _READING and "authorization" not in request.headers:
        access = ACCESS.get((exchange.identified.name, exchange.operation.name))
        sender = "" if access is not None and access.read_only else "a link or an image on any page"
    if sender:
        advice = "With --auth off only programs and the console under this machine's own names are answered."
        raise ServiceError("AccessDeniedException", f"This may have been sent by {sender}. {advice}")


def foreign_page(request: WireRequest, own_host: str) -> str:
    """Return who may have sent a request, where that is a page that is not ours; nothing for programs and our own pages.

    Browsers say where a page comes from in all but some reads: ``Origin``, and ``Sec-Fetch-Site`` to hosts they trust. What
    reads and says neither is a program's, or a page's whose own name was given our address (DNS rebinding): Host tells.
    """
    headers = request.headers
    authority, origin, site = headers.get("host", ""), headers.get("origin"), headers.get("sec-fetch-site")
    host = _name(authority)
    is_ours = is_loopback(host) or host == own_host
    if origin is not None:
        return "" if is_ours and origin in {f"http://{authority}", f"https://{authority}"} else f"a page of {origin}"
    if site is not None:
        return "" if is_ours and site in _OWN_SITES else "a page of another site"
    if request.method in _READING and not is_ours and _is_public(host):
        return f"a page of {host}"
    return ""


def _name(authority: str) -> str:
    try:
        return (urlsplit(f"//{authority}").hostname or "").removesuffix(".")
    except ValueError:
        return ""


def _is_public(host: str) -> bool:
    """Whether somebody else's DNS can say which address a name has.

    >>> [_is_public(host) for host in ("skylens", "172.17.0.2", "skylens.internal", "evil.example")]
    [False, False, False, True]
    """
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." in host and not host.endswith(_NOBODYS)
    return False
