"""health.py and metrics.py: what is asked of a daemon from outside."""

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families


@pytest.fixture
def asked(start_daemon):
    """Ask a daemon's health port; status and JSON or text."""

    async def ask(daemon, path):
        host, port = daemon.addresses.health
        async with aiohttp.ClientSession() as session, session.get(f"http://{host}:{port}{path}") as answer:
            text = await answer.text()
            return answer.status, await answer.json() if answer.content_type == "application/json" else text

    async def start(path, **settings):
        daemon = await start_daemon(health_address="127.0.0.1:0", **settings)
        return daemon, await ask(daemon, path)

    start.again = ask
    return start


async def test_a_running_daemon_is_alive_whatever_the_service_does(asked, sink):
    sink.always = sink.Reply(500)
    assert (await asked("/healthz"))[1] == (200, {"status": "ok"})


async def test_a_daemon_whose_service_takes_signed_calls_is_ready(asked, sink):
    assert (await asked("/readyz"))[1] == (200, {"status": "ok"})
    assert sink.seen[0].path == "/GetSamplingRules"
    assert "Authorization" in sink.seen[0].headers


async def test_a_daemon_that_is_refused_is_not_ready_and_says_why(asked, sink):
    sink.always = sink.Reply(403, b'{"message":"bad key"}')
    _, (status, answer) = await asked("/readyz")
    assert (status, answer["reason"]) == (503, f'{sink.url} answered 403: {{"message":"bad key"}}')


async def test_a_daemon_that_reaches_nobody_is_not_ready(asked, sink):
    await sink.stop()
    _, (status, answer) = await asked("/readyz")
    assert (status, answer["status"]) == (503, "failing")
    assert "Cannot connect" in answer["reason"]


async def test_a_daemon_without_credentials_is_not_ready(asked):
    _, (status, answer) = await asked("/readyz", key=None)
    assert status == 503
    assert "no credentials in the environment" in answer["reason"]


async def test_the_service_is_not_asked_for_every_probe(asked, sink):
    daemon, _ = await asked("/readyz")
    await asked.again(daemon, "/readyz")
    assert len(sink.seen) == 1


async def test_an_upload_speaks_for_itself(asked, sink, sender, until):
    daemon, _ = await asked("/healthz")
    sender(daemon).documents(*["{}"] * 50)
    await until(lambda: daemon.counts.sent == 50)
    assert (await asked.again(daemon, "/readyz"))[0] == 200
    assert sink.to("/GetSamplingRules") == []


async def test_a_failing_upload_speaks_too(asked, sink, sender, until):
    sink.always = sink.Reply(503, b"later")
    daemon, _ = await asked("/healthz")
    sender(daemon).documents(*["{}"] * 50)
    await until(lambda: daemon.counts.retries > 0)
    status, answer = await asked.again(daemon, "/readyz")
    assert (status, answer["reason"]) == (503, "HTTP 503 later")


async def test_a_stopped_upload_loop_is_not_alive(asked, until):
    daemon, _ = await asked("/healthz")
    daemon._tasks[0].cancel()
    await until(daemon._tasks[0].done)
    assert (await asked.again(daemon, "/healthz"))[0] == 503
    await daemon.stop()


async def test_metrics_tell_every_count(asked, sender, until):
    daemon, _ = await asked("/healthz")
    sending = sender(daemon)
    sending.documents(*["{}"] * 50)
    sending.raw(b"garbage")
    await until(lambda: daemon.counts.sent == 50 and daemon.counts.received == 51)
    status, text = await asked.again(daemon, "/metrics")
    values = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert status == 200
    assert values["skylens_daemon_segments_received_total",] == 51
    assert values["skylens_daemon_segments_sent_total",] == 50
    assert values["skylens_daemon_segments_rejected_total", "no_newline"] == 1
    assert values["skylens_daemon_upload_seconds_count",] == 1
    assert values["skylens_daemon_socket_dropped_total",] == 0
    assert values["skylens_daemon_buffer_segments",] == 0


async def test_the_collector_can_be_put_into_another_registry(start_daemon):
    from prometheus_client import CollectorRegistry, generate_latest

    daemon = await start_daemon()
    registry = CollectorRegistry()
    registry.register(daemon.metrics)
    assert b"skylens_daemon_segments_received_total 0.0" in generate_latest(registry)
