"""The webhook: a receiver of somebody's own is told of every change once, in order, whoever was away for a while."""

import urllib.request

import pytest
from ports import free_port
from servers import new_server
from webhook_receiver import SECRET, WebhookReceiver


@pytest.fixture(scope="module")
def receiver():
    made = WebhookReceiver(free_port())
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def told_server(receiver, tmp_path_factory):
    """A server that tells the receiver."""
    folder = tmp_path_factory.mktemp("webhook")
    (folder / "secret").write_text(SECRET)
    flags = ("--event-webhook", receiver.url, "--event-webhook-secret-file", str(folder / "secret"))
    server = new_server(folder / "server", *flags)
    server.data.mkdir()
    server.start()
    yield server
    server.stop()


def make_groups(server, *names):
    client = server.client()
    for name in names:
        client.create_group(GroupName=name)
        client.get_group(GroupName=name)  # which only reads


def numbers(server):
    with urllib.request.urlopen(f"{server.endpoint}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return {name: value for name, _, value in (line.rpartition(" ") for line in lines) if "webhook" in name}


def test_each_change_is_told_once_and_in_order(told_server, receiver, eventually):
    begin = len(receiver.events)
    names = [f"group-{number}" for number in range(20)]
    make_groups(told_server, *names)
    eventually(receiver.names, lambda told: names[-1] in told)
    assert receiver.names()[begin:] == names
    assert {event["detail"]["eventName"] for event in receiver.events} == {"CreateGroup"}
    assert receiver.unverified == 0


def test_an_event_has_the_form_that_eventbridge_gives_it(told_server, receiver, eventually):
    make_groups(told_server, "formal")
    eventually(receiver.names, lambda told: "formal" in told)
    event = receiver.events[-1]
    head = ["version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"]
    assert list(event) == head
    assert [event[name] for name in ("version", "detail-type", "resources")] == ["0", "AWS API Call via CloudTrail", []]
    assert [event[name] for name in ("source", "account", "region")] == ["aws.xray", "000000000000", "us-east-1"]
    assert (event["id"], event["time"]) == (event["detail"]["eventID"], event["detail"]["eventTime"])


def test_nothing_is_lost_while_the_receiver_is_away_and_the_server_killed(told_server, receiver, eventually):
    begin = len(receiver.events)
    make_groups(told_server, "before")
    eventually(receiver.names, lambda told: "before" in told)
    receiver.stop()
    make_groups(told_server, "away-1", "away-2")
    eventually(lambda: numbers(told_server)["skylens_cloudtrail_webhook_up"], lambda up: up == "0.0")
    assert float(numbers(told_server)["skylens_cloudtrail_webhook_lag_seconds"]) > 0
    told_server.kill()
    receiver.start()
    told_server.start()
    make_groups(told_server, "after")
    eventually(receiver.names, lambda told: "after" in told)
    assert receiver.names()[begin:] == ["before", "away-1", "away-2", "after"]
    assert receiver.unverified == 0
    eventually(lambda: numbers(told_server)["skylens_cloudtrail_webhook_up"], lambda up: up == "1.0")
