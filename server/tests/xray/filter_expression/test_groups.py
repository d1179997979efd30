import pytest

from skylens.xray.filter_expression.groups import has_groups, substitute
from skylens.xray.filter_expression.parser import MAX_CONDITIONS, InvalidFilterExpression, parse

GROUPS = {
    ("name", "slow"): "responsetime > 3",
    ("arn", "arn:aws:xray:us-east-1:000000000000:group/slow/1"): "responsetime > 3",
    ("name", "Default"): "",
    ("name", "again"): 'group.name = "slow" OR fault',
    ("name", "itself"): 'group.name = "itself"',
    ("name", "broken"): "bogus",
    ("name", "huge"): "ok " * (MAX_CONDITIONS - 1),
}


def look_up(by, value):
    return GROUPS.get((by, value))


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ('group.name = "slow" AND user = "alice"', 'responsetime > 3 AND user = "alice"'),
        ('group.arn = "arn:aws:xray:us-east-1:000000000000:group/slow/1"', "responsetime > 3"),
        ('group.name != "slow"', "!responsetime > 3"),
        ('!group.name = "slow" OR fault', "!responsetime > 3 OR fault"),
        ("fault", "fault"),
        ('group.name = "Default"', ""),
    ],
)
def test_a_group_stands_for_its_expression(text, whole):
    assert str(substitute(parse(text), look_up)) == whole


@pytest.mark.parametrize(
    ("text", "reason", "at"),
    [
        ('ok AND group.name = "nope"', "unknown group 'nope'", 7),
        ('group.name = "again"', "speaks of groups itself", 0),
        ('group.name = "itself"', "speaks of groups itself", 0),
        ('group.name = "broken"', "unknown keyword bogus", 0),
        ('group.name = "huge" fault error', "more than 200 conditions", 0),
    ],
)
def test_a_group_that_cannot_be_used_is_refused(text, reason, at):
    with pytest.raises(InvalidFilterExpression, match=reason) as refused:
        substitute(parse(text), look_up)
    assert refused.value.at == at


def test_an_expression_tells_whether_it_speaks_of_groups():
    assert has_groups(parse('ok OR !(fault group.name = "slow")'))
    assert not has_groups(parse('ok OR annotation.group = "slow"'))
