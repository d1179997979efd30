"""CloudTrail Lake over the network: what a user may not query is refused, and hostile statements reach nothing."""
# ruff: noqa: S608  # these queries are what is tested

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

HOSTILE = [
    "SELECT * FROM system.tables",
    "SELECT * FROM file('/etc/passwd', 'CSV', 'x String')",
    "SELECT 1 FROM {s}; DROP TABLE api_events",
    "SELECT * FROM {s} UNION ALL SELECT name FROM system.users",
    "SELECT * FROM {s} SETTINGS readonly = 0",
    "SELECT eventname FROM {s} WHERE eventname = '' OR sleep(3) = 0",
]


@pytest.fixture
def store(skylens) -> str:
    """A new event data store."""
    cloudtrail = skylens.client("cloudtrail")
    name = "lake-" + str(len(cloudtrail.list_event_data_stores()["EventDataStores"]))
    arn: str = cloudtrail.create_event_data_store(Name=name)["EventDataStoreArn"]
    return arn


def test_a_call_is_found_by_sql_a_second_later(skylens, xray, store, eventually):
    cloudtrail = skylens.client("cloudtrail")
    xray.create_group(GroupName="in-the-lake", FilterExpression="fault")
    statement = (
        f"SELECT count(*) AS n FROM {store} WHERE eventName = 'CreateGroup' "
        "AND element_at(requestParameters, 'groupName') = 'in-the-lake'"
    )

    def answer() -> Any:
        query = cloudtrail.start_query(QueryStatement=statement)["QueryId"]
        finished = eventually(
            lambda: cloudtrail.get_query_results(QueryId=query), lambda a: a["QueryStatus"] == "FINISHED"
        )
        return finished["QueryResultRows"]

    assert eventually(answer, lambda rows: rows == [[{"n": "1"}]])


def test_a_user_queries_the_stores_that_a_policy_names(skylens, store):
    cloudtrail, iam = skylens.client("cloudtrail"), skylens.client("iam")
    other = cloudtrail.create_event_data_store(Name="not-for-the-auditor")["EventDataStoreArn"]
    iam.create_user(UserName="auditor")
    actions = ["cloudtrail:StartQuery", "cloudtrail:GetQueryResults"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": store}]}
    iam.put_user_policy(UserName="auditor", PolicyName="lake", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName="auditor")["AccessKey"]
    auditor = skylens.client(
        "cloudtrail", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"]
    )
    query = auditor.start_query(QueryStatement=f"SELECT 1 FROM {store}")["QueryId"]
    auditor.get_query_results(QueryId=query)
    for call in (
        lambda: auditor.start_query(
            QueryStatement=f"SELECT a.eventid FROM {store} a JOIN {other} b ON a.eventid = b.eventid"
        ),
        lambda: auditor.start_query(
            QueryStatement=f"SELECT 1 FROM {store} WHERE eventid IN (SELECT eventid FROM {other.upper()[-36:]})"
        ),
        lambda: auditor.describe_query(QueryId=query),
        lambda: auditor.delete_event_data_store(EventDataStore=store),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            call()


@pytest.mark.parametrize("statement", HOSTILE)
def test_hostile_statements_are_refused(skylens, store, statement):
    cloudtrail = skylens.client("cloudtrail")
    with pytest.raises(cloudtrail.exceptions.InvalidQueryStatementException):
        cloudtrail.start_query(QueryStatement=statement.format(s=store))
