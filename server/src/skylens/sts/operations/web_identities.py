"""Sessions of roles for those whom an OpenID Connect provider knows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from skylens.caller import Caller, Principal
from skylens.iam import oidc_providers
from skylens.iam.call_context import CallContext
from skylens.iam.policies_of import role_by_arn
from skylens.iam.policy.evaluate import Question, decide
from skylens.iam.policy.named_policy import NamedPolicy
from skylens.iam.policy.policies import Policies, parsed
from skylens.registry import AccessDenied, Call, Input, Output, operation
from skylens.sts import role_session, web_token
from skylens.sts.credentials import issue
from skylens.sts.errors import IdpRejectedClaim, ValidationError
from skylens.sts.provider_keys import KEYS
from skylens.sts.session_request import DEFAULT_SECONDS, policy_arns, policy_texts, session_conditions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skylens.iam.roles import Role
    from skylens.sts.web_token import WebIdentity

_ARN_PARTS: Final = 6
_DENIED: Final = "Not authorized to perform sts:AssumeRoleWithWebIdentity"
_MOST_TAGS: Final = 50


@operation("sts", "AssumeRoleWithWebIdentity")
def assume_role_with_web_identity(call: Call, request: Input) -> Output:
    """Return credentials of a role whose trust policy names the provider of the token. Nobody signs the call.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
    """
    arn = request["RoleArn"]
    account = _account(arn)
    with call.control.read() as connection:
        role = role_by_arn(connection, arn)
        providers = {each.url: each for each in oidc_providers.everything(connection, account)}
        arns = policy_arns(connection, request, account)
    identity = web_token.verify(
        request["WebIdentityToken"], providers.get, lambda url, key: KEYS.find(url, key, call.now), call.now
    )
    if role is None:
        raise AccessDenied(_DENIED)
    if len(identity.tags) > _MOST_TAGS:
        raise IdpRejectedClaim(f"The token has more than {_MOST_TAGS} tags")
    principal = role_session.of(role, _wanted(call, request, identity))
    _refuse_untrusted(call, request, role, _bearer(principal, identity))
    seconds = request.get("DurationSeconds", DEFAULT_SECONDS)
    role_session.check_seconds(role, seconds)
    return {
        **issue(call, principal, seconds, arns),
        "AssumedRoleUser": role_session.described(principal),
        "SubjectFromWebIdentityToken": identity.subject,
        "Audience": identity.audience,
        "Provider": identity.issuer,
        "SourceIdentity": identity.source_identity or None,
    }


def _account(arn: str) -> str:
    parts = arn.split(":", _ARN_PARTS - 1)
    if len(parts) != _ARN_PARTS or parts[:3] != ["arn", "aws", "iam"]:
        raise ValidationError(f"{arn} is invalid")
    return parts[4]


def _wanted(call: Call, request: Input, identity: WebIdentity) -> role_session.Wanted:
    return role_session.Wanted(
        name=request["RoleSessionName"],
        issued_at=call.now,
        policies=policy_texts(request),
        tags=identity.tags,
        transitive_tag_keys=identity.transitive_tag_keys,
        source_identity=identity.source_identity,
        federated_provider=identity.provider_arn,
        attributes=identity.attributes,
    )


def _bearer(session: Principal, identity: WebIdentity) -> Principal:
    """Return whoever holds the token, as the role's trust policy sees him."""
    told = f"{identity.issuer}:{identity.audience}:{identity.subject}"
    return replace(session, arn="", type="WebIdentityUser", id=told, name=identity.subject)


def _refuse_untrusted(call: Call, request: Input, role: Role, bearer: Principal) -> None:
    trust = parsed([NamedPolicy(role.trust_policy, role.name, type="resource")])
    policies = Policies(resource=trust, is_resource_mandatory=True, resource_part="role trust policy")
    asked = replace(call.api_call, caller=Caller(bearer, call.caller.region))
    conditions = session_conditions(_with_claims(request, bearer))
    for action in _actions(bearer):
        context = CallContext(asked, conditions, {}, lambda: role.tags)
        if not decide(Question(bearer, action, role.arn, context), policies).is_allowed:
            raise AccessDenied(_DENIED)


def _with_claims(request: Input, bearer: Principal) -> Input:
    """Return the request with what the token asks for in its place."""
    session = bearer.session
    if session is None:
        return request
    return {
        **request,
        "SourceIdentity": session.source_identity,
        "Tags": [{"Key": key, "Value": value} for key, value in session.tags.items()],
        "TransitiveTagKeys": session.transitive_tag_keys,
    }


def _actions(bearer: Principal) -> Iterator[str]:
    yield "sts:AssumeRoleWithWebIdentity"
    if bearer.session is not None and bearer.session.tags:
        yield "sts:TagSession"
    if bearer.session is not None and bearer.session.source_identity:
        yield "sts:SetSourceIdentity"
