"""The webhook: a receiver of somebody's own is told of every change once, in order, whoever was away for a while."""

import json
import subprocess

import pytest
from ports import free_port
from servers import SKYLENS
from webhook_receiver import SECRET, WebhookReceiver


@pytest.fixture
def receiver():
    made = WebhookReceiver(free_port())
    made.start()
    yield made
    made.stop()


@pytest.fixture
def told_server(own_skylens, receiver, tmp_path):
    """A server that tells the receiver, and the flags of the command line for it."""
    (tmp_path / "secret").write_text(SECRET)
    return own_skylens("--event-webhook", receiver.url, "--event-webhook-secret-file", str(tmp_path / "secret"))


def make_groups(server, *names):
    client = server.client()
    for name in names:
        client.create_group(GroupName=name)
        client.get_group(GroupName=name)  # which only reads


def webhook_finding(server):
    flags = ["--port", str(server.port), "--data", str(server.data)]
    done = subprocess.run([*SKYLENS, "doctor", "--json", *flags], capture_output=True, text=True, check=False)
    [found] = [each for each in json.loads(done.stdout) if each["check"] == "webhook"]
    return found["ok"], found["finding"]


def test_each_change_is_told_once_and_in_order(told_server, receiver, eventually):
    names = [f"group-{number}" for number in range(20)]
    make_groups(told_server, *names)
    eventually(lambda: len(receiver.names()), lambda told: told >= len(names))
    told_server.stop()  # nothing comes twice, and the reads do not come later
    assert receiver.names() == names
    assert receiver.unverified == 0
    event = receiver.events[0]
    assert list(event) == [
        *("version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail")
    ]
    assert (event["version"], event["detail-type"], event["resources"]) == ("0", "AWS API Call via CloudTrail", [])
    assert (event["account"], event["region"]) == ("000000000000", "us-east-1")
    assert (event["id"], event["time"]) == (event["detail"]["eventID"], event["detail"]["eventTime"])
    assert event["detail"]["eventName"] == "CreateGroup"


def test_nothing_is_lost_while_the_receiver_is_away_and_the_server_killed(told_server, receiver, eventually):
    make_groups(told_server, "before")
    eventually(receiver.names)
    receiver.stop()
    make_groups(told_server, "away-1", "away-2")
    ok, finding = eventually(lambda: webhook_finding(told_server), lambda found: not found[0])
    assert (ok, "does not take events" in finding) == (False, True)
    told_server.kill()
    receiver.start()
    told_server.start()
    make_groups(told_server, "after")
    eventually(receiver.names, lambda names: "after" in names)
    assert receiver.names() == ["before", "away-1", "away-2", "after"]
    assert receiver.unverified == 0
    assert webhook_finding(told_server) == (True, "the webhook's receiver takes events and is 0 s behind")


def test_a_url_that_cannot_be_is_told_at_the_start(tmp_path):
    command = [*SKYLENS, "up", "--port", "0", "--daemon-address", "off", "--data", str(tmp_path / "data")]
    done = subprocess.run([*command, "--event-webhook", "siem/events"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Skylens cannot start: --event-webhook" in done.stderr
