"""Cookie: how a browser shows that it is signed in. No script reads it, and no other site's page sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from skylens.console import sessions

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from skylens.console.world import World

PATH: Final = "/console/"
_NAME_BYTES: Final = 4


def name(world: World) -> str:
    """Return the cookie's name. Browsers do not tell ports apart, so two servers on a machine need names of their own."""
    return f"skylens-{world.control.secrets.derived_key('console cookie name')[:_NAME_BYTES].hex()}"


def read(world: World, request: Request) -> str:
    """Return what the browser's cookie says, or nothing."""
    return request.cookies.get(name(world), "")


def give(world: World, request: Request, response: Response, session_id: str) -> None:
    """Let the browser keep the id of its session."""
    response.set_cookie(
        name(world),
        session_id,
        max_age=sessions.SECONDS,
        path=PATH,
        secure=came_by_tls(request),
        httponly=True,
        samesite="strict",
    )


def take_away(world: World, request: Request, response: Response) -> None:
    """Let the browser forget it."""
    response.delete_cookie(name(world), path=PATH, secure=came_by_tls(request), httponly=True, samesite="strict")


def came_by_tls(request: Request) -> bool:
    """Whether the browser spoke TLS, to us or to a proxy in front: whoever lies about it only locks himself out."""
    origin = request.headers.get("origin", "")
    return "https" in {request.url.scheme, request.headers.get("x-forwarded-proto")} or origin.startswith("https://")
