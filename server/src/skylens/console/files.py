"""Files: what ``make console`` built, and nothing else: a name has no slashes, so it leads nowhere else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse

from skylens.console.world import is_built

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from skylens.console.world import World

# Stands in the built index.html wherever the nonce of an answer belongs.
NONCE_MARK: Final = "__CSP_NONCE__"
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(\.[a-z0-9]+)")
# Not from the machine's own table, which may know others: a script of the wrong type does not run (nosniff).
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_ENCODINGS: Final = {"br": ".br", "gzip": ".gz"}  # the better one first
_FOREVER: Final = "public, max-age=31536000, immutable"
_FOR_AN_HOUR: Final = "public, max-age=3600"
_NOT_BUILT: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Skylens</title>
<style nonce="{nonce}">body {{ font: 16px/1.5 system-ui; max-width: 36em; margin: 4em auto; padding: 0 1em }}</style></head>
<body><h1>The console is not built</h1>
<p>This is a checkout of Skylens. Run <code>make console</code> in it and load this page again;
<code>make serve</code> and <code>make demo</code> do both. Everything else works without.</p></body></html>
"""


async def index(request: Request) -> Response:
    """Return the page, with a fresh nonce for the style elements that its editors make."""
    world, nonce = _world(request), request.state.nonce
    if not is_built(world.files):
        return HTMLResponse(_NOT_BUILT.format(nonce=nonce), status_code=503)
    page = (world.files / "index.html").read_text(encoding="utf-8")
    return HTMLResponse(page.replace(NONCE_MARK, nonce))


async def asset(request: Request) -> Response:
    """Return a file whose name has the hash of its content: it never changes."""
    return _file(request, _world(request).files / "assets", _FOREVER)


async def root_file(request: Request) -> Response:
    """Return a file whose name stays as it is: the icon."""
    return _file(request, _world(request).files, _FOR_AN_HOUR)


def _file(request: Request, folder: Path, cache_control: str) -> Response:
    name: str = request.path_params["name"]
    matched = _NAME.fullmatch(name)
    path = folder / name
    if matched is None or matched[1] not in _TYPES or not path.is_file():
        raise HTTPException(404)
    headers = {"Cache-Control": cache_control, "Vary": "Accept-Encoding"}
    accepted = accepted_encodings(request.headers.get("accept-encoding", ""))
    for encoding, suffix in _ENCODINGS.items():
        if encoding in accepted and (packed := path.with_name(name + suffix)).is_file():
            path, headers["Content-Encoding"] = packed, encoding
            break
    return FileResponse(path, headers=headers, media_type=_TYPES[matched[1]])


def accepted_encodings(header: str) -> set[str]:
    """Return the encodings that a browser takes.

    >>> sorted(accepted_encodings("gzip;q=0.5, br, zstd;q=0"))
    ['br', 'gzip']
    """
    accepted = set()
    for each in header.split(","):
        name, _, weight = each.strip().lower().partition(";")
        if not re.fullmatch(r"\s*q=0(\.0*)?\s*", weight):
            accepted.add(name.strip())
    return accepted


def _world(request: Request) -> World:
    world: World = request.app.state.world
    return world
