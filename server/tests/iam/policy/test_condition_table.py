"""Every operator, with every quantifier, with and without IfExists, held against a second reading of AWS's guide."""

import itertools

import pytest

from skylens.iam.policy.condition import condition
from skylens.iam.policy.context import context

KEY = "aws:Key"
# Of each operator: what a policy says, a value that is so, one that is not so.
ARNS = ("arn:aws:sns:*:111122223333:*", "arn:aws:sns:eu-west-1:111122223333:a", "arn:aws:s3:::b")
DAYS = ("2026-07-01T00:00:00Z", "2026-06-30T00:00:00Z", "2026-07-02T00:00:00Z")
POSITIVE = {
    "StringEquals": ("a", "a", "b"),
    "StringEqualsIgnoreCase": ("a", "A", "b"),
    "StringLike": ("a*", "ab", "ba"),
    "NumericEquals": ("10", "10.0", "11"),
    "NumericLessThan": ("10", "9", "10"),
    "NumericLessThanEquals": ("10", "10", "11"),
    "NumericGreaterThan": ("10", "11", "10"),
    "NumericGreaterThanEquals": ("10", "10", "9"),
    "DateEquals": (DAYS[0], DAYS[0], DAYS[1]),
    "DateLessThan": (DAYS[0], DAYS[1], DAYS[0]),
    "DateLessThanEquals": (DAYS[0], DAYS[0], DAYS[2]),
    "DateGreaterThan": (DAYS[0], DAYS[2], DAYS[0]),
    "DateGreaterThanEquals": (DAYS[0], DAYS[0], DAYS[1]),
    "Bool": ("true", "true", "false"),
    "BinaryEquals": ("YQ==", "YQ==", "Yg=="),
    "IpAddress": ("203.0.113.0/24", "203.0.113.9", "198.51.100.1"),
    "ArnEquals": ARNS,
    "ArnLike": ARNS,
}
NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}
QUANTIFIERS = ("", "ForAllValues:", "ForAnyValue:")
NAMES = list(itertools.product(QUANTIFIERS, [*POSITIVE, *NEGATED], ("", "IfExists")))


def expected(quantifier, operator, if_exists, found):
    """What AWS's guide says of a request whose values are so (True) or not so (False): (): it has none."""
    is_negated = operator in NEGATED
    if not found:
        by_quantifier = {"": is_negated, "ForAllValues:": True, "ForAnyValue:": False}
        return bool(if_exists) or by_quantifier[quantifier]
    fits = [is_so != is_negated for is_so in found]
    by_quantifier = {"": all(fits) if is_negated else any(fits), "ForAllValues:": all(fits), "ForAnyValue:": any(fits)}
    return by_quantifier[quantifier]


FOUND = [(), (True,), (False,), (True, True), (True, False), (False, False)]


@pytest.mark.parametrize(("quantifier", "operator", "if_exists"), NAMES, ids=map("".join, NAMES))
def test_a_condition_is_true_of_these_requests(quantifier, operator, if_exists):
    wanted, so, not_so = POSITIVE[NEGATED.get(operator, operator)]
    asked = condition(f"{quantifier}{operator}{if_exists}", KEY, [wanted], has_variables=True)
    given = {found: {KEY: tuple(so if is_so else not_so for is_so in found)} if found else {} for found in FOUND}
    held = {found: asked.holds(context(keys)) for found, keys in given.items()}
    assert held == {found: expected(quantifier, operator, if_exists, found) for found in FOUND}
