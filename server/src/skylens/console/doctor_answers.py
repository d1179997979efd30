"""Doctor answers: the checks of ``skylens doctor``, made by this server of itself with the keys of who is signed in."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from skylens.client import Client
from skylens.console import cookie, session_answers
from skylens.console.secret_hash import secret_hash
from skylens.doctor import TIMEOUT_SECONDS, Finding, Patient, examine
from skylens_daemon.sign import Key

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from skylens.console.world import World

# Each takes a thread, for three quarters of a minute where nothing answers.
_MOST_AT_ONCE: Final = 4


async def examine_all(request: Request) -> Response:
    """Return what each check finds, and the traces that test segments came back as."""
    world: World = request.app.state.world
    # It leaves a trace behind, and where authentication is off no cookie tells our own page from another site's.
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise HTTPException(403, "Only the console's own pages may ask for this.")
    document = await session_answers.signed_in(request)
    session = secret_hash(cookie.read(world, request))
    if session in world.examined or len(world.examined) >= _MOST_AT_ONCE:
        raise HTTPException(429, "The checks are being made already; wait for their end.")
    world.examined.add(session)
    try:
        findings = await asyncio.to_thread(lambda: list(examine(_patient(world, document))))
    finally:
        world.examined.discard(session)
    return JSONResponse({"Findings": [_finding(each) for each in findings]})


def _patient(world: World, document: dict[str, Any]) -> Patient:
    """Return this server as the caller meets it. Where it is comes from its settings, never from a request."""
    given = document["Credentials"]
    key = Key(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    client = Client(world.endpoint, world.settings.region, key, world.ca_bundle, TIMEOUT_SECONDS)
    return Patient(client, world.daemon_address, is_daemon_foreign=document["AccountId"] != world.settings.account)


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "Check": found.check,
        "Ok": found.ok,
        "Finding": found.finding,
        "Advice": found.advice,
        "TraceId": found.trace_id,
    }
