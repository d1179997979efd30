"""The console's edge: which requests come from browsers and are its own, and what every answer to them carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from skylens.console.routes import ROUTES
from skylens.console.security_headers import security_headers

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from skylens.console.world import World

_BELOW: Final = "/console/"
# Where people arrive who know the port only, or follow a link to one of AWS's consoles.
_DOORS: Final = frozenset({"/", "/console", "/xray/home", "/cloudwatch/home"})
_NONCE_DIGITS: Final = 32


def application(world: World, beyond: ASGIApp) -> ASGIApp:
    """Return the ASGI application of the whole port: the console for browsers, and ``beyond`` for everything else."""
    console = Starlette(routes=ROUTES, exception_handlers={HTTPException: _told})
    console.router.redirect_slashes = False
    console.state.world = world

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_for_console(scope):
            await beyond(scope, receive, send)
            return
        nonce = world.ids.hex(_NONCE_DIGITS)
        scope["state"] = {**scope.get("state", {}), "nonce": nonce}

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(security_headers(nonce))
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await console(scope, receive, send_with_headers)

    return answer


def is_for_console(scope: Scope) -> bool:
    """Whether a browser asks: below /console/ whoever does not sign, and at the doors whoever wants to read a page.

    Signed, any of these paths may be an object in somebody's bucket.
    """
    path: str = scope["path"]
    is_below = path.startswith(_BELOW)
    if not is_below and (path not in _DOORS or scope["method"] not in {"GET", "HEAD"}):
        return False
    headers = Headers(scope=scope)
    if "authorization" in headers or b"X-Amz-Signature" in scope["query_string"]:
        return False
    return is_below or "text/html" in headers.get("accept", "")


async def _told(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise TypeError(f"{error!r} is no HTTP error")
    return JSONResponse({"message": error.detail}, status_code=error.status_code, headers=error.headers)
