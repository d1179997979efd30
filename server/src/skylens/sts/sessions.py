"""Sessions: the gateway's look-up of temporary keys. The token proves itself; the database only says what was revoked since."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from skylens.iam import managed, named, revision
from skylens.iam.roles import Role
from skylens.iam.users import User
from skylens.sts.session_token import SessionTokens

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from skylens.caller import Principal
    from skylens.clock import Clock
    from skylens.store.control import Control
    from skylens.sts.session_token import SessionContent

KEY_PREFIX: Final = "ASIA"
# How long what another process revoked may still be used on this one.
_REMEMBERED_SECONDS: Final = 5.0
_MANY: Final = 10_000
# A managed policy that is gone allows nothing; without any policy the session would not be narrowed at all.
_NOTHING: Final = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:Nothing","Resource":"*"}}'


class SessionKey(NamedTuple):
    """A temporary key as its token says, and until when it is good."""

    secret: str
    principal: Principal
    expires_at: datetime


class _Remembered(NamedTuple):
    asked_at: float
    revision: int
    content: SessionContent
    key: SessionKey | None


class Sessions:
    """The sessions as the gateway looks them up; what this process revokes is refused at once."""

    def __init__(self, control: Control, clock: Clock) -> None:
        self._control, self._clock = control, clock
        self._tokens = SessionTokens(control.secrets)
        self._known: dict[str, _Remembered] = {}

    def find(self, access_key_id: str, token: str) -> SessionKey | None:
        """Return the key of a token, or None for a token that is not this key's, or whose user or role is gone."""
        known = self._known.get(token)
        if known is None or not self._counts(known):
            content = known.content if known else self._tokens.open(token)
            if content is None:
                return None
            known = self._remember(token, content)
        return known.key if known.content.access_key_id == access_key_id else None

    def _counts(self, known: _Remembered) -> bool:
        is_recent = self._clock.monotonic() - known.asked_at <= _REMEMBERED_SECONDS
        return is_recent and known.revision == revision.current()

    def _remember(self, token: str, content: SessionContent) -> _Remembered:
        now, revised = self._clock.monotonic(), revision.current()
        key = self._key(token, content)
        if len(self._known) >= _MANY:
            self._known.clear()
        known = self._known[token] = _Remembered(now, revised, content, key)
        return known

    def _key(self, token: str, content: SessionContent) -> SessionKey | None:
        principal, session = content.principal, content.principal.session
        if session is None:
            raise AssertionError("every token is of a session")
        with self._control.read() as connection:
            ends_at = _end(connection, principal, content.expires_at)
            if ends_at is None:
                return None
            policies = tuple(_policy(connection, session.issuer.account, arn) for arn in content.policy_arns)
        if policies:
            principal = replace(principal, session=replace(session, policies=(*session.policies, *policies)))
        return SessionKey(self._tokens.secret(token), principal, ends_at)


def _end(connection: Connection, principal: Principal, expires_at: datetime) -> datetime | None:
    """Return when a session ends: earlier than it was told where it was revoked, never begun where its issuer is gone."""
    session = principal.session
    if session is None:
        raise AssertionError("every token is of a session")
    match session.issuer.type:
        case "Role":
            role = named.by_id(connection, Role, session.issuer.principal_id)
            if role is None:
                return None
            if role.revoked_before is not None and session.issued_at < role.revoked_before:
                return min(expires_at, role.revoked_before)
        case "IAMUser":
            if named.by_id(connection, User, session.issuer.principal_id) is None:
                return None
    return expires_at


def _policy(connection: Connection, account: str, arn: str) -> str:
    policy = managed.find(connection, account, arn)
    return _NOTHING if policy is None else managed.in_force(connection, policy).text
