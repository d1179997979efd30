"""Documents: what is one, what is none, and where the fault stands."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policies import ROLE_ARN, a_policy, a_statement

from skylens.iam.policy.document import PolicyError, parse
from skylens.iam.policy.source import Position, SourceError, read
from skylens.iam.policy.validate import validate

JSON = st.recursive(
    st.text() | st.booleans() | st.integers(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def plain(node):
    match node.value:
        case dict() as members:
            return {key: plain(value) for key, value in members.items()}
        case list() as items:
            return [plain(item) for item in items]
    return node.value


def texts(value):
    match value:
        case dict():
            return {key: texts(inner) for key, inner in value.items()}
        case list():
            return [texts(inner) for inner in value]
    return value if isinstance(value, str) else json.dumps(value)


@given(JSON, st.sampled_from([None, 1, 4]))
def test_json_is_read_as_the_standard_library_reads_it(value, indent):
    assert plain(read(json.dumps(value, indent=indent))) == texts(value)


@given(st.text('{}[]":,ab1 \n-.e', max_size=20))
def test_whatever_is_no_json_is_refused(text):
    try:
        expected = json.loads(text)
    except ValueError:
        with pytest.raises(SourceError):
            read(text)
        return
    try:
        found = plain(read(text))
    except SourceError as error:
        assert "stands twice" in error.reason or isinstance(expected, float)  # noqa: PT017  # both are fine
        return
    assert type(found) is type(texts(expected))


def test_a_text_nested_deeply_is_refused():
    with pytest.raises(SourceError, match="too deeply"):
        read("[" * 100_000)


def test_a_statement_knows_where_it_stands():
    text = '{"Statement": [\n  {"Effect": "Allow",\n   "Action": "*", "Resource": "*"}]}'
    (statement,) = parse(text).statements
    assert (statement.start, statement.end) == (Position(2, 3), Position(3, 35))


def test_a_single_statement_needs_no_list():
    text = json.dumps({"Statement": a_statement(action="xray:GetGroup")})
    assert parse(text).statements[0].actions == ("xray:getgroup",)


def changed(**elements):
    return a_policy(a_statement(**elements)).text


REFUSED = [
    ("identity", "{", "This policy contains invalid Json"),
    ("identity", "[]", "Syntax errors in policy."),
    ("identity", '{"Version": "2012-10-17", "Statement": []}', "Syntax errors in policy."),
    ("identity", '{"Version": "2012-10-17"}', "Syntax errors in policy."),
    ("identity", '{"Version": "2012-10-17", "Version": "2012-10-17"}', "This policy contains invalid Json"),
    ("identity", '{"Version": "2020-01-01", "Statement": {}}', "Syntax errors in policy."),
    ("identity", a_policy(a_statement(), version="2008-10-17").text, "Policy document must be version 2012-10-17 or greater."),
    ("identity", changed(effect="allow"), "Syntax errors in policy."),
    ("identity", changed(Colour="red"), "Syntax errors in policy."),
    ("identity", changed(NotAction="*"), "Syntax errors in policy."),
    ("identity", changed(action=None), "Policy statement must contain actions."),
    ("identity", changed(action=[]), "Policy statement must contain actions."),
    ("identity", changed(resource=None), "Policy statement must contain resources."),
    ("identity", changed(action="GetGroup"), "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."),
    ("identity", changed(action="xray:Get:Group"), "Actions/Condition can contain only one colon."),
    ("identity", changed(action="x ray:GetGroup"), "Vendor x ray is not valid"),
    ("identity", changed(action="xray:Get Group"), "The policy failed legacy parsing"),
    ("identity", changed(resource="group/x"), 'Resource group/x must be in ARN format or "*".'),
    ("identity", changed(resource="arn:aws:xray"), 'Resource arn:aws:xray must be in ARN format or "*".'),
    ("identity", changed(resource="arn:mine:xray:::x"), 'Partition "mine" is not valid for resource "arn:mine:xray:::x".'),
    ("identity", changed(resource="arn:aws:iam:eu-west-1:1:user/x"), "IAM resource arn:aws:iam:eu-west-1:1:user/x cannot contain region information."),
    ("identity", changed(Principal="*"), "Policy document should not specify a principal."),
    ("identity", changed(Condition={"StringMatches": {"aws:x": "y"}}), "Syntax errors in policy."),
    ("identity", changed(Condition={"StringEquals": "y"}), "Syntax errors in policy."),
    ("identity", changed(Condition={"StringEquals": {"aws:x": {}}}), "Syntax errors in policy."),
    ("identity", a_policy(a_statement(Sid="a"), a_statement(Sid="a")).text, "Statement IDs (SID) in a single policy must be unique."),
    ("resource", changed(), "Missing required field Principal"),
    ("resource", changed(Principal="me"), 'Invalid principal in policy: "AWS":"me"'),
    ("resource", changed(Principal={"AWS": "arn:aws:iam::111122223333:user/*"}), 'Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:user/*"'),
    ("resource", changed(NotPrincipal={"AWS": ROLE_ARN}), "Allow with NotPrincipal is not supported."),
    ("trust", changed(Principal="*", action="sts:AssumeRole"), "Has prohibited field Resource"),
    ("trust", changed(Principal="*", resource=None), "AssumeRole policy may only specify STS AssumeRole actions."),
    ("trust", changed(action="sts:AssumeRole", resource=None), "Missing required field Principal"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "text", "reason"), REFUSED)
def test_a_policy_is_refused_with_aws_s_reason(place, text, reason):
    with pytest.raises(PolicyError) as caught:
        validate(text, place)
    assert caught.value.reason == reason


def test_an_error_points():
    text = '{"Version": "2012-10-17",\n "Statement": {"Effect": "Maybe", "Action": "*", "Resource": "*"}}'
    with pytest.raises(PolicyError, match="line 2, column 26"):
        parse(text)


def test_good_policies_pass():
    validate(changed(resource=["arn:aws:xray:*", "*", "arn:aws:s3:::x/${aws:username}/*"]), "identity")
    validate(changed(Principal={"AWS": ["111122223333", ROLE_ARN], "Service": "sns.amazonaws.com"}), "resource")
    validate(changed(action="sts:AssumeRole", resource=None, Principal={"AWS": ROLE_ARN}), "trust")


def test_values_may_be_truth_and_numbers():
    (statement,) = parse(
        changed(Condition={"Bool": {"aws:SecureTransport": False}, "NumericEquals": {"a": 1}})
    ).statements
    assert [value.text for condition in statement.conditions for value in condition.values] == ["false", "1"]
