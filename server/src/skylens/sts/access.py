"""What each operation of STS needs, and how the audit trail files it.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.registry import Access, Need, declare_access
from skylens.sts.session_request import inherited_tags, session_conditions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skylens.caller import Caller
    from skylens.registry import Input
    from skylens.store.control import Control


def _role(_: Caller, request: Input) -> tuple[str]:
    return (request.get("RoleArn", "*"),)


def _federated_user(caller: Caller, request: Input) -> tuple[str]:
    return (f"arn:aws:sts::{caller.account}:federated-user/{request.get('Name', '')}",)


def _assuming(_: Control, caller: Caller, request: Input) -> Iterator[Need]:
    """Assuming a role, and passing tags and a source identity on, those included that follow the caller's session."""
    role, conditions = request.get("RoleArn", "*"), session_conditions(request)
    yield Need("sts:AssumeRole", role, conditions)
    if request.get("Tags") or inherited_tags(caller.principal):
        yield Need("sts:TagSession", role, conditions)
    session = caller.principal.session
    if request.get("SourceIdentity") or (session is not None and session.source_identity):
        yield Need("sts:SetSourceIdentity", role, conditions)


def _federating(_: Control, caller: Caller, request: Input) -> Iterator[Need]:
    (user,), conditions = _federated_user(caller, request), session_conditions(request)
    yield Need("sts:GetFederationToken", user, conditions)
    if request.get("Tags"):
        yield Need("sts:TagSession", user, conditions)


declare_access(
    "sts",
    {
        "AssumeRole": Access(read_only=True, resources=_role, needs=_assuming),
        "AssumeRoleWithWebIdentity": Access(read_only=True, resources=_role, is_unsigned=True),
        "DecodeAuthorizationMessage": Access(read_only=True),
        "GetAccessKeyInfo": Access(read_only=True),
        "GetCallerIdentity": Access(read_only=True, is_open=True),
        "GetFederationToken": Access(resources=_federated_user, needs=_federating),
        "GetSessionToken": Access(is_open=True),
    },
)
