"""Security headers: what a browser may do with anything the console answers. Nothing from outside is loaded.

https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Content-Security-Policy
"""

from __future__ import annotations

from typing import Final

_FIXED: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def security_headers(nonce: str) -> dict[str, str]:
    """Return the headers of one answer; style elements with its nonce are let through, scripts in the page never are."""
    return {"Content-Security-Policy": content_security_policy(nonce), **_FIXED}


def content_security_policy(nonce: str) -> str:
    """Return what a page may load and be put into.

    >>> content_security_policy("17").split("; ")[:3]
    ["default-src 'none'", "script-src 'self'", "style-src 'self' 'nonce-17'"]
    """
    directives = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": f"'self' 'nonce-{nonce}'",
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())
