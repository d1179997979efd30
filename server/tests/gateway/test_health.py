"""Readiness says what stands in the way."""

import time

from skylens.gateway import health as room
from skylens.gateway.health import Health


def broken():
    raise OSError("no space left")


async def test_each_obstacle_has_its_line():
    response = await Health({"store": broken, "state": lambda: "locked", "disk": lambda: ""}).readyz()
    assert (response.status, response.body) == (503, b"store: no space left\nstate: locked\n")


async def test_a_check_that_does_not_answer_is_an_obstacle(monkeypatch):
    monkeypatch.setattr(room, "READY_SECONDS", 0.05)
    response = await Health({"store": lambda: time.sleep(0.2) or ""}).readyz()
    assert (response.status, response.body) == (503, b"store: no answer within 0 seconds\n")


async def test_a_server_that_is_stopping_is_not_ready_but_alive():
    health = Health({}, is_draining=True)
    assert ((await health.readyz()).status, (await health.healthz()).status) == (503, 200)
