"""Encoded authorization messages: told whole to the denied caller's account, and to nobody else."""

import base64
import hashlib
import json

from hypothesis import given
from hypothesis import strategies as st
from policies import ACCOUNT, GROUP_ARN, OTHER, USER_ARN, a_policy, a_statement, ask, denying, on_resource, policies

from skylens.iam.denial_message import LONGEST, DenialMessages
from skylens.iam.policy.evaluate import decide
from skylens.store.control.secrets import Secrets

MESSAGES = DenialMessages(Secrets(b"k" * 32))


def message(given_policies, question=None, context=None):
    question = question or ask()
    return MESSAGES.encode(question, decide(question, given_policies), context or {})


def told(encoded):
    return json.loads(MESSAGES.decode(ACCOUNT, encoded))


def test_a_denial_tells_the_statement_that_denied_and_what_was_asked():
    condition = {"StringLike": {"aws:UserAgent": ["aws-*", "${aws:username}"]}}
    statement = a_statement("Deny", ["xray:Get*"], GROUP_ARN, Sid="NotYou", Condition=condition)
    question = ask(aws__useragent="aws-cli")
    found = told(message(policies(a_policy(a_statement(), statement)), question, {"aws:useragent": "aws-cli"}))
    assert (found["allowed"], found["explicitDeny"]) == (False, True)
    assert found["matchedStatements"]["items"] == [
        {
            "statementId": "NotYou",
            "effect": "DENY",
            "principals": {"items": []},
            "principalGroups": {"items": []},
            "actions": {"items": [{"value": "xray:get*"}]},
            "resources": {"items": [{"value": GROUP_ARN}]},
            "conditions": {
                "items": [
                    {
                        "key": "aws:useragent",
                        "values": {"items": [{"value": "aws-*"}, {"value": "${aws:username}"}]},
                    }
                ]
            },
        }
    ]
    assert found["context"] == {
        "principal": {"id": "AIDABOB", "name": "bob", "arn": USER_ARN},
        "action": "xray:GetGroup",
        "resource": GROUP_ARN,
        "conditions": {"items": [{"key": "aws:useragent", "values": {"items": [{"value": "aws-cli"}]}}]},
    }


def test_where_nothing_allows_no_statement_matched():
    found = told(message(policies(), context={"aws:tagkeys": ("a", "b")}))
    assert (found["explicitDeny"], found["matchedStatements"]) == (False, {"items": []})
    assert found["context"]["conditions"]["items"] == [
        {"key": "aws:tagkeys", "values": {"items": [{"value": "a"}, {"value": "b"}]}}
    ]


def test_of_another_account_s_resource_nothing_is_told():
    theirs = GROUP_ARN.replace(ACCOUNT, OTHER)
    refusing = on_resource({"AWS": USER_ARN}, "Deny", Sid="secret")
    tags = {"aws:resourcetag/owner": "secret", "kms:keyspec": "secret", "aws:userid": "AIDABOB"}
    found = told(message(policies(resource=(refusing,)), ask(resource=theirs), tags))
    assert found["explicitDeny"]
    assert "secret" not in json.dumps(found)
    assert [each["key"] for each in found["context"]["conditions"]["items"]] == ["aws:userid"]


def test_another_account_and_another_installation_read_nothing():
    encoded = message(policies(denying()))
    assert MESSAGES.decode(OTHER, encoded) is None
    assert DenialMessages(Secrets(b"x" * 32)).decode(ACCOUNT, encoded) is None


def test_a_message_is_never_longer_than_the_operation_takes():
    noise = {f"aws:requesttag/{number}": hashlib.sha512(b"%d" % number).hexdigest() for number in range(200)}
    encoded = message(policies(), context=noise)
    assert len(encoded) <= LONGEST
    assert told(encoded)["context"]["conditions"] == {"items": []}


@given(st.text(max_size=200))
def test_what_somebody_made_up_is_no_message(text):
    assert MESSAGES.decode(ACCOUNT, text) is None


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_message_with_any_bit_turned_is_none(place, change):
    sealed = bytearray(base64.b64decode(message(policies(denying()))))
    sealed[place % len(sealed)] ^= change
    assert MESSAGES.decode(ACCOUNT, base64.b64encode(bytes(sealed)).decode()) is None
