"""Session answers: signing in and out, and who is signed in."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from skylens.api_events import NotRecorded
from skylens.cloudtrail.other_event import Visit
from skylens.config import is_loopback
from skylens.console import cookie, session_document, sessions, sign_in
from skylens.console.sign_in import GivenKey, Refused, TooManyAttempts
from skylens.tls import tls_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from skylens.console.world import World

_BODY_BYTES: Final = 32 * 1024  # a session token is half of it at most
_BODY_SECONDS: Final = 20.0
_WRONG_KEY: Final = (
    "There is no such key: the access key ID or the secret access key is wrong, or the key is not active."
)
_TOO_MANY: Final = "Too many attempts failed; wait some seconds."
_OTHER_NAME: Final = "Where authentication is off, the console answers under the names of this machine only."
_SIGNED_OUT: Final = "You are not signed in."


class _TypedKey(msgspec.Struct, rename="pascal"):
    access_key_id: str
    secret_access_key: str
    session_token: str = ""


async def sign_in_by_token(request: Request) -> Response:
    """Sign in by the URL that `skylens up` and `skylens console` print, and show the console."""
    if request.method == "HEAD":
        raise HTTPException(405, headers={"Allow": "GET"})  # programs that look at links must not use the token up
    world = _world(request)
    try:
        session_id = await sign_in.by_token(world, request.query_params.get("token", ""), _visit(request))
    except (Refused, TooManyAttempts):
        return RedirectResponse("/console/#/sign-in?problem=token", status_code=303)
    except NotRecorded as error:
        return _not_recorded(error)
    response = RedirectResponse("/console/", status_code=303)
    cookie.give(world, request, response, session_id)
    return response


async def sign_in_by_key(request: Request) -> Response:
    """Sign in with an access key and its secret, of a user, a root user or a session."""
    world = _world(request)
    _refuse_foreign_origin(request)
    given = await _given_key(request)
    try:
        session_id = await sign_in.by_key(world, given, _visit(request))
    except Refused:
        return _told(401, _WRONG_KEY)
    except TooManyAttempts:
        return _told(429, _TOO_MANY)
    except NotRecorded as error:
        return _not_recorded(error)
    response = Response(status_code=204)
    cookie.give(world, request, response, session_id)
    return response


async def describe(request: Request) -> Response:
    """Return who is signed in, and credentials for an hour."""
    document = await signed_in(request)
    scheme = "https" if cookie.came_by_tls(request) else "http"
    return JSONResponse({**document, "Endpoint": f"{scheme}://{request.url.netloc}"})


async def signed_in(request: Request) -> dict[str, Any]:
    """Return the document of who is signed in, or refuse."""
    world = _world(request)
    if world.settings.auth == "off":
        # Without this, a page of any site whose name were made to mean this machine would be told, too.
        if not is_loopback(request.url.hostname or ""):
            raise HTTPException(403, _OTHER_NAME)
        return await asyncio.to_thread(session_document.of_anybody, world)
    session_id = cookie.read(world, request)
    document = await asyncio.to_thread(session_document.of_session, world, session_id) if session_id else None
    if document is None:
        raise HTTPException(401, _SIGNED_OUT)
    return document


async def sign_out(request: Request) -> Response:
    """End the session."""
    world = _world(request)
    _refuse_foreign_origin(request)
    if session_id := cookie.read(world, request):
        await asyncio.to_thread(_end, world, session_id)
    response = Response(status_code=204)
    cookie.take_away(world, request, response)
    return response


def _end(world: World, session_id: str) -> None:
    with world.control.begin() as connection:
        sessions.end(connection, session_id)


async def _given_key(request: Request) -> GivenKey:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "A key is given as application/json.")
    try:
        typed = msgspec.json.decode(await _body(request), type=_TypedKey)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        sentence = 'A key is given as {"AccessKeyId": "…", "SecretAccessKey": "…"}.'
        raise HTTPException(400, sentence) from error
    return GivenKey(typed.access_key_id, typed.secret_access_key, typed.session_token)


async def _body(request: Request) -> bytes:
    body = b""
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > _BODY_BYTES:
                    raise HTTPException(413, f"More than {_BODY_BYTES} bytes are no key.")
    except TimeoutError:
        raise HTTPException(408, f"The key did not arrive within {_BODY_SECONDS:.0f} seconds.") from None
    return body


def _refuse_foreign_origin(request: Request) -> None:
    """Refuse what another site's page sends, or a program that is no browser: those have AWS's API."""
    origin = request.headers.get("origin", "")
    if not origin.startswith(("http://", "https://")) or urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403, "Only the console's own pages may ask for this.")


def _visit(request: Request) -> Visit:
    source = request.client.host if request.client else ""
    scheme = "https" if cookie.came_by_tls(request) else "http"
    login_to = f"{scheme}://{request.url.netloc}{cookie.PATH}"
    host = request.headers.get("host", "")
    return Visit(source, request.headers.get("user-agent", ""), login_to, host, tls_of(request.scope))


def _not_recorded(error: NotRecorded) -> Response:
    return _told(503, f"The audit trail cannot take a sign-in: {error}")


def _told(status: int, message: str) -> Response:
    return JSONResponse({"message": message}, status_code=status)


def _world(request: Request) -> World:
    world: World = request.app.state.world
    return world
