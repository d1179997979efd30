"""Channels: made, read, changed, listed, tagged and deleted."""

import pytest
from cloudtrail.ingestion.audit_events_of_tests import Sender, a_channel, audit_store, event_data
from cloudtrail.trail_calls import OTHER_ACCOUNT

from skylens.config import AWS_LIMITS

REGION = "us-east-1"


def test_a_channel_is_read_as_it_was_made(cloudtrail):
    store = audit_store(cloudtrail)
    destination = {"Type": "EVENT_DATA_STORE", "Location": store}
    tags = [{"Key": "team", "Value": "shop"}]
    made = cloudtrail("CreateChannel", Name="shop", Source="Custom", Destinations=[destination], Tags=tags)
    arn = made["ChannelArn"]
    assert arn.startswith("arn:aws:cloudtrail:us-east-1:000000000000:channel/")
    assert made.pop("Tags") == tags
    assert made == {"ChannelArn": arn, "Name": "shop", "Source": "Custom", "Destinations": [destination]}
    assert cloudtrail("GetChannel", Channel=arn) == cloudtrail("GetChannel", Channel=arn[-36:]) == made
    assert cloudtrail("ListTags", ResourceIdList=[arn])["ResourceTagList"] == [{"ResourceId": arn, "TagsList": tags}]
    cloudtrail("AddTags", ResourceId=arn, TagsList=[{"Key": "stage", "Value": "prod"}])
    cloudtrail("RemoveTags", ResourceId=arn, TagsList=[{"Key": "team"}])
    [found] = cloudtrail("ListTags", ResourceIdList=[arn])["ResourceTagList"]
    assert found["TagsList"] == [{"Key": "stage", "Value": "prod"}]


def test_names_are_taken_once_and_channels_are_limited(cloudtrail):
    store = audit_store(cloudtrail)
    few = cloudtrail.elsewhere(limits=AWS_LIMITS)
    made = [a_channel(few, store, name=f"channel-{number}") for number in range(25)]
    destinations = [{"Type": "EVENT_DATA_STORE", "Location": store}]
    new = {"Source": "Custom", "Destinations": destinations}
    assert few.refusal("CreateChannel", Name="more", **new)[0] == "ChannelMaxLimitExceededException"
    assert few.refusal("CreateChannel", Name="channel-3", **new)[0] == "ChannelAlreadyExistsException"
    assert few.refusal("UpdateChannel", Channel=made[0], Name="channel-3")[0] == "ChannelAlreadyExistsException"
    assert few("UpdateChannel", Channel=made[0], Name="channel-0")["Name"] == "channel-0"


def test_destinations_are_stores_of_audit_events(cloudtrail):
    fitting, plain = audit_store(cloudtrail), cloudtrail("CreateEventDataStore", Name="plain")["EventDataStoreArn"]
    gone = audit_store(cloudtrail, "gone")
    cloudtrail("DeleteEventDataStore", EventDataStore=gone)
    missing = fitting[:-36] + "00000000-0000-4000-8000-000000000000"
    foreign = audit_store(cloudtrail.elsewhere(account=OTHER_ACCOUNT))

    def refusal(*locations, kind="EVENT_DATA_STORE"):
        destinations = [{"Type": kind, "Location": location} for location in locations]
        return cloudtrail.refusal("CreateChannel", Name="shop", Source="Custom", Destinations=destinations)[0]

    assert refusal(plain) == "InvalidEventDataStoreCategoryException"
    assert refusal(gone) == "InactiveEventDataStoreException"
    assert refusal(missing) == refusal(foreign) == "EventDataStoreNotFoundException"
    assert refusal("arn:aws:s3:::bucket") == "EventDataStoreARNInvalidException"
    assert refusal(fitting, fitting) == refusal("cloudtrail", kind="AWS_SERVICE") == "InvalidParameterException"
    assert cloudtrail("ListChannels") == {"Channels": []}


def test_no_partner_sends_events(cloudtrail):
    destinations = [{"Type": "EVENT_DATA_STORE", "Location": audit_store(cloudtrail)}]
    refused = cloudtrail.refusal("CreateChannel", Name="okta", Source="Okta", Destinations=destinations)
    assert refused[0] == "InvalidSourceException"


