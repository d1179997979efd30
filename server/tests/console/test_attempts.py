"""Attempts by themselves: addresses apart, and memory that does not grow."""

from skylens.console import attempts
from skylens.console.attempts import Attempts


def test_addresses_are_apart_and_the_networks_of_ipv6_are_one(clock):
    room = Attempts(clock)
    assert [room.take("192.0.2.7") for _ in range(attempts.MOST + 1)] == [True] * attempts.MOST + [False]
    assert room.take("192.0.2.8")
    assert [room.take(f"2001:db8::{n:x}") for n in range(attempts.MOST + 1)] == [True] * attempts.MOST + [False]
    assert room.take("2001:db8:0:1::1")


def test_addresses_that_have_all_attempts_again_are_forgotten(clock, monkeypatch):
    monkeypatch.setattr(attempts, "_MANY", 3)
    room = Attempts(clock)
    for n in range(3):
        room.take(f"192.0.2.{n}")
    clock.advance(attempts.EVERY_SECONDS * attempts.MOST)
    room.take("192.0.2.9")
    assert list(room._left) == ["192.0.2.9"]


def test_giving_back_never_gives_more_than_there_were(clock):
    room = Attempts(clock)
    room.give_back("192.0.2.7")
    assert [room.take("192.0.2.7") for _ in range(attempts.MOST + 1)] == [True] * attempts.MOST + [False]
