"""Session document: what the console learns of who is signed in, with credentials to call AWS's API by."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from skylens import __version__
from skylens.caller import Session as SessionContext
from skylens.caller import root_of
from skylens.console import sessions, sign_in
from skylens.iam.access_keys import root_key
from skylens.sts import credentials
from skylens.sts.credentials import Credentials
from skylens.sts.operations.session_tokens import issuer_of

if TYPE_CHECKING:
    from datetime import datetime

    from skylens.caller import Principal
    from skylens.console.world import World

CREDENTIALS_SECONDS: Final = 3600


def of_session(world: World, session_id: str) -> dict[str, Any] | None:
    """Return the document for a browser's session, or None where it is over: by time, by signing out, or with its key."""
    now = world.clock.now()
    with world.control.read() as connection:
        session = sessions.find(connection, world.control.secrets, session_id, now)
    if session is None:
        return None
    credential = sign_in.credential_of(world, session.access_key_id, session.session_token)
    if credential is None:
        return None
    if not session.session_token:
        ends_at = min(session.expires_at, now + timedelta(seconds=CREDENTIALS_SECONDS))
        return _document(world, credential.principal, _issue(world, credential.principal, ends_at))
    # A session makes no other session: what it was signed in with is what it works with.
    given = Credentials(credential.access_key_id, credential.secret, session.session_token, session.expires_at)
    return _document(world, credential.principal, given)


def of_anybody(world: World) -> dict[str, Any]:
    """Return the document where authentication is off, and everybody is the account's root user."""
    key = root_key(world.control, world.settings.account)
    principal = key.principal if key else root_of(world.settings.account)
    ends_at = world.clock.now() + timedelta(seconds=CREDENTIALS_SECONDS)
    return _document(world, principal, _issue(world, principal, ends_at))


def _issue(world: World, principal: Principal, ends_at: datetime) -> Credentials:
    """Return new credentials, as those of GetSessionToken but marked as the console's: nothing has to keep them."""
    session = SessionContext(issuer_of(principal), world.clock.now(), is_from_console=True)
    return credentials.new(world.control.secrets, world.ids, replace(principal, session=session), ends_at)


def _document(world: World, principal: Principal, made: Credentials) -> dict[str, Any]:
    settings = world.settings
    name = {"UserName": principal.name} if principal.name else {}
    return {
        "AccountId": principal.account,
        "Arn": principal.arn,
        **name,
        "Region": settings.region,
        "DaemonAddress": world.daemon_address,
        "Auth": settings.auth,
        "Version": __version__,
        "Credentials": {
            "AccessKeyId": made.access_key_id,
            "SecretAccessKey": made.secret,
            "SessionToken": made.token,
            "Expiration": f"{made.expires_at:%Y-%m-%dT%H:%M:%SZ}",
        },
    }
