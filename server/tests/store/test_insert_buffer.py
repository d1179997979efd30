"""Insert buffer: group commit, backpressure, and an answer for everybody."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import pytest
from prometheus_client import REGISTRY

from skylens.clock import ManualClock
from skylens.store import MAY_REPEAT, RowsRefused, StoreBusy, StoreUnavailable, insert_buffer
from skylens.store.insert_buffer import BufferLimits, InsertBuffer, Parts
from skylens.store.rows import Rows


class Engine:
    """Takes commits and notes whose rows were in each; ``hold`` makes the first one wait until it is let go."""

    def __init__(
        self, *, hold: bool = False, fail: Callable[[Sequence[str]], Exception | None] = lambda _: None
    ) -> None:
        self.commits: list[list[str]] = []
        self.started, self.go_on = threading.Event(), threading.Event()
        self._fail = fail
        if not hold:
            self.go_on.set()

    def commit(self, requests: Sequence[Parts]) -> None:
        names = [parts[0].table for parts in requests]
        self.started.set()
        self.go_on.wait()
        self.commits.append(names)
        if error := self._fail(names):
            raise error


def some_rows(name: str) -> Parts:
    return [Rows(name, 1, {})]


async def test_a_lone_request_is_committed_at_once():
    engine = Engine()
    buffer = InsertBuffer(engine.commit)
    await buffer.put(some_rows("a"), 1, 10)
    buffer.close()
    assert engine.commits == [["a"]]


async def test_everything_that_waits_for_a_commit_goes_into_the_next():
    engine = Engine(hold=True)
    buffer = InsertBuffer(engine.commit)
    waiting = [buffer.put(some_rows("a"), 1, 10)]
    await asyncio.to_thread(engine.started.wait)
    waiting += [buffer.put(some_rows(name), 1, 10) for name in "bcd"]
    engine.go_on.set()
    await asyncio.gather(*waiting)
    buffer.close()
    assert engine.commits == [["a"], ["b", "c", "d"]]


Took = Callable[[float, Engine, InsertBuffer], Awaitable[None]]


@pytest.fixture
def a_commit_that_took(clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> Took:
    """Let the first commit of a held engine take that long by the test's clock, and the buffer begin to gather."""
    monkeypatch.setattr(insert_buffer, "time", SimpleNamespace(perf_counter=clock.monotonic))

    async def take(seconds: float, engine: Engine, buffer: InsertBuffer) -> None:
        first = buffer.put(some_rows("first"), 1, 10)
        await asyncio.to_thread(engine.started.wait)
        clock.advance(seconds)
        engine.go_on.set()
        await first

    return take


# After a commit of a minute the buffer would gather for half of one: whoever is answered sooner has not waited for that.
PATIENT = BufferLimits(most_pause_seconds=30, enough_rows=4, busy_rows=1)
SOON = 10


async def test_after_a_long_commit_rows_gather_until_they_are_enough(a_commit_that_took: Took):
    engine = Engine(hold=True)
    buffer = InsertBuffer(engine.commit, PATIENT)
    await a_commit_that_took(60, engine, buffer)
    waiting = [buffer.put(some_rows("a"), 2, 10)]
    await asyncio.sleep(0.05)
    assert engine.commits == [["first"]]
    waiting += [buffer.put(some_rows("b"), 2, 10)]
    async with asyncio.timeout(SOON):
        await asyncio.gather(*waiting)
    buffer.close()
    assert engine.commits == [["first"], ["a", "b"]]


@pytest.mark.parametrize(("seconds", "most_pause_seconds"), [(0.05, 30), (60, 0.05)])
async def test_rows_gather_no_longer_than_the_commit_before_took_or_the_limit_says(
    a_commit_that_took: Took, seconds: float, most_pause_seconds: float
):
    engine = Engine(hold=True)
    buffer = InsertBuffer(engine.commit, replace(PATIENT, most_pause_seconds=most_pause_seconds))
    await a_commit_that_took(seconds, engine, buffer)
    async with asyncio.timeout(SOON):
        await buffer.put(some_rows("a"), 1, 10)
    buffer.close()
    assert engine.commits == [["first"], ["a"]]


