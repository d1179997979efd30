"""Tags of IAM's entities, through boto3."""

import pytest
from some_policies import READ, TRUST


def tags(**values):
    return [{"Key": key, "Value": value} for key, value in values.items()]


@pytest.fixture(params=["user", "role", "policy", "instance_profile", "open_id_connect_provider"])
def kind(request):
    return request.param


@pytest.fixture
def tagged(iam, kind):
    """Call an operation on one of each kind: ``tagged("tag_{}", Tags=…)``."""
    match kind:
        case "user":
            name = {"UserName": iam.create_user(UserName="it")["User"]["UserName"]}
        case "role":
            name = {"RoleName": iam.create_role(RoleName="it", AssumeRolePolicyDocument=TRUST)["Role"]["RoleName"]}
        case "policy":
            name = {"PolicyArn": iam.create_policy(PolicyName="it", PolicyDocument=READ)["Policy"]["Arn"]}
        case "instance_profile":
            iam.create_instance_profile(InstanceProfileName="it")
            name = {"InstanceProfileName": "it"}
        case _:
            made = iam.create_open_id_connect_provider(Url="https://login.example.com", ClientIDList=["a"])
            name = {"OpenIDConnectProviderArn": made["OpenIDConnectProviderArn"]}
    return lambda operation, **more: getattr(iam, operation.format(kind))(**name, **more)


def test_tags_are_given_replaced_and_taken(tagged):
    tagged("tag_{}", Tags=tags(team="blue", stage="prod"))
    tagged("tag_{}", Tags=tags(team="red"))
    assert tagged("list_{}_tags")["Tags"] == tags(stage="prod", team="red")
    tagged("untag_{}", TagKeys=["stage", "none"])
    answer = tagged("list_{}_tags")
    assert (answer["Tags"], answer["IsTruncated"]) == (tags(team="red"), False)


def test_tags_come_in_pages(tagged):
    tagged("tag_{}", Tags=tags(a="1", b="2", c="3"))
    first = tagged("list_{}_tags", MaxItems=2)
    assert (first["Tags"], first["IsTruncated"]) == (tags(a="1", b="2"), True)
    assert tagged("list_{}_tags", MaxItems=2, Marker=first["Marker"])["Tags"] == tags(c="3")


def test_keys_of_users_and_roles_do_not_tell_case(tagged, kind):
    tagged("tag_{}", Tags=tags(Team="blue"))
    tagged("tag_{}", Tags=tags(team="red"))
    expected = tags(team="red") if kind in {"user", "role"} else tags(Team="blue", team="red")
    assert tagged("list_{}_tags")["Tags"] == expected


def test_a_key_is_given_once_and_is_not_the_systems(tagged, refused):
    twice = [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]
    message = "Duplicate tag keys found. Please note that Tag keys are case insensitive."
    assert refused(tagged, operation="tag_{}", Tags=twice) == ("InvalidInput", 400, message)
    assert refused(tagged, operation="tag_{}", Tags=[{"Key": "aws:x", "Value": "1"}])[:2] == ("InvalidInput", 400)


def test_fifty_tags_are_the_most(tagged, refused):
    tagged("tag_{}", Tags=tags(**{f"k{number}": "" for number in range(50)}))
    told = refused(tagged, operation="tag_{}", Tags=tags(one="more"))
    assert told == ("LimitExceeded", 409, "Cannot exceed quota for TagsPerResource: 50")
