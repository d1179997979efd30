"""Every operator, with its values there, missing and unreadable."""

import pytest

from skylens.iam.policy.condition import UnknownOperator, condition
from skylens.iam.policy.context import context

KEY = "aws:Key"


def holds(name, wanted, found=None, *, has_variables=True, **keys):
    """Whether a condition is true of a request with these values (None: without any)."""
    given = {name.replace("__", ":"): value for name, value in keys.items()}
    if found is not None:
        given[KEY] = found
    wanted = [wanted] if isinstance(wanted, str) else wanted
    return condition(name, KEY, wanted, has_variables=has_variables).holds(context(given))


ARN = "arn:aws:sns:eu-west-1:111122223333:topic"
TRUE_OF_ONE_VALUE = [
    ("StringEquals", "a", "a"),
    ("StringEquals", ["b", "a"], "a"),
    ("StringNotEquals", ["b", "c"], "a"),
    ("StringEqualsIgnoreCase", "STRASSE", "straße"),
    ("StringNotEqualsIgnoreCase", "b", "A"),
    ("StringLike", "a*c?", "abbbcd"),
    ("StringNotLike", "a?", "abc"),
    ("NumericEquals", "10", "10.0"),
    ("NumericNotEquals", "10", "11"),
    ("NumericLessThan", "10", "9.99"),
    ("NumericLessThanEquals", "10", "10"),
    ("NumericGreaterThan", "-1", "0"),
    ("NumericGreaterThanEquals", "1e2", "100"),
    ("DateEquals", "2026-07-01T00:00:00Z", "1782864000"),
    ("DateNotEquals", "2026-07-01", "2026-07-02T00:00:00Z"),
    ("DateLessThan", "2026-07-01T12:00:00+02:00", "2026-07-01T09:59:59Z"),
    ("DateLessThanEquals", "2026", "2026-01-01T00:00:00Z"),
    ("DateGreaterThan", "2026-06-30", "2026-07-01T00:00:00Z"),
    ("DateGreaterThanEquals", "1782864000", "2026-07-01T00:00:00Z"),
    ("Bool", "True", "true"),
    ("BinaryEquals", "YQ==", "YQ=="),
    ("IpAddress", "203.0.113.0/24", "203.0.113.9"),
    ("IpAddress", "203.0.113.9", "203.0.113.9"),
    ("IpAddress", "2001:db8::/32", "2001:db8:1::1"),
    ("IpAddress", "203.0.113.0/24", "::ffff:203.0.113.9"),
    ("NotIpAddress", "203.0.113.0/24", "198.51.100.1"),
    ("ArnEquals", "arn:aws:sns:*:111122223333:*", ARN),
    ("ArnLike", "arn:aws:sns:eu-*-1:1111222?3333:to*", ARN),
    ("ArnNotEquals", "arn:aws:sns:us-*:111122223333:*", ARN),
    ("ArnNotLike", "arn:aws:s3:::*", ARN),
    ("Null", "false", "a"),
    ("stringequalsifexists", "a", "a"),
]
FALSE_OF_ONE_VALUE = [
    ("StringEquals", "a", "A"),
    ("StringEquals", "a*", "ab"),
    ("StringNotEquals", ["a", "b"], "a"),
    ("StringNotEqualsIgnoreCase", "a", "A"),
    ("StringNotLike", ["x", "a*"], "ab"),
    ("NumericEquals", "10", "ten"),
    ("NumericLessThan", "ten", "1"),
    ("NumericLessThan", "Infinity", "1"),
    ("DateEquals", "yesterday", "2026-07-01T00:00:00Z"),
    ("Bool", "true", "false"),
    ("BinaryEquals", "YQ==", "not base64"),
    ("IpAddress", "203.0.113.0/24", "198.51.100.1"),
    ("IpAddress", "203.0.113.0/33", "203.0.113.1"),
    ("IpAddress", "203.0.113.0/24", "somewhere"),
    ("NotIpAddress", "203.0.113.0/24", "203.0.113.9"),
    ("ArnLike", "arn:aws:sns:*", ARN),
    ("ArnLike", "*", ARN),
    ("ArnLike", "arn:aws:*:topic", ARN),
    ("ArnLike", "arn:aws:sns:*:*:topic", "no arn"),
    ("ArnNotLike", "arn:aws:sns:*:*:t*", ARN),
    ("Null", "true", "a"),
]


@pytest.mark.parametrize(("name", "wanted", "found"), TRUE_OF_ONE_VALUE)
def test_an_operator_that_holds(name, wanted, found):
    assert holds(name, wanted, found)


