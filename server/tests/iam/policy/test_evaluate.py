"""The decision table of AWS's evaluation logic, case by case."""

import pytest
from policies import (
    BOB,
    FEDERATED_ARN,
    GROUP_ARN,
    GUEST,
    OTHER,
    READER,
    ROLE_ARN,
    ROOT_NAME,
    SESSION_ARN,
    USER_ARN,
    a_policy,
    a_statement,
    allowing,
    allows,
    ask,
    denying,
    on_resource,
    policies,
)

from skylens.caller import Principal, Session, root_of
from skylens.iam.policy.evaluate import decide

YES, NO = allowing("xray:*"), allowing("kms:*")
DENY = denying("xray:GetGroup")
AWS = "AWS"
ANYBODY = on_resource("*")
THEIR_GROUP = GROUP_ARN.replace("111122223333", OTHER)

SAME_ACCOUNT = [
    # name, principal, policies, allowed
    ("nothing is allowed by nothing", BOB, policies(), False),
    ("an identity policy allows", BOB, policies(YES), True),
    ("another action's does not", BOB, policies(NO), False),
    ("one of several is enough", BOB, policies(NO, YES), True),
    ("a deny beside it wins", BOB, policies(YES, DENY), False),
    ("a boundary must allow, too", BOB, policies(YES, boundary=NO), False),
    ("a boundary alone allows nothing", BOB, policies(boundary=YES), False),
    ("both allow", BOB, policies(YES, boundary=YES), True),
    ("a deny in the boundary wins", BOB, policies(YES, boundary=a_policy(a_statement(), a_statement("Deny"))), False),
    ("a session policy must allow, too", READER, policies(YES, session=(NO,)), False),
    ("one of the session's policies is enough", READER, policies(YES, session=(NO, YES)), True),
    ("a session policy alone allows nothing", READER, policies(session=(YES,)), False),
    ("a deny in a session policy wins", READER, policies(YES, session=(YES, DENY)), False),
    ("a session that must have a policy and has none", GUEST, policies(YES, is_session_bound=True), False),
    ("the resource names the user", BOB, policies(resource=(on_resource({AWS: USER_ARN}),)), True),
    ("and passes its boundary", BOB, policies(boundary=NO, resource=(on_resource({AWS: USER_ARN}),)), True),
    (
        "but not a deny of the boundary",
        BOB,
        policies(boundary=DENY, resource=(on_resource({AWS: USER_ARN}),)),
        False,
    ),
    (
        "the resource names the account, which delegates",
        BOB,
        policies(resource=(on_resource({AWS: ROOT_NAME}),)),
        False,
    ),
    ("and the account allows", BOB, policies(YES, resource=(on_resource({AWS: ROOT_NAME}),)), True),
    ("the resource names the account by its number", BOB, policies(resource=(on_resource({AWS: BOB.account}),)), False),
    ("the resource names the role", READER, policies(resource=(on_resource({AWS: ROLE_ARN}),)), True),
    ("whose boundary counts", READER, policies(boundary=NO, resource=(on_resource({AWS: ROLE_ARN}),)), False),
    ("whose session policy counts", READER, policies(session=(NO,), resource=(on_resource({AWS: ROLE_ARN}),)), False),
    (
        "the resource names the session, past boundary and session policy",
        READER,
        policies(boundary=NO, session=(NO,), resource=(on_resource({AWS: SESSION_ARN}),)),
        True,
    ),
    (
        "the resource names the federated user",
        GUEST,
        policies(session=(NO,), is_session_bound=True, resource=(on_resource({AWS: FEDERATED_ARN}),)),
        True,
    ),
    (
        "the resource names the federated user's user, whose session policy counts",
        GUEST,
        policies(session=(NO,), is_session_bound=True, resource=(on_resource({AWS: USER_ARN}),)),
        False,
    ),
    ("the resource is open to anybody", BOB, policies(boundary=NO, resource=(ANYBODY,)), True),
    ("* and AWS * are the same", BOB, policies(resource=(on_resource({AWS: "*"}),)), True),
    ("a deny on the resource wins", BOB, policies(YES, resource=(on_resource("*", "Deny"),)), False),
    (
        "a deny on the resource of somebody else",
        BOB,
        policies(YES, resource=(on_resource({AWS: ROLE_ARN}, "Deny"),)),
        True,
    ),
    ("a silent resource policy", BOB, policies(YES, resource=(on_resource({AWS: ROLE_ARN}),)), True),
    ("a name in another case is another's", BOB, policies(resource=(on_resource({AWS: USER_ARN[:-1] + "B"}),)), False),
]


