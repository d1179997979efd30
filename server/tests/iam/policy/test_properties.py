"""What is true of all policies."""

import json

from hypothesis import given
from hypothesis import strategies as st
from policies import (
    BOB,
    GUEST,
    OTHER,
    READER,
    ROLE_ARN,
    ROOT_NAME,
    SESSION_ARN,
    USER_ARN,
    ask,
    policies,
)

from skylens.caller import root_of
from skylens.iam.policy.evaluate import decide
from skylens.iam.policy.named_policy import NamedPolicy
from skylens.iam.policy.simulate import simulate

ACTIONS = st.sampled_from(["*", "xray:*", "xray:Get*", "xray:GetGroup", "xray:PutTraceSegments", "kms:Decrypt"])
RESOURCES = st.sampled_from(
    ["*", "arn:aws:xray:*:*:group/*", "arn:aws:xray:eu-west-1:111122223333:group/${aws:username}/*"]
)
PRINCIPALS = st.sampled_from(
    [
        "*",
        {"AWS": USER_ARN},
        {"AWS": ROLE_ARN},
        {"AWS": SESSION_ARN},
        {"AWS": ROOT_NAME},
        {"Service": "sns.amazonaws.com"},
    ]
)
OPERATORS = st.sampled_from(["StringEquals", "StringNotLike", "StringLikeIfExists", "ForAllValues:StringLike", "Null"])
CONDITIONS = st.dictionaries(
    OPERATORS,
    st.dictionaries(
        st.sampled_from(["aws:username", "aws:TagKeys"]),
        st.sampled_from(["bob", "true", "${aws:username}", "*"]),
        min_size=1,
    ),
    max_size=2,
)


@st.composite
def statements(draw, *, with_principal=False):
    statement = {"Effect": draw(st.sampled_from(["Allow", "Deny"]))}
    statement[draw(st.sampled_from(["Action", "NotAction"]))] = draw(st.lists(ACTIONS, min_size=1, max_size=2))
    statement[draw(st.sampled_from(["Resource", "NotResource"]))] = draw(RESOURCES)
    if draw(st.booleans()):
        statement["Condition"] = draw(CONDITIONS)
    if with_principal:
        statement["Principal"] = draw(PRINCIPALS)
    return statement


def texts(*, with_principal=False):
    return st.lists(statements(with_principal=with_principal), max_size=4)


QUESTIONS = st.builds(
    lambda principal, action, account, keys: ask(
        principal,
        action,
        f"arn:aws:xray:eu-west-1:{account}:group/bob/X",
        **{k.replace(":", "__"): v for k, v in keys.items()},
    ),
    st.sampled_from([BOB, READER, GUEST, root_of(BOB.account)]),
    st.sampled_from(["xray:GetGroup", "xray:DeleteGroup", "kms:Decrypt"]),
    st.sampled_from([BOB.account, OTHER]),
    st.fixed_dictionaries({}, optional={"aws:username": st.just("bob"), "aws:TagKeys": st.just(("bob", "x"))}),
)
SETS = st.fixed_dictionaries(
    {
        "identity": texts(),
        "boundary": st.none() | texts(),
        "session": st.lists(texts(), max_size=2),
        "resource": texts(with_principal=True),
        "is_mandatory": st.booleans(),
        "is_root": st.booleans(),
    }
)


def named(found):
    return NamedPolicy(json.dumps({"Version": "2012-10-17", "Statement": found}), "p")


def built(parts):
    return policies(
        named(parts["identity"]),
        boundary=None if parts["boundary"] is None else named(parts["boundary"]),
        session=[named(each) for each in parts["session"]],
        resource=[named(parts["resource"])],
        is_resource_mandatory=parts["is_mandatory"],
        is_root=parts["is_root"],
    )


def verdict(question, parts):
    return decide(question, built(parts)).is_allowed


def denying(found):
    return {**found, "Effect": "Deny"}


@given(QUESTIONS, SETS, statements())
def test_an_added_deny_never_widens(question, parts, added):
    if verdict(question, {**parts, "identity": [*parts["identity"], denying(added)]}):
        assert verdict(question, parts)


@given(QUESTIONS, SETS, statements(with_principal=True))
def test_an_added_deny_on_the_resource_never_widens(question, parts, added):
    if verdict(question, {**parts, "resource": [*parts["resource"], denying(added)]}):
        assert verdict(question, parts)


@given(QUESTIONS, SETS, statements())
def test_an_added_allow_never_narrows(question, parts, added):
    if verdict(question, parts):
        assert verdict(question, {**parts, "identity": [*parts["identity"], {**added, "Effect": "Allow"}]})


@given(QUESTIONS, SETS, texts())
def test_a_boundary_never_widens(question, parts, boundary):
    if verdict(question, {**parts, "boundary": boundary}):
        assert verdict(question, {**parts, "boundary": None})


@given(QUESTIONS, SETS, st.lists(texts(), min_size=1, max_size=2))
def test_a_session_policy_never_widens(question, parts, session):
    if verdict(question, {**parts, "session": session}):
        assert verdict(question, {**parts, "session": []})


@given(QUESTIONS, SETS, st.randoms(use_true_random=False))
def test_the_order_of_statements_never_matters(question, parts, chance):
    def shuffled(found):
        return chance.sample(found, len(found))

    other = {**parts, "identity": shuffled(parts["identity"]), "resource": shuffled(parts["resource"])}
    assert verdict(question, other) == verdict(question, parts)


@given(QUESTIONS, SETS)
def test_how_statements_are_divided_into_policies_never_matters(question, parts):
    whole = built(parts)
    divided = policies(
        *[named([each]) for each in parts["identity"]],
        boundary=None if parts["boundary"] is None else named(parts["boundary"]),
        session=[named(each) for each in parts["session"]],
        resource=[named([each]) for each in parts["resource"]],
        is_resource_mandatory=parts["is_mandatory"],
        is_root=parts["is_root"],
    )
    assert decide(question, divided).is_allowed == decide(question, whole).is_allowed


@given(QUESTIONS, SETS)
def test_nobody_reaches_another_account_that_does_not_let_him_in(question, parts):
    if question.is_cross_account:
        assert not verdict(question, {**parts, "resource": []})


@given(QUESTIONS, SETS)
def test_a_simulation_says_what_would_be_decided(question, parts):
    given_policies = built(parts)
    simulation = simulate(question, given_policies)
    assert simulation.decision == decide(question, given_policies)
    assert simulation.decision.is_allowed == (simulation.verdict == "allowed")
    if simulation.verdict == "explicitDeny":
        assert not simulation.matched[0].statement.is_allow
