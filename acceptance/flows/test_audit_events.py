"""An application's own audit events: sent through a channel, refused one by one, kept through kill -9, found by SQL."""
# ruff: noqa: S608  # these queries are what is tested

import base64
import hashlib
import json
import subprocess
from typing import Any

import pytest
from account import a_policy, allow, key_of
from botocore.exceptions import ClientError
from servers import SKYLENS

SELECTORS = [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["ActivityAuditLog"]}]}]
CHANNEL_EVENTS = [
    {"Field": "eventCategory", "Equals": ["Data"]},
    {"Field": "resources.type", "Equals": ["AWS::CloudTrail::Channel"]},
]
PARTNER = "666655554444"  # no other test makes this account


def an_entry(name: str, owner: str, **fields: Any) -> dict[str, str]:
    """An entry of PutAuditEvents with its checksum."""
    data = {
        "version": "1",
        "userIdentity": {"type": "User", "principalId": "erin@example.com"},
        "eventSource": "shop.example.com",
        "eventName": name,
        "eventTime": "2026-11-20T10:00:00Z",
        "UID": name,
        "recipientAccountId": owner,
        **fields,
    }
    text = json.dumps(data)
    checksum = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return {"id": name, "eventData": text, "eventDataChecksum": checksum}


class Shop:
    """An account with a channel that fills an event data store."""

    def __init__(self, server: Any, name: str, eventually: Any) -> None:
        self.server, self.eventually = server, eventually
        self.cloudtrail, self.sender = server.client("cloudtrail"), server.client("cloudtrail-data")
        self.account = server.client("sts").get_caller_identity()["Account"]
        made = self.cloudtrail.create_event_data_store(Name=name, AdvancedEventSelectors=SELECTORS)
        self.store = made["EventDataStoreArn"]
        destinations = [{"Type": "EVENT_DATA_STORE", "Location": self.store}]
        created = self.cloudtrail.create_channel(Name=name, Source="Custom", Destinations=destinations)
        self.channel = created["ChannelArn"]

    def ask(self, statement: str) -> list[list[str]]:
        cloudtrail = self.server.client("cloudtrail")
        query = cloudtrail.start_query(QueryStatement=statement)["QueryId"]
        answer = self.eventually(
            lambda: cloudtrail.get_query_results(QueryId=query), lambda told: told["QueryStatus"] == "FINISHED"
        )
        return [[value for cell in row for value in cell.values()] for row in answer["QueryResultRows"]]

    def names(self) -> list[str]:
        rows = self.ask(f"SELECT eventdata.eventname FROM {self.store[-36:]} ORDER BY 1")
        return [name for (name,) in rows]


@pytest.fixture(scope="session")
def partner(skylens):
    """Clients of another account's root user: ``partner("cloudtrail-data")``."""
    command = [*SKYLENS, "accounts", "create", PARTNER, "--name", "partner", "--data", str(skylens.data), "--json"]
    made = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return lambda service: skylens.client(service, **key_of(made))


def test_events_are_taken_or_named_and_found(skylens, eventually):
    shop = Shop(skylens, "audited-shop", eventually)
    altered = an_entry("Altered", shop.account) | {
        "eventDataChecksum": an_entry("x", shop.account)["eventDataChecksum"]
    }
    foreign = an_entry("Foreign", "999999999999")
    entries = [an_entry("RefundOrder", shop.account, requestParameters={"order": "4711"}), altered, foreign]
    answer = shop.sender.put_audit_events(channelArn=shop.channel, auditEvents=entries)
    [taken] = answer["successful"]
    assert taken["id"] == "RefundOrder"
    failed = {entry["id"]: entry["errorCode"] for entry in answer["failed"]}
    assert failed == {"Altered": "InvalidChecksum", "Foreign": "InvalidRecipient"}
    rows = shop.ask(
        "SELECT eventid, eventdata.useridentity.principalid, element_at(eventdata.requestparameters, 'order') "
        f"FROM {shop.store[-36:]} WHERE eventtime < '2026-11-21'"
    )
    assert rows == [[taken["eventID"], "erin@example.com", "4711"]]
    status = shop.cloudtrail.get_channel(Channel=shop.channel)["IngestionStatus"]
    assert status["LatestIngestionSuccessEventID"] == taken["eventID"]
    assert status["LatestIngestionErrorCode"] == "InvalidRecipient"
    with pytest.raises(shop.sender.exceptions.DuplicatedAuditEventId):
        shop.sender.put_audit_events(channelArn=shop.channel, auditEvents=[entries[0]] * 2)
    with pytest.raises(shop.sender.exceptions.InvalidChannelARN):
        shop.sender.put_audit_events(channelArn=shop.store, auditEvents=entries)


