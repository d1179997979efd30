"""Events that stores were given from outside: each once, with the same columns as those of the history."""
# ruff: noqa: S608  # these queries are what is tested

import json
from dataclasses import replace

import pytest
from cloudtrail.ingestion.import_world import ImportWorld, a_key, a_record
from cloudtrail.lake.lake_of_tests import an_event

from skylens.cloudtrail.ingestion import lake_events
from skylens.cloudtrail.ingestion.lake_events import LakeEvent
from skylens.cloudtrail.lake import event_data_stores
from skylens.cloudtrail.lake.columns import EVENT_COLUMNS
from skylens.cloudtrail.lake.stored_events import Rows, relation
from skylens.sql import Sql


@pytest.fixture
def world(cloudtrail, store, control, clock, tmp_path) -> ImportWorld:
    made = ImportWorld(cloudtrail, store, control, clock, tmp_path / "buckets")
    made.role()
    return made


def test_a_record_says_the_same_whichever_way_it_came(world):
    record = a_record(1, "2026-07-01T12:00:00Z", recipientAccountId="000000000000", errorMessage="No")
    record["resources"] = [{"ARN": "arn:aws:ec2:::i", "type": "AWS::EC2::Instance"}]
    record["tlsDetails"] = {"tlsVersion": "TLSv1.3"}
    fields = {"source": record["eventSource"], "name": record["eventName"], "region": record["awsRegion"]}
    world.put([replace(an_event(1, **fields), id=record["eventID"], record=json.dumps(record))])
    other = world.new_store("imported", StartIngestion=False)
    recorded, world.id = world.id, other
    world.clock.advance(3600)
    world.file(a_key(world.clock.now()), [record])
    world.done(world.begin())
    for columns in (
        "*",
        "useridentity.arn, useridentity.type, tlsdetails.tlsversion, resources[1].type, sourceipaddress",
        "element_at(requestparameters, 'instanceType'), readonly, managementevent, errormessage, apiversion",
    ):
        one, two = (world.cells(f"SELECT {columns} FROM {each}") for each in (recorded, other))
        assert one == two
        assert len(one) == 1
    assert len(EVENT_COLUMNS) == len(world.cells(f"SELECT * FROM {other}")[0])


def test_rows_that_two_nodes_stored_at_once_are_one_event_where_nodes_share_the_store(world, store, control, clock):
    event = LakeEvent(
        "1", "eu-west-1", "Management", int(clock.now().timestamp()), a_record(1, "")["eventID"], "s", "n", "{}"
    )
    for _ in range(2):
        store.insert(lake_events.TABLE, lake_events.columns_of([event], [world.id]))
    with control.read() as connection:
        target = event_data_stores.by_id(connection, world.id)
        sessions = event_data_stores.sessions(connection, target)
    found = relation(target, sessions, clock.now(), Rows(has_imports=True, given_may_repeat=True)).sql
    assert store.read(Sql(f"SELECT count() FROM {found.text}", found.params)) == [(1,)]
