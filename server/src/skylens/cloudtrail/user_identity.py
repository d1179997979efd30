"""User identity: who made a call, in the words of a record, for every kind of caller.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skylens.caller import Caller, Principal, Session

# People type passwords where a user name belongs: a name that is nobody's is not written down.
HIDDEN: Final = "HIDDEN_DUE_TO_SECURITY_REASONS"


def user_identity(caller: Caller, *, alias: str = "") -> dict[str, Any]:
    """Return the ``userIdentity`` of a caller; ``alias`` is that of its account, which a root user goes by."""
    principal = caller.principal
    if principal.type == "AWSService":
        return {"type": "AWSService", "invokedBy": caller.invoked_by or principal.id}
    if principal.type == "Anonymous":
        return {"type": "Unknown"}
    identity = _of_principal(principal, caller.access_key_id, alias)
    if caller.invoked_by:
        identity["invokedBy"] = caller.invoked_by
    return identity


def _of_principal(principal: Principal, access_key_id: str, alias: str) -> dict[str, Any]:
    identity: dict[str, Any] = {"type": principal.type, "principalId": principal.id}
    if principal.type != "WebIdentityUser":
        identity |= {"arn": principal.arn, "accountId": principal.account}
        if access_key_id:
            identity["accessKeyId"] = access_key_id
    name = alias if principal.type == "Root" else principal.name
    if name and principal.type in {"Root", "IAMUser", "WebIdentityUser"}:
        identity["userName"] = name
    if principal.session is not None:
        if principal.type == "WebIdentityUser":
            return identity | {"identityProvider": principal.session.federated_provider}
        identity["sessionContext"] = _session_context(principal, principal.session)
    return identity


def _session_context(principal: Principal, session: Session) -> dict[str, Any]:
    context: dict[str, Any] = {}
    if principal.type in {"AssumedRole", "FederatedUser"}:
        issuer = session.issuer
        context["sessionIssuer"] = {
            "type": issuer.type,
            "principalId": issuer.principal_id,
            "arn": issuer.arn,
            "accountId": issuer.account,
            **({"userName": issuer.name} if issuer.name else {}),
        }
    if session.federated_provider:
        context["webIdFederationData"] = {
            "federatedProvider": session.federated_provider,
            "attributes": dict(session.attributes),
        }
    context["attributes"] = {
        "creationDate": f"{session.issued_at:%Y-%m-%dT%H:%M:%SZ}",
        "mfaAuthenticated": "true" if session.has_mfa else "false",
    }
    if session.source_identity:
        context["sourceIdentity"] = session.source_identity
    return context


def foreign_identity(caller: Caller) -> dict[str, Any]:
    """Return what another account's copy of a record says of its caller: not who it is, only whose."""
    principal = caller.principal
    if principal.type == "AWSService":
        return user_identity(caller)
    return {"type": "AWSAccount", "principalId": principal.id, "accountId": principal.account}


def web_identity(output: Mapping[str, Any] | None, provider: str) -> dict[str, Any]:
    """Return who a web identity's token spoke for, once STS has verified it; before that it is nobody."""
    if not output or not output.get("SubjectFromWebIdentityToken"):
        return {"type": "Unknown"}
    issuer, subject = output.get("Provider", provider), output["SubjectFromWebIdentityToken"]
    return {
        "type": "WebIdentityUser",
        "principalId": f"{issuer}:{output.get('Audience', '')}:{subject}",
        "userName": subject,
        "identityProvider": issuer,
    }


def username(caller: Caller) -> str:
    """Return the name under which event history lists a caller.

    >>> from skylens.caller import Caller, Region, root_of
    >>> username(Caller(root_of("000000000000"), Region("us-east-1")))
    'root'
    """
    match caller.principal.type:
        case "Root":
            return "root"
        case "AWSService" | "Anonymous":
            return ""
    return caller.principal.name
