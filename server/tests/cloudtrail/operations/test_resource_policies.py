"""Resource policies of channels and event data stores: what may be written, and where it is found."""

import json
from typing import Any

import pytest
from cloudtrail.ingestion.audit_events_of_tests import a_channel, audit_store
from cloudtrail.trail_calls import OTHER_ACCOUNT

FRIEND = f"arn:aws:iam::{OTHER_ACCOUNT}:root"


def a_policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def a_statement(resource: str, **fields: Any) -> dict[str, Any]:
    action = "cloudtrail-data:PutAuditEvents" if ":channel/" in resource else "cloudtrail:StartQuery"
    whole = {"Effect": "Allow", "Principal": {"AWS": FRIEND}, "Action": action, "Resource": resource, **fields}
    return {name: value for name, value in whole.items() if value is not None}


@pytest.fixture
def channel(cloudtrail) -> str:
    return a_channel(cloudtrail, audit_store(cloudtrail))


def test_a_policy_is_read_as_it_was_put_until_it_is_deleted(cloudtrail, channel):
    [destination] = cloudtrail("GetChannel", Channel=channel)["Destinations"]
    for arn in (channel, destination["Location"]):
        assert cloudtrail.refusal("GetResourcePolicy", ResourceArn=arn)[0] == "ResourcePolicyNotFoundException"
        for statements in ([a_statement(arn)], [a_statement(arn, Effect="Deny"), a_statement(arn)]):
            text = a_policy(*statements)
            put = cloudtrail("PutResourcePolicy", ResourceArn=arn, ResourcePolicy=text)
            assert put == cloudtrail("GetResourcePolicy", ResourceArn=arn)
            assert put == {"ResourceArn": arn, "ResourcePolicy": text}
        assert cloudtrail("DeleteResourcePolicy", ResourceArn=arn) == {}
        assert cloudtrail.refusal("DeleteResourcePolicy", ResourceArn=arn)[0] == "ResourcePolicyNotFoundException"


def test_a_policy_goes_with_its_channel(cloudtrail, channel):
    cloudtrail("PutResourcePolicy", ResourceArn=channel, ResourcePolicy=a_policy(a_statement(channel)))
    cloudtrail("DeleteChannel", Channel=channel)
    assert cloudtrail.refusal("GetResourcePolicy", ResourceArn=channel)[0] == "ResourceNotFoundException"


@pytest.mark.parametrize("operation", ["PutResourcePolicy", "GetResourcePolicy", "DeleteResourcePolicy"])
def test_only_channels_and_stores_of_the_account_have_policies(cloudtrail, channel, operation):
    def refusal(arn, account=cloudtrail):
        text = {"ResourcePolicy": a_policy(a_statement(channel))} if operation == "PutResourcePolicy" else {}
        return account.refusal(operation, ResourceArn=arn, **text)[0]

    assert refusal("shop") == refusal("arn:aws:s3:::bucket") == "ResourceARNNotValidException"
    assert refusal(cloudtrail.trail()) == "ResourceTypeNotSupportedException"
    assert refusal(channel[:-1] + "x") == "ResourceNotFoundException"
    assert refusal(channel, cloudtrail.elsewhere(account=OTHER_ACCOUNT)) == "ResourceNotFoundException"
    assert refusal(channel, cloudtrail.elsewhere(region="eu-west-1")) == "ResourceNotFoundException"


def test_what_a_policy_on_a_channel_cannot_say(cloudtrail, channel):
    def refusal(*statements):
        code, message = cloudtrail.refusal(
            "PutResourcePolicy", ResourceArn=channel, ResourcePolicy=a_policy(*statements)
        )
        assert code == "ResourcePolicyNotValidException"
        return message

    assert "the action 'cloudtrail:DeleteChannel' cannot be used" in refusal(
        a_statement(channel, Action=["cloudtrail-data:PutAuditEvents", "cloudtrail:DeleteChannel"])
    )
    assert "the action 'cloudtrail-data:*' cannot be used" in refusal(a_statement(channel, Action="cloudtrail-data:*"))
    assert f"the resource must be {channel}, not '*'" in refusal(a_statement(channel, Resource="*"))
    assert "it must name its actions" in refusal(
        a_statement(channel, Action=None, NotAction="cloudtrail-data:PutAuditEvents")
    )
    assert "it must name its principals" in refusal(
        a_statement(channel, Effect="Deny", Principal=None, NotPrincipal={"AWS": FRIEND})
    )
    many = [f"arn:aws:iam::{number:012}:root" for number in range(51)]
    assert "Statement 2: it has 51 principals" in refusal(
        a_statement(channel), a_statement(channel, Principal={"AWS": many})
    )
    assert "at most 20 statements" in refusal(*(a_statement(channel) for _ in range(21)))
    assert refusal()
    assert refusal(a_statement(channel, Principal=None))
    for text in ("{", '{"Version": "2012-10-17"}'):
        refused = cloudtrail.refusal("PutResourcePolicy", ResourceArn=channel, ResourcePolicy=text)
        assert refused[0] == "ResourcePolicyNotValidException"
