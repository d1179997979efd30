"""Event data stores of other accounts: queried where their policy lets it, and not there where it does not."""
# ruff: noqa: S608  # these queries are what is tested

import json

import pytest
from cloudtrail.lake.lake_of_tests import Lake, an_event
from cloudtrail.trail_calls import OTHER_ACCOUNT


@pytest.fixture
def lake(cloudtrail, store, control, clock) -> Lake:
    made = Lake(cloudtrail, store, control, clock)
    made.id = made.new_store()
    made.put([an_event(n) for n in range(1, 8)])
    return made


@pytest.fixture
def shared(lake):
    """A store of the shop's that another account may query, and that account's lake."""
    arn = lake.cloudtrail("GetEventDataStore", EventDataStore=lake.id)["EventDataStoreArn"]
    actions = [f"cloudtrail:{name}" for name in ("StartQuery", "GetQueryResults", "GetEventDataStore")]
    friend = {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:root"}
    statement = {"Effect": "Allow", "Principal": friend, "Action": actions, "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    lake.cloudtrail("PutResourcePolicy", ResourceArn=arn, ResourcePolicy=policy)
    other = Lake(lake.cloudtrail.elsewhere(account=OTHER_ACCOUNT), lake.store, lake.control, lake.clock)
    return arn, other


def test_a_store_whose_policy_lets_another_account_is_queried_by_it(lake, shared):
    arn, other = shared
    assert other.cells(f"SELECT count(*) FROM {arn}") == [["7"]]
    asked = {"QueryStatement": f"SELECT count(*) FROM {lake.id}", "EventDataStoreOwnerAccountId": "000000000000"}
    query = other.cloudtrail("StartQuery", **asked)["QueryId"]
    other.run()
    whose = {"EventDataStoreOwnerAccountId": "000000000000"}
    assert other.cloudtrail("GetQueryResults", QueryId=query, **whose)["QueryResultRows"] == [[{"_col0": "7"}]]
    nobody = {"EventDataStoreOwnerAccountId": "999999999999"}
    assert other.cloudtrail.refusal("GetQueryResults", QueryId=query, **nobody)[0] == "QueryIdNotFoundException"
    own = other.new_store("own")
    other.put([an_event(9, account=OTHER_ACCOUNT)])
    joined = f"SELECT a.eventid FROM {own} a UNION ALL SELECT eventid FROM {arn}"
    assert len(other.cells(joined)) == 8
    assert other.cloudtrail("GetEventDataStore", EventDataStore=arn)["Name"] == "lake"
    # The query is the account's that asked.
    assert lake.cloudtrail.refusal("GetQueryResults", QueryId=query)[0] == "QueryIdNotFoundException"
    assert lake.cloudtrail("ListQueries", EventDataStore=lake.id) == {"Queries": []}


def test_a_store_without_such_a_policy_is_not_there_for_others(lake, shared):
    arn, other = shared
    third = lake.cloudtrail.elsewhere(account="222222222222")
    elsewhere = other.cloudtrail.elsewhere(region="eu-west-1")
    statement = f"SELECT count(*) FROM {arn}"
    query = other.start(statement)
    lake.cloudtrail("DeleteResourcePolicy", ResourceArn=arn)
    owner = {"EventDataStoreOwnerAccountId": "000000000000"}
    for account in (third, elsewhere, other.cloudtrail):
        missing = "EventDataStoreNotFoundException"
        assert account.refusal("StartQuery", QueryStatement=statement)[0] == missing
        assert account.refusal("StartQuery", QueryStatement=statement.replace(arn, lake.id), **owner)[0] == missing
        assert account.refusal("StartQuery", QueryStatement=statement.replace(arn, lake.id))[0] == missing
        assert account.refusal("GetEventDataStore", EventDataStore=arn)[0] == missing
        assert account.refusal("GetEventDataStore", EventDataStore=lake.id)[0] == missing
    other.run()  # what was allowed when it was started
    assert other.cloudtrail("GetQueryResults", QueryId=query)["QueryResultRows"] == [[{"_col0": "7"}]]


def test_a_store_of_another_region_is_not_there_for_its_own_account(lake):
    arn = lake.cloudtrail("GetEventDataStore", EventDataStore=lake.id)["EventDataStoreArn"]
    elsewhere = lake.cloudtrail.elsewhere(region="eu-west-1")
    missing = "EventDataStoreNotFoundException"
    assert elsewhere.refusal("StartQuery", QueryStatement=f"SELECT 1 FROM {arn}")[0] == missing
    assert elsewhere.refusal("GetEventDataStore", EventDataStore=arn)[0] == missing
