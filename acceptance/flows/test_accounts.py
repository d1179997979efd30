"""Several accounts on one server, from the shell and through the aws CLI: nothing of one is seen in another."""

import json
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from documents import a_segment, put
from servers import SKYLENS

AWS = shutil.which("aws", path=str(Path(sys.executable).parent)) or shutil.which("aws")
ONE, TWO = "111122223333", "444455556666"


@pytest.fixture(scope="session")
def shell(skylens):
    """Run `skylens` on the server's data and return its JSON."""

    def run(*words):
        command = [*SKYLENS, *words, "--data", str(skylens.data), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="session")
def clients(skylens, shell):
    """Clients of two accounts' root users: ``clients(ONE, "xray")``."""
    keys = {account: shell("accounts", "create", account, "--name", f"team {account[:4]}") for account in (ONE, TWO)}

    def client(account, service):
        key = keys[account]
        return skylens.client(
            service,
            aws_access_key_id=key["access_key_id"],
            aws_secret_access_key=key["secret_access_key"],
        )

    return client


def test_traces_groups_and_rules_of_one_account_are_not_seen_in_another(clients, eventually):
    one, two = clients(ONE, "xray"), clients(TWO, "xray")
    segment = a_segment("isolated")
    assert put(one, segment) == []
    trace_id, now = segment["trace_id"], time.time()
    assert eventually(lambda: one.batch_get_traces(TraceIds=[trace_id])["Traces"])
    assert two.batch_get_traces(TraceIds=[trace_id])["Traces"] == []
    spans = {"StartTime": now - 600, "EndTime": now + 60}
    assert [each["Id"] for each in one.get_trace_summaries(**spans)["TraceSummaries"]] == [trace_id]
    assert two.get_trace_summaries(**spans)["TraceSummaries"] == []
    assert two.get_service_graph(**spans)["Services"] == []
    group = one.create_group(GroupName="mine", FilterExpression='service("isolated")')["Group"]
    assert [each["GroupName"] for each in two.get_groups()["Groups"]] == ["Default"]
    for call, parameters in (
        (two.get_group, {"GroupARN": group["GroupARN"]}),
        (two.delete_group, {"GroupARN": group["GroupARN"]}),
        (two.list_tags_for_resource, {"ResourceARN": group["GroupARN"]}),
    ):
        with pytest.raises(two.exceptions.ClientError):
            call(**parameters)
    assert one.get_group(GroupName="mine")["Group"]["GroupARN"] == group["GroupARN"]


@pytest.mark.usefixtures("clients")
def test_regions_of_one_account_are_apart(skylens, shell):
    key = shell("keys", "create", "--account", ONE)
    names = {"aws_access_key_id": key["access_key_id"], "aws_secret_access_key": key["secret_access_key"]}
    here, there = (skylens.client("xray", region_name=region, **names) for region in ("eu-west-1", "eu-west-2"))
    here.create_group(GroupName="regional", FilterExpression="fault")
    assert [each["GroupName"] for each in there.get_groups()["Groups"]] == ["Default"]
    assert "regional" in [each["GroupName"] for each in here.get_groups()["Groups"]]


def test_the_aws_cli_makes_a_user_that_signs(skylens):
    environment = skylens.shell()

    def aws(*words, **changes):
        command = [AWS, *words, "--output", "json"]
        done = subprocess.run(
            command, env=environment | changes, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout else {}

    aws("iam", "create-user", "--user-name", "reader")
    aws("iam", "wait", "user-exists", "--user-name", "reader")
    policy = "arn:aws:iam::aws:policy/AWSXrayReadOnlyAccess"
    aws("iam", "attach-user-policy", "--user-name", "reader", "--policy-arn", policy)
    key = aws("iam", "create-access-key", "--user-name", "reader")["AccessKey"]
    own = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    assert aws("xray", "get-groups", **own)["Groups"]
    attached = aws("iam", "list-attached-user-policies", "--user-name", "reader")["AttachedPolicies"]
    assert [each["PolicyArn"] for each in attached] == [policy]
    aws("iam", "delete-access-key", "--user-name", "reader", "--access-key-id", key["AccessKeyId"])
    aws("iam", "detach-user-policy", "--user-name", "reader", "--policy-arn", policy)
    aws("iam", "delete-user", "--user-name", "reader")


def test_the_daemon_signs_as_its_user(skylens, xray, eventually):
    iam = skylens.client("iam")
    segment = a_segment("through-the-daemon")
    host, _, port = skylens.daemon_address.rpartition(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        datagram = b'{"format":"json","version":1}\n' + json.dumps(segment).encode()
        udp.sendto(datagram, (host, int(port)))
    assert eventually(lambda: xray.batch_get_traces(TraceIds=[segment["trace_id"]])["Traces"])
    (key,) = iam.list_access_keys(UserName="skylens-daemon")["AccessKeyMetadata"]
    used = eventually(
        lambda: iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"]),
        lambda told: "LastUsedDate" in told["AccessKeyLastUsed"],
    )
    assert (used["UserName"], used["AccessKeyLastUsed"]["ServiceName"]) == ("skylens-daemon", "xray")


def test_a_key_stopped_from_the_shell_is_refused_within_seconds(skylens, shell, clients, eventually):
    clients(ONE, "iam").create_user(UserName="temp")
    key = shell("keys", "create", "--account", ONE, "--user", "temp")
    own = skylens.client("iam", aws_access_key_id=key["access_key_id"], aws_secret_access_key=key["secret_access_key"])

    def outcome():
        try:
            own.get_user()
        except own.exceptions.ClientError as error:
            return error.response["Error"]["Code"]
        return "signed"

    assert outcome() in {"signed", "AccessDenied"}
    stop = [*SKYLENS, "keys", "deactivate", key["access_key_id"], "--account", ONE, "--user", "temp"]
    subprocess.run([*stop, "--data", str(skylens.data)], check=True)
    assert eventually(outcome, lambda code: code == "InvalidClientTokenId", seconds=10)