async def test_after_a_small_commit_a_group_gathers_for_less(a_commit_that_took: Took):
    engine = Engine(hold=True)
    buffer = InsertBuffer(engine.commit, replace(PATIENT, busy_rows=1_000))
    await a_commit_that_took(60, engine, buffer)
    async with asyncio.timeout(SOON):
        await buffer.put(some_rows("a"), 1, 10)
    buffer.close()
    assert engine.commits == [["first"], ["a"]]


async def test_closing_ends_the_gathering(a_commit_that_took: Took):
    engine = Engine(hold=True)
    buffer = InsertBuffer(engine.commit, PATIENT)
    await a_commit_that_took(60, engine, buffer)
    waiting = buffer.put(some_rows("a"), 1, 10)
    async with asyncio.timeout(SOON):
        await asyncio.to_thread(buffer.close)
        await waiting
    assert engine.commits == [["first"], ["a"]]


async def test_nobody_is_answered_before_the_commit_has_ended():
    engine = Engine(hold=True)
    buffer = InsertBuffer(engine.commit)
    done = buffer.put(some_rows("a"), 1, 10)
    await asyncio.to_thread(engine.started.wait)
    await asyncio.sleep(0.02)
    assert not done.done()
    engine.go_on.set()
    await done
    buffer.close()


@pytest.mark.parametrize(
    ("limits", "commits"),
    [
        (BufferLimits(commit_rows=4), [["a"], ["b", "c"], ["d"]]),
        (BufferLimits(commit_bytes=20), [["a"], ["b", "c"], ["d"]]),
    ],
)
async def test_a_commit_takes_no_more_than_its_limits(limits: BufferLimits, commits: list[list[str]]):
    engine = Engine(hold=True)
    buffer = InsertBuffer(engine.commit, limits)
    waiting = [buffer.put(some_rows("a"), 2, 10)]
    await asyncio.to_thread(engine.started.wait)
    waiting += [buffer.put(some_rows(name), 2, 10) for name in "bcd"]
    engine.go_on.set()
    await asyncio.gather(*waiting)
    buffer.close()
    assert engine.commits == commits


@pytest.mark.parametrize("limits", [BufferLimits(waiting_rows=10), BufferLimits(waiting_bytes=100)])
async def test_over_the_limit_the_answer_is_busy_at_once_and_nothing_that_waits_is_lost(limits: BufferLimits):
    engine = Engine(hold=True)
    buffer = InsertBuffer(engine.commit, limits)
    waiting = [buffer.put(some_rows(name), 5, 50) for name in "ab"]
    with pytest.raises(StoreBusy):
        buffer.put(some_rows("c"), 1, 1)
    engine.go_on.set()
    await asyncio.gather(*waiting)
    await buffer.put(some_rows("c"), 1, 1)
    buffer.close()
    assert sorted(name for names in engine.commits for name in names) == ["a", "b", "c"]


async def test_a_request_larger_than_the_limit_is_taken_when_nothing_else_waits():
    engine = Engine()
    buffer = InsertBuffer(engine.commit, BufferLimits(waiting_rows=10, commit_rows=5))
    await buffer.put(some_rows("a"), 1000, 10)
    buffer.close()
    assert engine.commits == [["a"]]