def test_a_channel_gets_other_destinations(cloudtrail):
    one, other = audit_store(cloudtrail, "one"), audit_store(cloudtrail, "other")
    channel = a_channel(cloudtrail, one)
    changed = cloudtrail(
        "UpdateChannel",
        Channel=channel,
        Destinations=[{"Type": "EVENT_DATA_STORE", "Location": s} for s in (other, one)],
    )
    assert [destination["Location"] for destination in changed["Destinations"]] == [other, one]
    assert cloudtrail("GetChannel", Channel=channel) == changed


def test_channels_are_listed_by_name_page_by_page(cloudtrail):
    store = audit_store(cloudtrail)
    for name in ("bbb", "aaa", "ccc"):
        a_channel(cloudtrail, store, name=name)
    first = cloudtrail("ListChannels", MaxResults=2)
    assert [channel["Name"] for channel in first["Channels"]] == ["aaa", "bbb"]
    rest = cloudtrail("ListChannels", MaxResults=2, NextToken=first["NextToken"])
    assert ([channel["Name"] for channel in rest["Channels"]], "NextToken" in rest) == (["ccc"], False)
    other = cloudtrail.elsewhere(account=OTHER_ACCOUNT)
    assert other("ListChannels") == {"Channels": []}
    assert other.refusal("ListChannels", NextToken=first["NextToken"])[0] == "InvalidNextTokenException"


@pytest.mark.parametrize("operation", ["GetChannel", "UpdateChannel", "DeleteChannel"])
def test_what_is_no_channel_of_the_account_is_not_found(cloudtrail, operation):
    channel = a_channel(cloudtrail, audit_store(cloudtrail))
    for elsewhere in ({"account": OTHER_ACCOUNT}, {"region": "eu-west-1"}):
        for given in (channel, channel[-36:]):
            refused = cloudtrail.elsewhere(**elsewhere).refusal(operation, Channel=given)
            assert refused[0] == "ChannelNotFoundException"
    for given in ("shop", channel + "0", channel.replace(":channel/", ":trail/")):
        assert cloudtrail.refusal(operation, Channel=given)[0] == "ChannelARNInvalidException"
    assert cloudtrail("GetChannel", Channel=channel)["Name"] == "shop"


def test_a_store_that_a_channel_fills_stays(cloudtrail):
    store = audit_store(cloudtrail)
    channel = a_channel(cloudtrail, store)
    assert cloudtrail.refusal("DeleteEventDataStore", EventDataStore=store)[0] == "ChannelExistsForEDSException"
    cloudtrail("DeleteChannel", Channel=channel)
    assert cloudtrail.refusal("GetChannel", Channel=channel)[0] == "ChannelNotFoundException"
    cloudtrail("DeleteEventDataStore", EventDataStore=store)


def test_tags_and_status_go_with_a_channel(cloudtrail):
    channel = a_channel(cloudtrail, audit_store(cloudtrail), Tags=[{"Key": "team", "Value": "shop"}])
    Sender(cloudtrail)(channel, {"id": "1", "eventData": event_data()})
    cloudtrail("DeleteChannel", Channel=channel)
    assert cloudtrail.refusal("ListTags", ResourceIdList=[channel])[0] == "ResourceNotFoundException"


def test_a_store_has_audit_events_or_others(cloudtrail):
    store, plain = audit_store(cloudtrail), cloudtrail("CreateEventDataStore", Name="plain")["EventDataStoreArn"]
    audit = cloudtrail("GetEventDataStore", EventDataStore=store)["AdvancedEventSelectors"]
    management = cloudtrail("GetEventDataStore", EventDataStore=plain)["AdvancedEventSelectors"]
    for arn, selectors in ((store, management), (plain, audit)):
        refused = cloudtrail.refusal("UpdateEventDataStore", EventDataStore=arn, AdvancedEventSelectors=selectors)
        assert refused[0] == "InvalidParameterException"
    wrong = "InvalidEventDataStoreCategoryException"
    assert cloudtrail.refusal("StopEventDataStoreIngestion", EventDataStore=store)[0] == wrong
    stopped = {"AdvancedEventSelectors": audit, "StartIngestion": False}
    assert cloudtrail.refusal("CreateEventDataStore", Name="stopped", **stopped)[0] == wrong