@pytest.mark.parametrize(
    ("principal", "given", "expected"), [c[1:] for c in SAME_ACCOUNT], ids=[c[0] for c in SAME_ACCOUNT]
)
def test_within_an_account(principal, given, expected):
    assert allows(given, ask(principal)) is expected


CROSS_ACCOUNT = [
    ("an identity policy alone", BOB, policies(YES), False),
    ("the resource alone", BOB, policies(resource=(on_resource({AWS: USER_ARN}),)), False),
    ("both", BOB, policies(YES, resource=(on_resource({AWS: USER_ARN}),)), True),
    ("the account on the resource, and an identity policy", BOB, policies(YES, resource=(on_resource({AWS: ROOT_NAME}),)), True),
    ("another account on the resource", BOB, policies(YES, resource=(on_resource({AWS: OTHER}),)), False),
    ("the boundary counts", BOB, policies(YES, boundary=NO, resource=(on_resource({AWS: USER_ARN}),)), False),
    ("the session policy counts", READER, policies(YES, session=(NO,), resource=(on_resource({AWS: SESSION_ARN}),)), False),
    ("a session that the resource names, with its role's policy", READER, policies(YES, resource=(on_resource({AWS: SESSION_ARN}),)), True),
    ("anybody on the resource", BOB, policies(YES, resource=(ANYBODY,)), True),
    ("anybody on the resource, but not the identity", BOB, policies(resource=(ANYBODY,)), False),
    ("a root user needs the resource", root_of(BOB.account), policies(is_root=True), False),
    ("a root user that the resource names", root_of(BOB.account), policies(is_root=True, resource=(on_resource({AWS: ROOT_NAME}),)), True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("principal", "given", "expected"), [c[1:] for c in CROSS_ACCOUNT], ids=[c[0] for c in CROSS_ACCOUNT]
)
def test_over_accounts(principal, given, expected):
    assert allows(given, ask(principal, resource=THEIR_GROUP)) is expected


MANDATORY = [
    ("an identity policy is worth nothing by itself", BOB, policies(YES, is_resource_mandatory=True), False),
    ("the account delegates and the identity allows", BOB, policies(YES, resource=(on_resource({AWS: ROOT_NAME}),), is_resource_mandatory=True), True),
    ("the account delegates and the identity is silent", BOB, policies(resource=(on_resource({AWS: ROOT_NAME}),), is_resource_mandatory=True), False),
    ("the user is named and needs no more", BOB, policies(resource=(on_resource({AWS: USER_ARN}),), is_resource_mandatory=True), True),
    ("the role is named and needs no more", READER, policies(resource=(on_resource({AWS: ROLE_ARN}),), is_resource_mandatory=True), True),
    ("not even a root user that it leaves out", root_of(BOB.account), policies(is_root=True, is_resource_mandatory=True), False),
    ("a root user that it names", root_of(BOB.account), policies(is_root=True, resource=(on_resource({AWS: ROOT_NAME}),), is_resource_mandatory=True), True),
]  # fmt: skip


@pytest.mark.parametrize(("principal", "given", "expected"), [c[1:] for c in MANDATORY], ids=[c[0] for c in MANDATORY])
def test_where_the_resource_policy_is_mandatory(principal, given, expected):
    assert allows(given, ask(principal)) is expected


def test_a_root_user_may_do_anything_in_its_account():
    assert allows(policies(is_root=True), ask(root_of(BOB.account)))


def test_a_root_user_obeys_a_deny_on_the_resource():
    assert not allows(policies(is_root=True, resource=(on_resource("*", "Deny"),)), ask(root_of(BOB.account)))


def test_a_session_of_the_root_user_is_narrowed_by_its_policy():
    assert not allows(policies(is_root=True, session=(NO,)), ask(GUEST))
    assert allows(policies(is_root=True, session=(YES,)), ask(GUEST))


def a_service(name="sns.amazonaws.com"):
    return Principal(BOB.account, name, "AWSService", name, name)


def test_a_service_is_let_in_by_the_resource_only():
    assert not allows(policies(YES), ask(a_service()))
    assert allows(policies(resource=(on_resource({"Service": "sns.amazonaws.com"}),)), ask(a_service()))
    assert not allows(policies(resource=(on_resource({"Service": "s3.amazonaws.com"}),)), ask(a_service()))


def test_a_web_identity_is_let_in_by_its_provider():
    provider = f"arn:aws:iam::{BOB.account}:oidc-provider/id.test"
    session = Session(READER.session.issuer, READER.session.issued_at, federated_provider=provider)
    visitor = Principal(BOB.account, provider, "WebIdentityUser", "sub", "sub", session)
    question = ask(visitor, "sts:AssumeRoleWithWebIdentity", ROLE_ARN)
    trust = a_policy(
        a_statement(resource=None, action="sts:AssumeRoleWithWebIdentity", Principal={"Federated": provider})
    )
    assert allows(policies(resource=(trust,), is_resource_mandatory=True), question)
    assert not allows(policies(is_resource_mandatory=True), question)


@pytest.mark.parametrize(
    ("listed", "is_denied"),
    [
        ([USER_ARN, ROOT_NAME], False),
        ([USER_ARN], True),  # without its account
        ([ROOT_NAME], True),
        ([ROLE_ARN, ROOT_NAME], True),
        (["*"], False),
    ],
)
def test_a_deny_spares_whom_not_principal_lists_with_its_account(listed, is_denied):
    spared = a_policy(a_statement("Deny", "*", "*", NotPrincipal={AWS: listed}))
    assert allows(policies(YES, resource=(spared,))) is not is_denied


def test_a_deny_spares_a_session_that_not_principal_lists_with_role_and_account():
    spared = a_policy(a_statement("Deny", "*", "*", NotPrincipal={AWS: [SESSION_ARN, ROLE_ARN, ROOT_NAME]}))
    assert allows(policies(YES, resource=(spared,)), ask(READER))
    spared = a_policy(a_statement("Deny", "*", "*", NotPrincipal={AWS: [SESSION_ARN, ROOT_NAME]}))
    assert not allows(policies(YES, resource=(spared,)), ask(READER))


def test_allowing_all_but_somebody_lets_nobody_in():
    open_to_others = a_policy(a_statement(NotPrincipal={AWS: ROLE_ARN}))
    assert not allows(policies(resource=(open_to_others,)))


def test_the_id_of_a_deleted_user_names_nobody():
    assert not allows(policies(resource=(on_resource({AWS: "AIDABOBBOBBOB"}),)))


def test_not_action_allows_everything_else():
    given = policies(a_policy({"Effect": "Allow", "NotAction": ["xray:Delete*"], "Resource": "*"}))
    assert allows(given)
    assert not allows(given, ask(action="xray:DeleteGroup"))


def test_not_resource_allows_everything_else():
    given = policies(a_policy({"Effect": "Allow", "Action": "*", "NotResource": GROUP_ARN}))
    assert not allows(given)
    assert allows(given, ask(resource=GROUP_ARN.replace("Checkout", "Cart")))


def test_actions_ignore_case_and_resources_do_not():
    assert allows(policies(allowing("XRAY:getgroup")))
    assert not allows(policies(allowing("*", resource=GROUP_ARN.replace("Checkout", "checkout"))))


def test_a_decision_names_the_statement_that_denied():
    decision = decide(ask(), policies(YES, a_policy(a_statement(), a_statement("Deny", Sid="Stop"), name="limits")))
    (match,) = decision.matched
    assert (decision.is_explicit, match.statement.sid, match.parsed.named.name) == (True, "Stop", "limits")


@pytest.mark.parametrize(
    ("given", "part"),
    [
        (policies(), "identity-based policy"),
        (policies(YES, boundary=NO), "permissions boundary"),
        (policies(YES, session=(NO,)), "session policy"),
        (policies(YES, is_resource_mandatory=True), "resource-based policy"),
        (policies(YES, is_resource_mandatory=True, resource_part="role trust policy"), "role trust policy"),
    ],
)
def test_a_decision_names_the_part_that_was_silent(given, part):
    decision = decide(ask(), given)
    assert (decision.is_explicit, decision.part) == (False, part)


def test_a_decision_tells_itself():
    assert repr(decide(ask(), policies())) == "<Decision not allowed by no identity-based policy>"
    assert repr(decide(ask(), policies(YES))) == "<Decision allowed by p>"
