"""Credentials: making those of a new session, within the limits of time and size."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from skylens.iam.access_keys import new_access_key_id
from skylens.sts.errors import PackedPolicyTooLarge
from skylens.sts.session_token import SessionContent, SessionTokens
from skylens.sts.sessions import KEY_PREFIX

if TYPE_CHECKING:
    from skylens.caller import Principal
    from skylens.registry import Call

# AWS packs policies and tags into a form of its own and tells how full that is, in hundredths. Ours is as large as this.
MOST_PACKED_BYTES: Final = 4_096


@dataclass(frozen=True, slots=True)
class SessionPolicies:
    """What narrows a session: texts, and ARNs of managed policies."""

    texts: tuple[str, ...] = ()
    arns: tuple[str, ...] = ()


def issue(call: Call, principal: Principal, seconds: int, arns: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the members of an answer that hands out the credentials of a session."""
    session = principal.session
    if session is None:
        raise AssertionError("credentials that end are of a session")
    percent = _packed_percent(session.policies, arns, session.tags)
    key_id = KEY_PREFIX + new_access_key_id(principal.account, call.ids)[len(KEY_PREFIX) :]
    expires_at = session.issued_at + timedelta(seconds=seconds)
    tokens = SessionTokens(call.control.secrets)
    token = tokens.seal(SessionContent(key_id, principal, expires_at, arns))
    credentials = {
        "AccessKeyId": key_id,
        "SecretAccessKey": tokens.secret(token),
        "SessionToken": token,
        "Expiration": expires_at,
    }
    return {"Credentials": credentials, "PackedPolicySize": percent or None}


def _packed_percent(texts: tuple[str, ...], arns: tuple[str, ...], tags: Any) -> int:
    if not (texts or arns or tags):
        return 0
    size = len(msgspec.json.encode([texts, arns, dict(tags)]))
    percent = -(-size * 100 // MOST_PACKED_BYTES)
    if percent > 100:  # noqa: PLR2004  # hundredths
        raise PackedPolicyTooLarge(f"Packed policy consumes {percent}% of allotted space, please use smaller policy.")
    return percent
