"""The sender: each event reaches the receiver, in its order, whoever fails; what it cannot take is counted."""

import base64
import hashlib
import hmac
import json
import socket
from datetime import timedelta
from itertools import pairwise

import pytest
from certificates import Authority
from cloudtrail.events_of_tests import an_event, an_event_id, store_events
from cloudtrail.webhook.listener import Listener
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from skylens.cloudtrail.trail_sessions import microseconds
from skylens.cloudtrail.webhook import progress
from skylens.cloudtrail.webhook.receiver import Receiver
from skylens.cloudtrail.webhook.sender import WebhookSender
from skylens.cloudtrail.webhook.target import Target

SECRET = b"ABC" * 8
ACCOUNTS = ["111111111111", "222222222222", "333333333333"]


class World:
    """A listener, events that happen, and senders that tell of them."""

    def __init__(self, listener, store, control, clock):
        self.listener, self.store, self.control, self.clock = listener, store, control, clock
        self.events = 0
        progress.begin(control, clock)
        self.sender, self.other = self.new_sender(), self.new_sender()

    def new_sender(self, url="", *, reads=False):
        """What another node, or the next server, would run."""
        target = Target(url or self.listener.url, SECRET, reads)
        settled_us = lambda: microseconds(self.clock.now())  # noqa: E731
        return WebhookSender(target, self.store, self.control, self.clock, settled_us=settled_us)

    def happen(self, *names, **fields):
        """Let things happen, a microsecond apart, and a millisecond pass."""
        kind, made = fields.pop("kind", "AwsApiCall"), []
        for name in names:
            self.events += 1
            record = json.dumps({"eventName": name, "eventType": kind})
            made.append(an_event(self.events, name=name, time=self.clock.now(), record=record, **fields))
        store_events(self.store, made, first_us=microseconds(self.clock.now()))
        self.clock.advance(0.001)
        return made

    def run(self, sender=None):
        (sender or self.sender).run(self.clock.now())

    def numbers(self):
        found = progress.metrics(self.control, self.clock, is_on=True)
        return {metric.name.rpartition("webhook_")[2]: metric.samples[0].value for metric in found}


@pytest.fixture
def listener():
    opened = Listener()
    yield opened
    opened.close()


@pytest.fixture
def world(listener, store, control, clock):
    return World(listener, store, control, clock)


def dropped(why):
    return REGISTRY.get_sample_value("skylens_cloudtrail_webhook_dropped_total", {"why": why}) or 0


def test_every_event_is_told_once_and_in_order(world):
    names = [f"Create{number}" for number in range(230)]  # more than two pages
    world.happen(*names)
    world.run()
    world.run()
    assert world.listener.names() == names
    assert world.numbers() == {"up": 1, "lag_seconds": 0}


def test_a_request_is_signed_with_its_time(world):
    world.happen("CreateGroup")
    world.run()
    [(headers, body)] = world.listener.requests
    sent_at = str(int(world.clock.now().timestamp()))
    signed = f"{an_event_id(1)}.{sent_at}.".encode() + body
    signature = base64.b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest()).decode()
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == (an_event_id(1), sent_at)
    assert (headers["webhook-signature"], headers["content-type"]) == (f"v1,{signature}", "application/json")


def test_management_events_that_only_read_are_left_out_unless_asked_for(world):
    reads = world.new_sender(reads=True)
    world.happen("GetGroups", read_only=True)
    world.happen("CreateGroup")
    world.happen("BatchGetTraces", read_only=True, category="Data")
    world.happen("ApiCallRateInsight", read_only=True, category="Insight", kind="AwsCloudTrailInsight")
    world.run()
    assert world.listener.names() == ["CreateGroup", "BatchGetTraces", "ApiCallRateInsight"]
    world.happen("GetTraceSummaries", read_only=True)
    world.run(reads)
    assert world.listener.names()[3:] == ["GetTraceSummaries"]


def test_what_came_before_the_webhook_is_not_told(listener, store, control, clock):
    store_events(store, [an_event(1, name="Earlier", time=clock.now())], first_us=microseconds(clock.now()) - 1)
    world = World(listener, store, control, clock)
    world.run()
    assert listener.names() == []


@pytest.mark.parametrize("status", [302, 401, 408, 429, 500, 503])
def test_a_receiver_that_is_not_well_is_asked_again_after_growing_waits(world, status):
    world.listener.statuses = [status] * 3
    [first, *_] = world.happen("CreateGroup", "DeleteGroup")
    asked = []
    for _ in range(20):
        requests = len(world.listener.requests)
        world.run()
        if len(world.listener.requests) > requests:
            asked.append(world.clock.monotonic())
        if not world.listener.taken:
            age = (world.clock.now() - first.time).total_seconds()
            assert world.numbers() == {"up": 0, "lag_seconds": pytest.approx(age, abs=0.001)}
        world.clock.advance(0.5)
    assert [later - earlier for earlier, later in pairwise(asked)] == pytest.approx([1, 2, 4])
    assert world.listener.names() == ["CreateGroup", "DeleteGroup"]
    assert world.numbers() == {"up": 1, "lag_seconds": 0}