@pytest.mark.parametrize(("name", "wanted", "found"), FALSE_OF_ONE_VALUE)
def test_an_operator_that_does_not_hold(name, wanted, found):
    assert not holds(name, wanted, found)


@pytest.mark.parametrize(
    ("name", "wanted", "expected"),
    [
        ("StringEquals", "a", False),
        ("StringNotEquals", "a", True),
        ("StringEqualsIfExists", "a", True),
        ("StringNotLikeIfExists", "a", True),
        ("NumericLessThan", "1", False),
        ("NotIpAddress", "10.0.0.0/8", True),
        ("ArnNotLike", "arn:aws:*:*:*:*", True),
        ("Bool", "false", False),
        ("BoolIfExists", "true", True),
        ("Null", "true", True),
        ("Null", "false", False),
        ("ForAllValues:StringEquals", "a", True),
        ("ForAnyValue:StringEquals", "a", False),
        ("ForAnyValue:StringNotEquals", "a", False),
        ("ForAnyValue:StringEqualsIfExists", "a", True),
    ],
)
@pytest.mark.parametrize("missing", [None, ()])
def test_a_key_that_the_request_does_not_have(name, wanted, expected, missing):
    assert holds(name, wanted, missing) is expected


@pytest.mark.parametrize(
    ("name", "wanted", "found", "expected"),
    [
        ("ForAllValues:StringEquals", ["a", "b"], ("a", "b"), True),
        ("ForAllValues:StringEquals", ["a"], ("a", "b"), False),
        ("ForAnyValue:StringEquals", ["a"], ("a", "b"), True),
        ("ForAnyValue:StringEquals", ["c"], ("a", "b"), False),
        ("ForAllValues:StringNotEquals", ["c"], ("a", "b"), True),
        ("ForAllValues:StringNotEquals", ["a"], ("a", "b"), False),
        ("ForAnyValue:StringNotEquals", ["a"], ("a", "b"), True),
        ("ForAnyValue:StringNotEquals", ["a", "b"], ("a", "b"), False),
        ("ForAllValues:StringLike", ["x*"], "xy", True),
        ("StringEquals", ["a"], ("a", "b"), True),
        ("StringNotEquals", ["a"], ("a", "b"), False),
    ],
)
def test_a_key_with_several_values(name, wanted, found, expected):
    assert holds(name, wanted, found) is expected


def test_keys_ignore_case():
    assert condition("StringEquals", "AWS:principaltag/TEAM", ["x"], has_variables=True).holds(
        context({"aws:PrincipalTag/Team": "x"})
    )


@pytest.mark.parametrize(
    "name", ["StringMatches", "NullIfExists", "ForAllValues:Null", "ForSomeValues:StringEquals", ""]
)
def test_an_operator_that_there_is_not(name):
    with pytest.raises(UnknownOperator):
        holds(name, "a")


def test_a_variable_stands_for_the_request_s_value():
    assert holds("StringEquals", "${aws:username}-x", "bob-x", aws__username="bob")
    assert holds("ArnLike", "arn:aws:iam::1:user/${aws:username}*", "arn:aws:iam::1:user/bobby", aws__username="bob")
    assert holds("StringLike", "${ aws:UserName }?", "bobx", aws__username="bob")


def test_a_variable_s_value_is_no_pattern():
    assert not holds("StringLike", "${aws:username}", "bob", aws__username="*")
    assert holds("StringLike", "${aws:username}", "*", aws__username="*")
    assert not holds("ArnLike", "arn:aws:iam::1:user/${aws:username}", "arn:aws:iam::1:user/bob", aws__username="*")


def test_a_variable_without_a_value_fits_nothing():
    assert not holds("StringEquals", "${aws:username}", "bob")
    assert holds("StringNotEquals", "${aws:username}", "bob")
    assert not holds("StringEquals", "${aws:TagKeys}", "a", aws__TagKeys=("a", "b"))


def test_a_variable_s_default():
    assert holds("StringEquals", "${aws:PrincipalTag/team, 'none'}", "none")
    assert holds("StringEquals", "${aws:PrincipalTag/team, 'none'}", "blue", **{"aws__PrincipalTag/team": "blue"})


def test_escapes_stand_for_themselves():
    assert holds("StringLike", "${*}${?}${$}", "*?$")
    assert not holds("StringLike", "${*}", "anything")


def test_there_are_no_variables_in_policies_of_2008_and_none_in_numbers():
    assert holds("StringEquals", "${aws:username}", "${aws:username}", has_variables=False, aws__username="bob")
    assert not holds("NumericEquals", "${aws:username}", "1", aws__username="1")