def test_another_account_sends_events_if_policy_and_external_id_let_it(skylens, partner, eventually):
    shop = Shop(skylens, "shared-shop", eventually)
    taken = skylens.client("cloudtrail").create_event_data_store(
        Name="calls-of-channels", AdvancedEventSelectors=[{"FieldSelectors": CHANNEL_EVENTS}]
    )["EventDataStoreArn"]
    sender = partner("cloudtrail-data")
    request = {"channelArn": shop.channel, "auditEvents": [an_entry("FromPartner", shop.account)]}

    def code(**more: str) -> str:
        with pytest.raises(ClientError) as refused:
            sender.put_audit_events(**request, **more)
        return str(refused.value)

    def allowing(**conditions: Any) -> None:
        principal = {"AWS": f"arn:aws:iam::{PARTNER}:root"}
        statement = allow("cloudtrail-data:PutAuditEvents", shop.channel, Principal=principal, **conditions)
        shop.cloudtrail.put_resource_policy(ResourceArn=shop.channel, ResourcePolicy=a_policy(statement))

    assert "because no resource-based policy allows the cloudtrail-data:PutAuditEvents action" in code()
    allowing(Condition={"StringEquals": {"cloudtrail:ExternalId": "handshake"}})
    assert "no resource-based policy" in code()
    assert "no resource-based policy" in code(externalId="guessed")
    assert sender.put_audit_events(**request, externalId="handshake")["failed"] == []
    allowing(Condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})
    assert "no resource-based policy" in code(externalId="handshake")
    # The owner's copy of the call: whoever sent is another account's, and what was sent is not repeated.
    statement = (
        "SELECT eventsource, eventname, useridentity.type, useridentity.accountid, resources[1].arn, "
        f"element_at(requestparameters, 'externalId'), readonly, managementevent FROM {taken[-36:]}"
    )
    allowing()

    def sent_and_on_record() -> list[list[str]]:  # which a store is a second after it was made
        sender.put_audit_events(**request, externalId="handshake")
        return shop.ask(statement)

    rows = eventually(sent_and_on_record)
    expected = ["cloudtrail-data.amazonaws.com", "PutAuditEvents", "AWSAccount", PARTNER, shop.channel, "handshake"]
    assert rows[0] == [*expected, "false", "false"]
    shop.cloudtrail.delete_resource_policy(ResourceArn=shop.channel)
    assert "no resource-based policy" in code()
    assert set(shop.names()) == {"FromPartner"}


def test_a_user_needs_the_permission_and_the_channel_s_policy_may_give_it(skylens, eventually):
    shop = Shop(skylens, "user-shop", eventually)
    iam = skylens.client("iam")
    user = iam.create_user(UserName="till")["User"]["Arn"]
    sender = skylens.client("cloudtrail-data", **key_of(iam.create_access_key(UserName="till")["AccessKey"]))
    request = {"channelArn": shop.channel, "auditEvents": [an_entry("Sold", shop.account)]}
    with pytest.raises(ClientError, match="no identity-based policy allows"):
        sender.put_audit_events(**request)
    statement = allow("cloudtrail-data:PutAuditEvents", shop.channel, Principal={"AWS": user})
    shop.cloudtrail.put_resource_policy(ResourceArn=shop.channel, ResourcePolicy=a_policy(statement))
    assert len(sender.put_audit_events(**request)["successful"]) == 1
    denial = statement | {"Effect": "Deny", "Principal": "*"}
    shop.cloudtrail.put_resource_policy(ResourceArn=shop.channel, ResourcePolicy=a_policy(denial))
    with pytest.raises(ClientError, match="explicit deny in a resource-based policy"):
        shop.sender.put_audit_events(**request)
    # So does the policy on an event data store.
    iam.put_user_policy(UserName="till", PolicyName="lake", PolicyDocument=a_policy(allow("cloudtrail:*")))
    till = skylens.client("cloudtrail", **key_of(iam.create_access_key(UserName="till")["AccessKey"]))
    till.get_event_data_store(EventDataStore=shop.store)
    denial = allow("cloudtrail:StartQuery", shop.store, Principal={"AWS": user}) | {"Effect": "Deny"}
    shop.cloudtrail.put_resource_policy(ResourceArn=shop.store, ResourcePolicy=a_policy(denial))
    with pytest.raises(ClientError, match="explicit deny in a resource-based policy"):
        till.start_query(QueryStatement=f"SELECT count(*) FROM {shop.store[-36:]}")
    assert shop.names() == ["Sold"]


def test_another_account_queries_the_store_if_its_policy_lets_it(skylens, partner, eventually):
    shop = Shop(skylens, "queried-shop", eventually)
    shop.sender.put_audit_events(channelArn=shop.channel, auditEvents=[an_entry("Sold", shop.account)])
    other = partner("cloudtrail")
    request = {"QueryStatement": f"SELECT eventdata.eventname FROM {shop.store[-36:]}"}
    request |= {"EventDataStoreOwnerAccountId": shop.account}
    with pytest.raises(ClientError, match="no resource-based policy allows the cloudtrail:StartQuery action"):
        other.start_query(**request)
    actions = ["cloudtrail:StartQuery", "cloudtrail:GetQueryResults"]
    statement = allow(actions, shop.store, Principal={"AWS": f"arn:aws:iam::{PARTNER}:root"})
    shop.cloudtrail.put_resource_policy(ResourceArn=shop.store, ResourcePolicy=a_policy(statement))
    query = other.start_query(**request)["QueryId"]
    answer = eventually(lambda: other.get_query_results(QueryId=query), lambda told: told["QueryStatus"] == "FINISHED")
    assert answer["QueryResultRows"] == [[{"eventname": "Sold"}]]
    with pytest.raises(ClientError, match="no resource-based policy allows the cloudtrail:DescribeQuery action"):
        other.describe_query(QueryId=query)
    shop.cloudtrail.delete_resource_policy(ResourceArn=shop.store)
    with pytest.raises(ClientError, match="no resource-based policy allows the cloudtrail:GetQueryResults action"):
        other.get_query_results(QueryId=query)


def test_kill_9_loses_no_event_that_was_taken(own_skylens, eventually):
    server = own_skylens()
    shop = Shop(server, "killed-shop", eventually)
    taken = []
    for number in range(20):
        name = f"Sold{number:02}"
        shop.sender.put_audit_events(channelArn=shop.channel, auditEvents=[an_entry(name, shop.account)])
        taken.append(name)
    server.kill()
    server.start()
    assert shop.names() == taken
