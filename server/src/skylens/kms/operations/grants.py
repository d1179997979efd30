"""Grants: give, list, retire and revoke them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from skylens.kms import grant
from skylens.kms.errors import InvalidRequest
from skylens.kms.grant import Grant
from skylens.kms.key_id import resolve
from skylens.kms.page import page
from skylens.kms.revision import changing
from skylens.kms.working_key import stop_where_dry
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from collections.abc import Sequence

_GRANTS_PER_PAGE = 50
_ID_DIGITS = 64


@operation("kms", "CreateGrant")
def create_grant(call: Call, request: Input) -> Output:
    """Let a principal or a service use a key; who asks twice under the same name gets the same grant.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html
    """
    grantee, retiring = _principal(request, "Grantee"), _principal(request, "Retiring")
    if not grantee:
        raise InvalidRequest("A grant needs a GranteePrincipal or a GranteeServicePrincipal.")
    with changing(call.control) as connection:
        key = resolve(connection, call.caller, request["KeyId"])
        key.check_usable()
        new = Grant(
            account=key.account,
            region=key.region,
            key_id=key.key_id,
            grant_id=call.ids.hex(_ID_DIGITS),
            number=0,
            name=request.get("Name", ""),
            issuing_account=f"arn:aws:iam::{call.caller.account}:root",
            grantee=grantee,
            retiring=retiring,
            operations=request["Operations"],
            constraints=request.get("Constraints", {}),
            created_at=call.now,
        )
        grant.check(key, new)
        stop_where_dry(request)
        given = grant.same(connection, new) or grant.create(connection, new)
    return {"GrantToken": given.token, "GrantId": given.grant_id}


@operation("kms", "ListGrants")
def list_grants(call: Call, request: Input) -> Output:
    """Return a key's grants, the newest first; one, or those of one grantee, where asked.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html
    """
    with call.control.read() as connection:
        key = resolve(connection, call.caller, request["KeyId"])
        grants = grant.of_key(connection, key.account, key.region, key.key_id)
    if "GrantId" in request:
        grants = [found for found in grants if found.grant_id == request["GrantId"]]
    if grantee := _principal(request, "Grantee"):
        grants = [found for found in grants if found.grantee == grantee]
    return _page(grants, request)


@operation("kms", "ListRetirableGrants")
def list_retirable_grants(call: Call, request: Input) -> Output:
    """Return the grants that the account gave and that a principal may retire.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_ListRetirableGrants.html
    """
    retiring = _principal(request, "Retiring")
    if not retiring:
        raise InvalidRequest("Name a RetiringPrincipal or a RetiringServicePrincipal.")
    with call.control.read() as connection:
        grants = grant.retirable(connection, call.caller.account, call.caller.region, retiring)
    return _page(grants, request)


@operation("kms", "RetireGrant")
def retire_grant(call: Call, request: Input) -> Output:
    """End a grant that has done its work, named by its token or by its key and id.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_RetireGrant.html
    """
    by_token, by_id = "GrantToken" in request, "KeyId" in request and "GrantId" in request
    if by_token == by_id:
        raise InvalidRequest("Name the grant by its GrantToken, or by its KeyId and GrantId.")
    arn, grant_id = grant.read_token(request["GrantToken"]) if by_token else (request["KeyId"], request["GrantId"])
    return _end(call, request, arn, grant_id)


@operation("kms", "RevokeGrant")
def revoke_grant(call: Call, request: Input) -> Output:
    """End a grant of one's key.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_RevokeGrant.html
    """
    return _end(call, request, request["KeyId"], request["GrantId"])


def _end(call: Call, request: Input, key_id: str, grant_id: str) -> Output:
    with changing(call.control) as connection:
        grant.delete(connection, resolve(connection, call.caller, key_id), grant_id)
        stop_where_dry(request)  # the transaction takes the deletion back
    return {}


def _principal(request: Input, role: str) -> str:
    principal, service = request.get(f"{role}Principal", ""), request.get(f"{role}ServicePrincipal", "")
    if principal and service:
        raise InvalidRequest(f"Name a {role}Principal or a {role}ServicePrincipal, not both.")
    return str(principal or service)


def _page(grants: Sequence[Grant], request: Input) -> dict[str, Any]:
    chosen, rest = page(grants, request, lambda found: found.grant_id, default=_GRANTS_PER_PAGE)
    return {"Grants": [found.document() for found in chosen], **rest}
