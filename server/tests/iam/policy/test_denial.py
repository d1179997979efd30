"""The sentences of denials, as AWS writes them."""

import pytest
from policies import (
    GROUP_ARN,
    READER,
    ROLE_ARN,
    SESSION_ARN,
    USER_ARN,
    a_policy,
    a_statement,
    allowing,
    ask,
    denying,
    on_resource,
    policies,
)

from skylens.iam.policy.denial import sentence
from skylens.iam.policy.evaluate import decide

ME = f"User: {USER_ARN} is not authorized to perform: xray:GetGroup on resource: {GROUP_ARN}"
YES, NO = allowing("xray:*"), allowing("kms:*")
DENY = denying("xray:*")
MANAGED = a_policy(a_statement("Deny"), arn="arn:aws:iam::111122223333:policy/limits")


@pytest.mark.parametrize(
    ("given", "ending"),
    [
        (policies(), " because no identity-based policy allows the xray:GetGroup action"),
        (policies(YES, boundary=NO), " because no permissions boundary allows the xray:GetGroup action"),
        (policies(YES, session=(NO,)), " because no session policy allows the xray:GetGroup action"),
        (
            policies(YES, is_resource_mandatory=True),
            " because no resource-based policy allows the xray:GetGroup action",
        ),
        (policies(DENY), " with an explicit deny in an identity-based policy"),
        (policies(YES, boundary=DENY), " with an explicit deny in a permissions boundary"),
        (policies(YES, session=(DENY,)), " with an explicit deny in a session policy"),
        (policies(YES, resource=(on_resource("*", "Deny"),)), " with an explicit deny in a resource-based policy"),
        (
            policies(MANAGED),
            " with an explicit deny in an identity-based policy: arn:aws:iam::111122223333:policy/limits",
        ),
        (
            policies(resource=(on_resource("*", "Deny"),), resource_part="role trust policy"),
            " with an explicit deny in the role trust policy",
        ),
    ],
)
def test_a_denial_names_the_policy_that_decided(given, ending):
    assert sentence(ask(), decide(ask(), given)) == ME + ending


def test_an_action_without_a_resource_names_none():
    question = ask(READER, "xray:PutTraceSegments", "*")
    assert sentence(question, decide(question, policies())) == (
        f"User: {SESSION_ARN} is not authorized to perform: xray:PutTraceSegments"
        " because no identity-based policy allows the xray:PutTraceSegments action"
    )


def test_a_role_s_existence_is_not_told():
    question = ask(action="sts:AssumeRole", resource=ROLE_ARN)
    denied = decide(question, policies(is_resource_mandatory=True, resource_part="role trust policy"))
    assert sentence(question, denied) == (
        f"User: {USER_ARN} is not authorized to perform: sts:AssumeRole on resource: {ROLE_ARN}"
    )
