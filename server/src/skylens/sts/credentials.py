"""Credentials: making those of a new session, within the limits of time and size."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from skylens.iam.access_keys import new_access_key_id
from skylens.sts.errors import PackedPolicyTooLarge
from skylens.sts.session_token import SessionContent, SessionTokens
from skylens.sts.sessions import KEY_PREFIX

if TYPE_CHECKING:
    from datetime import datetime

    from skylens.caller import Principal
    from skylens.ids import Ids
    from skylens.registry import Call
    from skylens.store.control.secrets import Secrets

# AWS packs policies and tags into a form of its own and tells how full that is, in hundredths. Ours is as large as this.
MOST_PACKED_BYTES: Final = 4_096


@dataclass(frozen=True, slots=True)
class Credentials:
    """An access key that ends, with the token that says what it stands for."""

    access_key_id: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    expires_at: datetime


def issue(call: Call, principal: Principal, seconds: int, arns: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the members of an answer that hands out the credentials of a session."""
    session = principal.session
    if session is None:
        raise AssertionError("credentials that end are of a session")
    percent = _packed_percent(session.policies, arns, session.tags)
    made = new(call.control.secrets, call.ids, principal, session.issued_at + timedelta(seconds=seconds), arns)
    credentials = {
        "AccessKeyId": made.access_key_id,
        "SecretAccessKey": made.secret,
        "SessionToken": made.token,
        "Expiration": made.expires_at,
    }
    return {"Credentials": credentials, "PackedPolicySize": percent or None}


def new(
    secrets: Secrets, ids: Ids, principal: Principal, expires_at: datetime, arns: tuple[str, ...] = ()
) -> Credentials:
    """Return new credentials of a session."""
    key_id = KEY_PREFIX + new_access_key_id(principal.account, ids)[len(KEY_PREFIX) :]
    tokens = SessionTokens(secrets)
    token = tokens.seal(SessionContent(key_id, principal, expires_at, arns))
    return Credentials(key_id, tokens.secret(token), token, expires_at)


def _packed_percent(texts: tuple[str, ...], arns: tuple[str, ...], tags: Any) -> int:
    if not (texts or arns or tags):
        return 0
    size = len(msgspec.json.encode([texts, arns, dict(tags)]))
    percent = -(-size * 100 // MOST_PACKED_BYTES)
    if percent > 100:  # noqa: PLR2004  # hundredths
        raise PackedPolicyTooLarge(f"Packed policy consumes {percent}% of allotted space, please use smaller policy.")
    return percent
