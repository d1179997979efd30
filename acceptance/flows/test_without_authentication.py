"""`skylens up --auth off`: any program's key is taken, and no page of another site gets in by this machine's browser."""

import json

import pytest
from account import send
from botocore.config import Config
from servers import new_server

FORM = {"content-type": "application/x-www-form-urlencoded"}
SIGNED = {
    "authorization": "AWS4-HMAC-SHA256 Credential=a/20260701/us-east-1/iam/aws4_request, SignedHeaders=a, Signature=0"
}


@pytest.fixture(scope="module")
def unguarded(tmp_path_factory):
    server = new_server(tmp_path_factory.mktemp("unguarded") / "data", "--auth", "off", "--daemon-address", "off")
    server.data.mkdir()
    server.start()
    yield server
    server.stop()


def lookup(client, **attribute):
    wanted = [{"AttributeKey": name, "AttributeValue": value} for name, value in attribute.items()]
    return client.lookup_events(LookupAttributes=wanted)["Events"]


def test_accounts_see_nothing_of_each_other(unguarded):
    mine = {"aws_access_key_id": "111111111111"}
    theirs = {"aws_access_key_id": "222222222222"}
    unguarded.client("xray", **mine).create_group(GroupName="secret-plans")
    found = lookup(unguarded.client("cloudtrail", **mine), ResourceName="secret-plans")
    assert [json.loads(event["CloudTrailEvent"])["recipientAccountId"] for event in found] == ["111111111111"]
    other = unguarded.client("cloudtrail", **theirs)
    # Everything first: within a second it tells of what is looked up here.
    assert "secret-plans" not in json.dumps([event["CloudTrailEvent"] for event in lookup(other)])
    assert lookup(other, ResourceName="secret-plans") == []
    assert lookup(other, EventId=found[0]["EventId"]) == []


@pytest.mark.parametrize("name", ["localhost", "skylens", "xray.example.com"])
def test_an_sdk_is_answered_by_whatever_name_it_calls(unguarded, name):
    through = Config(proxies={"http": unguarded.endpoint})  # sends the name, and comes here
    client = unguarded.client("xray", endpoint_url=f"http://{name}:{unguarded.port}", config=through)
    assert client.get_groups()["Groups"] is not None


@pytest.mark.parametrize(
    ("asked", "headers"),
    [
        ("POST /", {**FORM, "origin": "https://evil.example"}),  # a form of another site
        ("GET /?Action=CreateUser&UserName=mallory&Version=2010-05-08", {}),  # an image on its page
        ("POST /", {**FORM, "host": "evil.example", "origin": "http://evil.example"}),  # its name, our address
        ("GET /?Action=CreateUser&UserName=mallory&Version=2010-05-08", {**SIGNED, "host": "evil.example:8000"}),
        ("GET /?Action=ListUsers&Version=2010-05-08", {**SIGNED, "host": "evil.example:8000"}),
        ("GET /?Action=ListUsers&Version=2010-05-08", {"sec-fetch-site": "cross-site"}),
    ],
)
def test_pages_of_other_sites_get_nothing_and_change_nothing(unguarded, eventually, asked, headers):
    method, _, path = asked.partition(" ")
    body = b"Action=CreateUser&UserName=mallory&Version=2010-05-08" if method == "POST" else b""
    status, request_id, answer, _ = send(unguarded, method, path, headers, body)
    assert (status, b"AccessDenied" in answer) == (403, True)
    iam, cloudtrail = unguarded.client("iam"), unguarded.client("cloudtrail")
    assert iam.list_users()["Users"] == []
    [event] = eventually(lambda: lookup(cloudtrail, EventId=request_id))
    assert json.loads(event["CloudTrailEvent"])["errorCode"] == "AccessDenied"