async def test_a_failed_commit_is_told_to_each_of_its_requests_and_the_next_goes_on():
    engine = Engine(hold=True, fail=lambda names: StoreUnavailable("gone") if "b" in names else None)
    buffer = InsertBuffer(engine.commit)
    first = buffer.put(some_rows("a"), 1, 10)
    await asyncio.to_thread(engine.started.wait)
    second = [buffer.put(some_rows(name), 1, 10) for name in "bc"]
    engine.go_on.set()
    await first
    outcomes = await asyncio.gather(*second, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [StoreUnavailable, StoreUnavailable]
    await buffer.put(some_rows("d"), 1, 10)
    buffer.close()


async def test_rows_that_cannot_be_stored_fail_alone():
    engine = Engine(hold=True, fail=lambda names: RowsRefused("no") if "bad" in names else None)
    buffer = InsertBuffer(engine.commit)
    first = buffer.put(some_rows("a"), 1, 10)
    await asyncio.to_thread(engine.started.wait)
    waiting = [buffer.put(some_rows(name), 1, 10) for name in ("b", "bad", "c")]
    engine.go_on.set()
    await first
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    buffer.close()
    assert [type(outcome) for outcome in outcomes] == [type(None), RowsRefused, type(None)]
    assert engine.commits == [["a"], ["b", "bad", "c"], ["b"], ["bad"], ["c"]]


async def test_rows_that_are_stored_again_say_so_where_their_table_has_a_word_for_it():
    marks = []

    def commit(requests: Sequence[Parts]) -> None:
        marks.append([rows.columns.get(MAY_REPEAT) for parts in requests for rows in parts])
        if len(requests) > 1:
            raise RowsRefused("one of them")

    buffer = InsertBuffer(commit)
    parts = [[Rows("events", 2, {MAY_REPEAT: (b"\0\0",)})], [Rows("others", 1, {})]]
    with buffer._lock:  # so that both are in one commit
        buffer._waiting.clear()
        waiting = [buffer.put(part, 1, 10) for part in parts]
    await asyncio.gather(*waiting)
    buffer.close()
    assert marks == [[(b"\0\0",), None], [(b"\1\1",)], [None]]


async def test_closing_commits_what_waits_and_takes_no_more():
    engine = Engine(hold=True)
    buffer = InsertBuffer(engine.commit)
    waiting = [buffer.put(some_rows("a"), 1, 10)]
    await asyncio.to_thread(engine.started.wait)
    waiting += [buffer.put(some_rows(name), 1, 10) for name in "bc"]
    closing = asyncio.create_task(asyncio.to_thread(buffer.close))
    await asyncio.sleep(0.02)
    with pytest.raises(StoreUnavailable):
        buffer.put(some_rows("d"), 1, 10)
    engine.go_on.set()
    await asyncio.gather(*waiting, closing)
    assert engine.commits == [["a"], ["b", "c"]]


async def test_a_caller_that_has_gone_away_keeps_nobody_waiting():
    engine = Engine(hold=True)
    buffer = InsertBuffer(engine.commit)
    gone, stays = buffer.put(some_rows("a"), 1, 10), buffer.put(some_rows("b"), 1, 10)
    gone.cancel()
    engine.go_on.set()
    await stays
    buffer.close()


def test_callers_on_several_event_loops_are_each_answered_on_their_own():
    engine = Engine()
    buffer = InsertBuffer(engine.commit)

    def one_loop(name: str) -> None:
        async def append() -> None:
            for _ in range(5):
                await buffer.put(some_rows(name), 1, 10)

        asyncio.run(append())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one_loop, "abcd"))
    buffer.close()
    assert sorted(name for names in engine.commits for name in names) == sorted("abcd" * 5)


async def test_what_was_committed_refused_and_failed_is_counted():
    def counted() -> dict[str, float]:
        names = ("committed", "refused", "failed")
        return {name: REGISTRY.get_sample_value(f"skylens_store_{name}_rows_total") or 0 for name in names}

    before = counted()
    engine = Engine(hold=True, fail=lambda names: StoreUnavailable("gone") if "b" in names else None)
    buffer = InsertBuffer(engine.commit, BufferLimits(waiting_rows=10))
    first = buffer.put(some_rows("a"), 3, 10)
    await asyncio.to_thread(engine.started.wait)
    second = buffer.put(some_rows("b"), 2, 10)
    with pytest.raises(StoreBusy):
        buffer.put(some_rows("c"), 7, 10)
    assert REGISTRY.get_sample_value("skylens_store_waiting_rows") == 5
    engine.go_on.set()
    await asyncio.gather(first, second, return_exceptions=True)
    buffer.close()
    assert {name: count - before[name] for name, count in counted().items()} == {
        "committed": 3,
        "refused": 7,
        "failed": 2,
    }
    assert REGISTRY.get_sample_value("skylens_store_waiting_rows") == 0
