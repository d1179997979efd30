"""Sign-in: who may, by a key or by a one-time token. Each one that is looked at is on record before it is answered.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
"""

from __future__ import annotations

import asyncio
import hmac
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from skylens.caller import AccountId, Caller, Region
from skylens.cloudtrail.other_event import Origin, sign_in
from skylens.console import sessions, sign_in_tokens
from skylens.console.sessions import Session
from skylens.iam import accounts
from skylens.iam.access_keys import account_of

if TYPE_CHECKING:
    from skylens.cloudtrail.other_event import Visit
    from skylens.console.world import World
    from skylens.gateway.sigv4 import Credential

Failure = Literal["password", "user"]  # as CloudTrail tells them apart; whoever signs in is not told which

_KEY_ID: Final = re.compile(r"A[A-Z]{3}[A-Z2-7]{16}")
_NOBODY: Final = "no key has this secret"


@dataclass(frozen=True, slots=True)
class GivenKey:
    """A key as somebody typed it."""

    access_key_id: str
    secret: str = field(repr=False)
    session_token: str = field(default="", repr=False)


class TooManyAttempts(Exception):
    """The address has failed too often. This attempt was not looked at, and is not on record."""


class Refused(Exception):
    """There is no such key or token; it is on record."""


@dataclass(frozen=True, slots=True)
class _Checked:
    """What became of an attempt: whose it is where that is known, and why it failed."""

    account: str
    credential: Credential | None
    failure: Failure | Literal[""]


async def by_key(world: World, given: GivenKey, visit: Visit) -> str:
    """Return the id of a new session; raises TooManyAttempts, Refused, or NotRecorded."""
    _take_attempt(world, visit)
    return await _let_in(world, await asyncio.to_thread(_check_key, world, given), visit)


async def by_token(world: World, token: str, visit: Visit) -> str:
    """Use a token up and return the id of a new session; raises as ``by_key``."""
    _take_attempt(world, visit)
    return await _let_in(world, await asyncio.to_thread(_check_token, world, token), visit)


def credential_of(world: World, access_key_id: str, session_token: str = "") -> Credential | None:
    """Return a key that may be used now, or None."""
    credential = world.find_credential(access_key_id, session_token)
    if credential is None or (credential.expires_at is not None and credential.expires_at <= world.clock.now()):
        return None
    return credential


def _take_attempt(world: World, visit: Visit) -> None:
    if not world.attempts.take(visit.source_ip):
        raise TooManyAttempts


def _check_key(world: World, given: GivenKey) -> _Checked:
    credential = credential_of(world, given.access_key_id, given.session_token)
    # Compared in any case: an answer must take as long for a key that does not exist.
    known = _NOBODY if credential is None else credential.secret
    is_right = hmac.compare_digest(known.encode(), given.secret.encode())
    if credential is None:
        return _Checked(_account_in(world, given.access_key_id), None, "user")
    return _Checked(credential.principal.account, credential, "" if is_right else "password")


def _check_token(world: World, token: str) -> _Checked:
    with world.control.begin() as connection:
        shown = sign_in_tokens.use(connection, token, world.clock.now())
    if shown is None:
        return _Checked(world.settings.account, None, "user")
    credential = credential_of(world, shown.access_key_id)
    if credential is None:
        return _Checked(shown.account, None, "user")
    return _Checked(shown.account, credential, "" if shown.is_good else "password")


def _account_in(world: World, access_key_id: str) -> str:
    """Return in whose history it stands that somebody tried a key that nobody has: the account's that its id names."""
    if _KEY_ID.fullmatch(access_key_id):
        with world.control.read() as connection:
            if (found := accounts.find(connection, account_of(access_key_id))) is not None:
                return found.number
    return world.settings.account


async def _let_in(world: World, checked: _Checked, visit: Visit) -> str:
    region, credential = Region(world.settings.region), checked.credential
    origin = Origin(AccountId(checked.account), region, world.clock.now(), world.ids.uuid())
    caller = Caller(credential.principal, region, credential.access_key_id) if credential else None
    await world.record([sign_in(origin, visit, caller, checked.failure)])
    if credential is None or checked.failure:
        raise Refused
    world.attempts.give_back(visit.source_ip)
    return await asyncio.to_thread(_begin, world, credential)


def _begin(world: World, credential: Credential) -> str:
    now = world.clock.now()
    ends_at = sessions.last_until(now, credential.expires_at)
    account, key_id = credential.principal.account, credential.access_key_id
    session = Session(account, key_id, ends_at, credential.token)
    with world.control.begin() as connection:
        return sessions.begin(connection, world.control.secrets, world.ids, session, now)
