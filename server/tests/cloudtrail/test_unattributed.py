"""Unattributed calls: added up, bounded whoever sends however many, and written down."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policies import NOW
from sqlalchemy.exc import OperationalError

from skylens.api_events import UnattributedCall
from skylens.cloudtrail import unattributed
from skylens.cloudtrail.unattributed import MOST_KEYS, MOST_ROWS, Unattributed, UnattributedCalls

REASONS = ("unknown key", "wrong signature", "missing token")
HOUR = timedelta(hours=1)


def a_call(reason="unknown key", *, key="AKIANOBODY", address="192.0.2.7", at=NOW, agent="curl/8"):
    return UnattributedCall(reason, at, address, key, "xray", agent)


@pytest.fixture
def calls(control):
    return UnattributedCalls(control, 90)


def test_calls_of_an_hour_are_added_up_over_what_is_written_down(calls, control):
    later = NOW + timedelta(seconds=90)
    calls.note(a_call())
    calls.note(a_call(at=later))
    calls.flush(NOW)
    calls.note(a_call(at=later))
    calls.flush(NOW)
    calls.flush(NOW)
    assert unattributed.since(control, NOW) == [
        Unattributed(NOW, "unknown key", "192.0.2.7", "AKIANOBODY", 3, later, "xray", "curl/8")
    ]


def test_reasons_addresses_keys_and_hours_are_told_apart(calls, control):
    different = [
        a_call(),
        a_call("wrong signature"),
        a_call(key="AKIAOTHER"),
        a_call(address="2001:db8::1"),
        a_call(at=NOW + HOUR),
    ]
    for call in different:
        calls.note(call)
    calls.flush(NOW)
    found = unattributed.since(control, NOW)
    assert [each.calls for each in found] == [1] * len(different)
    assert len(unattributed.since(control, NOW + HOUR)) == 1


def test_one_who_guesses_keys_takes_few_rows(calls, control):
    for number in range(1_000):
        calls.note(a_call(key=f"AKIA{number}"))
    calls.note(a_call(address="198.51.100.1"))
    calls.flush(NOW)
    found = unattributed.since(control, NOW)
    guesser = [each for each in found if each.source_ip == "192.0.2.7"]
    assert (len(guesser), sum(each.calls for each in guesser)) == (MOST_KEYS + 1, 1_000)
    assert [each.access_key_id for each in found if each.source_ip == "198.51.100.1"] == ["AKIANOBODY"]


@given(st.lists(st.tuples(st.sampled_from(REASONS), st.integers(0, 500), st.integers(0, 30), st.integers(0, 2))))
def test_whoever_asks_however_often_rows_are_bounded_and_every_call_counts(sent):
    calls = UnattributedCalls(None, 90)
    for reason, address, key, hour in sorted(sent * 3, key=lambda each: each[3]):
        calls.note(a_call(reason, address=f"10.0.0.{address}", key=f"AKIA{key}", at=NOW + hour * HOUR))
    assert sum(each.calls for each in calls._sums.values()) == 3 * len(sent)
    assert all(rows <= MOST_ROWS + len(REASONS) for rows in Counter(row.hour for row in calls._sums).values())


def test_many_addresses_share_what_is_left(calls, control):
    for number in range(2 * MOST_ROWS):
        calls.note(a_call(address=f"10.0.0.{number}"))
    calls.flush(NOW)
    found = unattributed.since(control, NOW)
    assert len(found) == MOST_ROWS + 1
    [others] = [each for each in found if each.source_ip == "*"]
    assert (others.calls, others.access_key_id) == (MOST_ROWS, "*")


def test_what_cannot_be_written_now_is_written_later(calls, control, monkeypatch):
    calls.note(a_call())

    def full(*_, **__):
        raise OperationalError("insert", {}, Exception("disk full"))

    with monkeypatch.context() as patched:
        patched.setattr(unattributed, "upsert", full)
        with pytest.raises(OperationalError):
            calls.flush(NOW)
    calls.note(a_call())
    calls.flush(NOW)
    assert [each.calls for each in unattributed.since(control, NOW)] == [2]


def test_they_are_kept_as_long_as_event_history(calls, control):
    calls.note(a_call())
    calls.flush(NOW)
    calls.forget(NOW + timedelta(days=90))
    assert len(unattributed.since(control, NOW)) == 1
    calls.forget(NOW + timedelta(days=90, seconds=1))
    assert unattributed.since(control, NOW) == []


def test_a_stranger_s_texts_are_short_and_move_no_cursor(calls, control):
    calls.note(a_call(key="A" * 5_000, agent="\x1b[2J" + "x" * 5_000))
    calls.flush(NOW)
    [found] = unattributed.since(control, NOW)
    assert found.access_key_id == "A" * 128
    assert found.user_agent.startswith("?[2Jxx")
    assert len(found.user_agent) == 256
