"""PutAuditEvents: what is taken is found by queries, what is not is named with the reason."""
# ruff: noqa: S608  # these queries are what is tested

import base64
import hashlib
import json
from datetime import timedelta

import pytest
from cloudtrail.ingestion.audit_events_of_tests import Sender, a_channel, audit_store, event_data
from cloudtrail.lake.lake_of_tests import Lake
from cloudtrail.trail_calls import OTHER_ACCOUNT

from skylens.cloudtrail.lake.lake_work import LakeWork
from skylens.config import Limits
from skylens.sql import Sql
from skylens.wire.errors import ServiceError


@pytest.fixture
def lake(cloudtrail, store, control, clock) -> Lake:
    return Lake(cloudtrail, store, control, clock)


@pytest.fixture
def send(cloudtrail) -> Sender:
    return Sender(cloudtrail)


def rows(store) -> int:
    return store.read(Sql("SELECT count() FROM lake_events FINAL"))[0][0]


def test_events_are_found_by_their_columns(cloudtrail, lake, send):
    arn = audit_store(cloudtrail)
    channel = a_channel(cloudtrail, arn)
    text = event_data(requestParameters={"order": "4711", "cents": 1250}, errorCode="TooLate", errorMessage="No")
    answer = send(channel, {"id": "a", "eventData": text}, {"id": "b", "eventData": event_data(UID="refund-2")})
    ids = {entry["id"]: entry["eventID"] for entry in answer["successful"]}
    assert answer["failed"] == []
    found = lake.cells(
        "SELECT eventid, eventcategory, eventtime, metadata.channelarn, metadata.ingestiontime, "
        "eventdata.useridentity.principalid, element_at(eventdata.requestparameters, 'order'), eventdata.errormssage "
        f"FROM {arn[-36:]} WHERE eventdata.uid = 'refund-1' AND eventtime > '2026-07-01 11:00:00'"
    )
    times = ("2026-07-01 11:59:58.000", "2026-07-01 12:00:00.000")
    assert found == [[ids["a"], "ActivityAuditLog", times[0], channel, times[1], "erin@example.com", "4711", "No"]]
    [[record]] = lake.cells(f"SELECT eventjson FROM {arn[-36:]} WHERE eventid = '{ids['b']}'")
    assert json.loads(record)["eventData"]["UID"] == "refund-2"
    [shown] = lake.ask(f"SELECT * FROM {arn[-36:]} WHERE eventid = '{ids['b']}'")
    assert [name for cell in shown for name in cell][:6] == [
        *("eventversion", "eventcategory", "eventtype", "eventid", "eventtime", "awsregion")
    ]


def test_each_bad_event_is_named_and_the_others_are_stored(cloudtrail, lake, send, store):
    arn = audit_store(cloudtrail)
    channel = a_channel(cloudtrail, arn)
    good = event_data()
    checksum = base64.b64encode(hashlib.sha256(good.encode()).digest()).decode()
    answer = send(
        channel,
        {"id": "good", "eventData": good, "eventDataChecksum": checksum},
        {"id": "altered", "eventData": event_data(UID="other"), "eventDataChecksum": checksum},
        {"id": "foreign", "eventData": event_data(recipientAccountId=OTHER_ACCOUNT)},
        {"id": "broken", "eventData": "{"},
        {"id": "silent", "eventData": event_data(UID=None)},
        {"id": "long", "eventData": event_data(version="x" * 257)},
    )
    assert [entry["id"] for entry in answer["successful"]] == ["good"]
    assert [(entry["id"], entry["errorCode"]) for entry in answer["failed"]] == [
        ("altered", "InvalidChecksum"),
        ("foreign", "InvalidRecipient"),
        ("broken", "InvalidData"),
        ("silent", "FieldNotFound"),
        ("long", "FieldTooLong"),
    ]
    assert lake.cells(f"SELECT count(*) FROM {arn[-36:]}") == [["1"]]
    assert rows(store) == 1


