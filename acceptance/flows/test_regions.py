"""Regions of one account are apart in every operation: the root user itself finds nothing of one from another."""

import json

import planted
import pytest
from account import Account, Somebody
from servers import new_server

from skylens.registry import ACCESS

CANARY = "canary51d9a3f7"  # stands in everything that the account has in us-east-1
SERVICES = ("cloudtrail", "cloudtrail-data", "kms", "xray")  # IAM is in no region, STS has nothing that lies in one


@pytest.fixture(scope="module")
def here(tmp_path_factory, eventually):
    server = new_server(tmp_path_factory.mktemp("regions"))
    server.start()
    account = Account(server, "111122223333", CANARY)
    eventually(lambda: CANARY in account.view()["trace"])
    yield account
    server.stop()


@pytest.fixture(scope="module")
def there(here):
    """The same key in another region."""
    return Somebody(here.server, here.key, "eu-west-1")


# A trail is read by its ARN from everywhere, as AWS's guide has it; it is changed at home only.
TRAILS_ARE_READ_BY = {"DescribeTrails", "GetTrail", "ListTags"}
ABOUT = {  # members whose ARN only says what something is about
    "xray:PutTelemetryRecords ResourceARN",
    "cloudtrail:GetEventSelectors TrailName",
    "cloudtrail:GetTrailStatus Name",
    "cloudtrail:ListInsightsMetricData TrailName",
}


@pytest.mark.parametrize("service", SERVICES)
def test_whatever_is_named_by_its_arn_is_not_there_in_another_region(service, here, there):
    before, known = here.view(), here.known()
    tried = [
        (
            place,
            there.tell(service, place.operation, planted.request(place, here.arns[kind], known | planted.fresh(place))),
        )
        for place, kind in planted.arn_places(service)
        if kind != "role"
    ]
    told = [(place, answer) for place, answer in tried if place.operation not in TRAILS_ARE_READ_BY]
    assert told
    assert [str(place) for place, answer in told if CANARY in answer.text] == []
    found = [(str(place), answer) for place, answer in told if str(place) not in ABOUT]
    assert [each for each in found if not 400 <= each[1].status < 500] == []
    assert here.view() == before


def test_whatever_reads_reads_what_is_of_its_region(here, there):
    known = here.known()
    reads = [key for key, access in ACCESS.items() if access.read_only and key[0] in SERVICES]
    told = {key: there.tell(*key, planted.plain_request(*key, known)) for key in reads}
    assert {key for key, answer in told.items() if CANARY in answer.text} == {("cloudtrail", "ListTags")}
    assert {key for key, answer in told.items() if answer.status >= 500} == set()
    assert [trail["HomeRegion"] for trail in there.client("cloudtrail").list_trails()["Trails"]] == ["us-east-1"]
    assert there.client("cloudtrail").describe_trails()["trailList"] == []
    assert {record["awsRegion"] for record in there.history().values()} == {"eu-west-1"}
    assert there.client("xray").batch_get_traces(TraceIds=[here.trace_id])["Traces"] == []
    assert "InvalidCiphertextException" in there.tell("kms", "Decrypt", {"CiphertextBlob": here.blob}).code
    assert CANARY in json.dumps(here.client("xray").get_sampling_rules(), default=str)