def test_an_event_that_is_refused_keeps_none_of_the_others(world, caplog):
    before = dropped("refused")
    world.listener.status_of = lambda event: 400 if event["detail"]["eventName"] == "Odd" else 200
    world.happen("CreateGroup", "Odd", "DeleteGroup")
    world.run()
    assert world.listener.names() == ["CreateGroup", "DeleteGroup"]
    assert dropped("refused") == before + 1
    assert f"event=webhook_event_refused id={an_event_id(2)} name=Odd status=400" in caplog.text


def test_redirects_are_not_followed(world):
    world.listener.statuses = [307]
    world.happen("CreateGroup")
    world.run()
    assert len(world.listener.requests) == 1
    assert world.listener.taken == []


def test_a_long_answer_is_no_obstacle(world):
    world.listener.answer = b"thanks " * 100_000
    world.happen("CreateGroup", "DeleteGroup")
    world.run()
    assert world.listener.names() == ["CreateGroup", "DeleteGroup"]


def test_another_node_goes_on_where_one_stopped(world):
    world.happen("CreateGroup")
    world.run()
    world.happen("UpdateGroup")
    world.run(world.other)
    world.happen("DeleteGroup")
    world.run()
    assert world.listener.names() == ["CreateGroup", "UpdateGroup", "DeleteGroup"]


def test_a_server_that_dies_before_it_notes_what_it_sent_sends_that_again(world, monkeypatch):
    world.happen("CreateGroup", "DeleteGroup")

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(progress, "move", die)
        with pytest.raises(KeyboardInterrupt):
            world.run()
    world.run(world.other)
    assert world.listener.names() == ["CreateGroup", "DeleteGroup"] * 2
    assert len({event["id"] for event in world.listener.taken}) == 2


def test_nobody_listens_at_first(world):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    world.happen("CreateGroup")
    world.run(world.new_sender(f"http://127.0.0.1:{port}/"))
    assert world.numbers()["up"] == 0
    world.run(world.other)
    assert world.listener.names() == ["CreateGroup"]


def test_a_receiver_that_never_answers_is_left_after_a_while(world, monkeypatch):
    monkeypatch.setattr("skylens.cloudtrail.webhook.receiver.SECONDS", 0.05)
    world.happen("CreateGroup")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        world.run(world.new_sender(f"http://127.0.0.1:{silent.getsockname()[1]}/"))
    with world.control.read() as connection:
        found = progress.find(connection)
    assert found is not None
    assert found.failure == "TimeoutError"


def test_a_receiver_is_told_over_tls_once_its_certificate_is_trusted(world, tmp_path, monkeypatch):
    authority = Authority(tmp_path)
    receiver = Listener(authority.issue("siem", "127.0.0.1"))
    try:
        world.happen("CreateGroup")
        world.run(world.new_sender(receiver.url))
        assert (receiver.requests, world.numbers()["up"]) == ([], 0)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.bundle))
        world.run(world.new_sender(receiver.url))
        assert receiver.names() == ["CreateGroup"]
    finally:
        receiver.close()


def test_events_that_retention_deletes_before_they_were_taken_are_counted(world, caplog):
    before = dropped("expired")
    world.listener.status_of = lambda event: 503
    world.happen("CreateGroup", "DeleteGroup")
    world.happen("Kept", account="111122223333")
    world.run()
    world.sender.note_expiring(world.clock.now() - timedelta(days=1), {})
    assert dropped("expired") == before
    world.sender.note_expiring(world.clock.now() + timedelta(days=1), {"111122223333": 3000})
    assert dropped("expired") == before + 2
    assert "event=webhook_events_expired events=2" in caplog.text


def test_so_are_those_that_came_just_before_a_server_was_off_for_long(world):
    before = dropped("expired")
    world.happen("CreateGroup")  # and nobody has run since
    world.other.note_expiring(world.clock.now() + timedelta(days=1), {})
    assert dropped("expired") == before + 1


def test_where_the_webhook_is_off_no_number_is_shown(control, clock):
    assert [metric.samples for metric in progress.metrics(control, clock, is_on=False)] == [[], []]


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_the_receiver_answers_it_gets_each_accounts_events_in_order(world, data):
    begin = len(world.listener.taken)
    accounts = data.draw(st.lists(st.sampled_from(ACCOUNTS), max_size=6))
    happened = [event for account in accounts for event in world.happen("CreateGroup", account=account)]
    world.listener.statuses = data.draw(st.lists(st.sampled_from([200, 500, 429, 302]), max_size=6))
    senders = data.draw(st.sampled_from([[world.sender], [world.sender, world.other]]))
    for _ in range(7):  # the last one at least gets none of the six answers
        world.clock.advance(61)
        world.run(data.draw(st.sampled_from(senders)))
    taken = [event["id"] for event in world.listener.taken[begin:]]
    if len(senders) == 1:  # another node may tell again what the first one told of a page
        assert len(taken) == len(happened)
    of_account = {event.id: event.account for event in happened}
    for account in ACCOUNTS:
        in_order = [event.id for event in happened if event.account == account]
        assert [each for each in dict.fromkeys(taken) if of_account[each] == account] == in_order


def test_a_receivers_url_is_not_shown():
    assert "siem" not in repr(Receiver(Target("https://siem.example.com/secret", SECRET), None))