def test_a_request_that_cannot_be_taken_stores_nothing(cloudtrail, send, store):
    channel = a_channel(cloudtrail, audit_store(cloudtrail))
    entry = {"id": "1", "eventData": event_data()}
    assert send.refusal(channel, entry, {**entry, "eventData": "{}"}) == "DuplicatedAuditEventId"
    assert send.refusal("arn:aws:cloudtrail:us-east-1:000000000000:trail/main", entry) == "InvalidChannelARN"
    assert send.refusal(channel[:-36] + "00000000-0000-4000-8000-000000000000", entry) == "ChannelNotFound"
    assert send.refusal(channel.replace("000000000000", OTHER_ACCOUNT), entry) == "ChannelNotFound"
    elsewhere = Sender(cloudtrail.elsewhere(region="eu-west-1"))
    assert elsewhere.refusal(channel, entry) == "ChannelNotFound"
    large = [{"id": str(n), "eventData": event_data(additionalEventData={"k": "x" * 20_000})} for n in range(60)]
    assert send.refusal(channel, *large) == "ValidationException"
    with pytest.raises(ServiceError, match="length less than or equal to 100"):
        send(channel, *({"id": str(n), "eventData": "{}"} for n in range(101)))
    assert rows(store) == 0


def test_a_channel_fills_each_of_its_stores_and_no_other(cloudtrail, lake, send):
    stores = [audit_store(cloudtrail, name) for name in ("one", "two", "three")]
    channel = a_channel(cloudtrail, *stores[:2])
    send(channel, {"id": "1", "eventData": event_data()})
    assert [lake.cells(f"SELECT count(*) FROM {arn[-36:]}") for arn in stores] == [[["1"]], [["1"]], [["0"]]]
    joined = f"SELECT count(*) FROM {stores[0][-36:]} a JOIN {stores[1][-36:]} b ON a.eventid = b.eventid"
    assert lake.cells(joined) == [["1"]]


def test_a_channel_says_how_its_last_events_fared(cloudtrail, send, clock):
    channel = a_channel(cloudtrail, audit_store(cloudtrail))
    assert "IngestionStatus" not in cloudtrail("GetChannel", Channel=channel)
    taken = send(channel, {"id": "1", "eventData": event_data()})["successful"][0]["eventID"]
    first = cloudtrail("GetChannel", Channel=channel)["IngestionStatus"]
    assert first.pop("LatestIngestionAttemptTime") == first["LatestIngestionSuccessTime"] == clock.now().timestamp()
    assert first["LatestIngestionSuccessEventID"] == first["LatestIngestionAttemptEventID"] == taken
    assert "LatestIngestionErrorCode" not in first
    clock.advance(60)
    send(channel, {"id": "1", "eventData": "{}"})
    second = cloudtrail("GetChannel", Channel=channel)["IngestionStatus"]
    assert second["LatestIngestionSuccessEventID"] == taken != second["LatestIngestionAttemptEventID"]
    assert second["LatestIngestionErrorCode"] == "FieldNotFound"
    assert second["LatestIngestionAttemptTime"] - second["LatestIngestionSuccessTime"] == 60


def test_events_go_when_they_are_too_old_for_their_store_or_it_is_gone(lake, send, clock):
    kept, gone = audit_store(lake.cloudtrail, "kept"), audit_store(lake.cloudtrail, "gone")
    for number, arn in enumerate((kept, gone)):
        channel = a_channel(lake.cloudtrail, arn, name=f"channel-{number}")
        for age in (10, 0):
            time = (clock.now() - timedelta(days=age)).strftime("%Y-%m-%dT%H:%M:%SZ")
            send(channel, {"id": "1", "eventData": event_data(eventTime=time)})
    lake.cloudtrail("DeleteChannel", Channel=channel)
    lake.cloudtrail("DeleteEventDataStore", EventDataStore=gone)
    work = LakeWork(lake.store, lake.control, clock, Limits())
    work.forget(clock.now())
    assert rows(lake.store) == 4
    lake.cloudtrail("UpdateEventDataStore", EventDataStore=kept, RetentionPeriod=9)
    assert lake.cells(f"SELECT count(*) FROM {kept[-36:]}") == [["1"]]
    clock.advance(8 * 86_400)
    work.forget(clock.now())
    assert lake.store.read(Sql("SELECT store FROM lake_events")) == [(kept[-36:],)]
