"""What temporary credentials may not do, whatever policies say.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from skylens.registry import AccessDenied

if TYPE_CHECKING:
    from skylens.registry import ApiCall

# A session is never the beginning of another that outlives it, but that of a role.
_OF_LONG_LIVED_KEYS: Final = frozenset({"GetSessionToken", "GetFederationToken"})
_OF_FEDERATED_USERS: Final = frozenset({"GetCallerIdentity"})
_OF_USERS: Final = _OF_FEDERATED_USERS | {"AssumeRole"}


def refuse_beyond_session(call: ApiCall) -> None:
    """Raise AccessDenied where a session's kind cannot make the call."""
    principal = call.caller.principal
    session = principal.session
    if session is None or call.service not in {"iam", "sts"}:
        return
    if call.service == "sts" and call.operation in _OF_LONG_LIVED_KEYS:
        raise AccessDenied(f"Cannot call {call.operation} with session credentials")
    if principal.type == "AssumedRole" or session.is_from_console:
        return
    if call.service == "iam":
        if not session.has_mfa:
            raise AccessDenied(f"Cannot call IAM as {principal.arn} with session credentials")
        return
    allowed = _OF_FEDERATED_USERS if principal.type == "FederatedUser" else _OF_USERS
    if call.operation not in allowed:
        raise AccessDenied(f"Cannot call {call.operation} as {principal.arn} with session credentials")
