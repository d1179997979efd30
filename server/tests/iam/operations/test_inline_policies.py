"""Policies written into users, groups and roles, through boto3 and on the wire."""

import json
from urllib.parse import quote

import pytest
from some_policies import ODD, READ, TRUST


@pytest.fixture(params=["user", "group", "role"])
def owner(request, iam):
    """An owner of each kind: its kind, and the parameter that names it."""
    match request.param:
        case "user":
            iam.create_user(UserName="it")
            return "user", {"UserName": "it"}
        case "group":
            iam.create_group(GroupName="it")
            return "group", {"GroupName": "it"}
    iam.create_role(RoleName="it", AssumeRolePolicyDocument=TRUST)
    return "role", {"RoleName": "it"}


@pytest.fixture
def policies(iam, owner):
    """Call an operation on the owner: ``policies("put", PolicyName=…)``."""
    kind, name = owner

    def call(verb, **parameters):
        noun = "policies" if verb == "list" else "policy"
        return getattr(iam, f"{verb}_{kind}_{noun}")(**name, **parameters)

    return call


def test_a_policy_is_put_read_replaced_and_deleted(policies, owner, refused):
    policies("put", PolicyName="read", PolicyDocument=READ)
    assert policies("get", PolicyName="read")["PolicyDocument"] == json.loads(READ)
    policies("put", PolicyName="read", PolicyDocument=READ.replace("Get", "Put"))
    assert policies("get", PolicyName="read")["PolicyDocument"] == json.loads(READ.replace("Get", "Put"))
    assert policies("list")["PolicyNames"] == ["read"]
    policies("delete", PolicyName="read")
    missing = ("NoSuchEntity", 404, f"The {owner[0]} policy with name read cannot be found.")
    assert refused(policies, verb="get", PolicyName="read") == missing
    assert refused(policies, verb="delete", PolicyName="read") == missing


def test_names_come_in_pages(policies):
    for name in "edcba":
        policies("put", PolicyName=name, PolicyDocument=READ)
    first = policies("list", MaxItems=3)
    assert (first["PolicyNames"], first["IsTruncated"]) == (["a", "b", "c"], True)
    second = policies("list", MaxItems=3, Marker=first["Marker"])
    assert (second["PolicyNames"], second["IsTruncated"]) == (["d", "e"], False)


def test_the_sizes_of_all_policies_are_added_up_without_white_space(policies, owner, refused):
    most = {"user": 2_048, "group": 5_120, "role": 10_240}[owner[0]]
    document = json.loads(READ)
    document["Statement"][0]["Sid"] = "x" * (most // 2)
    long = json.dumps(document, indent=4)
    policies("put", PolicyName="a", PolicyDocument=long)
    policies("put", PolicyName="a", PolicyDocument=long)  # in the place of the first
    told = refused(policies, verb="put", PolicyName="b", PolicyDocument=long)
    assert told == ("LimitExceeded", 409, f"Maximum policy size of {most} bytes exceeded for {owner[0]} it")


def test_a_document_comes_back_letter_for_letter_and_encoded_as_in_a_url(iam):
    answers = []
    iam.meta.events.register("before-parse.iam.GetUserPolicy", lambda response_dict, **_: answers.append(response_dict))
    iam.create_user(UserName="it")
    iam.put_user_policy(UserName="it", PolicyName="odd", PolicyDocument=ODD)
    iam.get_user_policy(UserName="it", PolicyName="odd")
    (answer,) = answers
    assert f"<PolicyDocument>{quote(ODD, safe='')}</PolicyDocument>".encode() in answer["body"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '"text"', "{}", '{"Version":"2012-10-17","Statement":[{"Effect":"allow"}]}']
)
def test_a_text_that_is_no_policy_is_refused(iam, refused, text):
    iam.create_user(UserName="it")
    code, status, _ = refused(iam.put_user_policy, UserName="it", PolicyName="p", PolicyDocument=text)
    assert (code, status) == ("MalformedPolicyDocument" if text else "ValidationError", 400)
    assert iam.list_user_policies(UserName="it")["PolicyNames"] == []
