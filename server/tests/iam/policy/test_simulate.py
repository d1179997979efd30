"""Simulations: every statement that applies, and what the request would have to say."""

from policies import a_policy, a_statement, allowing, ask, policies

from skylens.iam.policy.policies import parsed
from skylens.iam.policy.simulate import policy_keys, simulate
from skylens.iam.policy.source import Position

CONDITIONAL = a_policy(
    a_statement(Condition={"StringEquals": {"aws:PrincipalTag/Team": "${aws:RequestTag/Team}"}}),
    a_statement(action="kms:*", Condition={"Bool": {"aws:SecureTransport": "true"}}),
)


def test_all_statements_that_apply_are_told_with_their_places():
    simulation = simulate(ask(), policies(a_policy(a_statement(Sid="one"), a_statement(Sid="two")), allowing("kms:*")))
    assert [match.statement.sid for match in simulation.matched] == ["one", "two"]
    assert simulation.matched[0].statement.start == Position(1, 41)
    assert simulation.verdict == "allowed"


def test_the_keys_that_the_request_does_not_give():
    simulation = simulate(ask(), policies(CONDITIONAL))
    assert (simulation.verdict, simulation.missing_keys) == (
        "implicitDeny",
        ("aws:principaltag/team", "aws:requesttag/team"),
    )


def test_all_keys_of_policies():
    assert policy_keys(parsed([CONDITIONAL])) == ("aws:principaltag/team", "aws:requesttag/team", "aws:securetransport")


def test_whether_the_boundary_lets_it_pass():
    assert simulate(ask(), policies(allowing())).is_within_boundary is None
    assert simulate(ask(), policies(allowing(), boundary=allowing("xray:*"))).is_within_boundary is True
    assert simulate(ask(), policies(allowing(), boundary=allowing("kms:*"))).is_within_boundary is False
