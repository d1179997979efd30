"""Watching one rate: what is usual raises nothing, each start has its end, and where one begins to look makes no difference."""

from hypothesis import given, settings
from hypothesis import strategies as st

from skylens.cloudtrail.insights.watch import LONGEST_MINUTES, QUIET_MINUTES, Change, Watch

DAY = 1440
LEAST = 10


def watched(counts, *, history=DAY, begin=0, unusual=None) -> list[Change]:
    """What a watch sees that is told of the first minutes as history, and of those before ``begin`` likewise."""
    watch, changes = Watch(), []
    for minute, calls in enumerate(counts):
        if minute < max(history, begin):
            watch.remember(minute, calls)
            continue
        if minute == begin:
            watch.unusual = unusual
        if change := watch.see(minute, calls, history=minute, least=LEAST):
            changes.append(change)
    return changes


def seen(counts, *, history=DAY) -> list[tuple[str, int, int, float]]:
    return [(c.state, c.start - history, c.end - history, c.average) for c in watched(counts, history=history)]


counts_of_a_while = st.lists(
    st.tuples(st.sampled_from([0, 1, 3, 10, 11, 50, 400]), st.integers(1, 40)).map(lambda run: [run[0]] * run[1]),
    max_size=12,
).map(lambda runs: [calls for run in runs for calls in run])


@given(st.integers(0, 100_000))
def test_a_constant_rate_never_raises(rate):
    assert seen([rate] * (DAY + 100)) == []


@given(st.lists(st.integers(0, 200), min_size=1, max_size=60))
def test_a_pattern_that_repeats_never_is_too_much(pattern):
    counts = (pattern * (2 * DAY))[: DAY + 300]
    assert [change for change in watched(counts) if not change.average < change.usual.average] == []


def test_a_burst_begins_with_its_first_minute_and_ends_behind_its_last():
    counts = [0] * DAY + [3, 12, 40, 0, 30, *[0] * 10]
    assert seen(counts) == [("Start", 1, 2, 12.0), ("End", 1, 5, 20.5)]


def test_a_pause_that_is_short_ends_nothing():
    pause = [0] * (QUIET_MINUTES - 1)
    assert [state for state, *_ in seen([0] * DAY + [40, *pause, 40, *pause])] == ["Start"]


def test_a_fall_begins_with_the_first_minute_without_and_ends_when_the_rate_is_back():
    counts = [10] * DAY + [0] * 20 + [10] * 10
    assert seen(counts) == [("Start", 0, 4, 0.0), ("End", 0, 20, 0.0)]


def test_what_lasts_a_day_ends_and_is_usual_afterwards():
    counts = [0] * (7 * DAY) + [20] * (3 * DAY)
    assert seen(counts, history=7 * DAY) == [("Start", 0, 1, 20.0), ("End", 0, LONGEST_MINUTES, 20.0)]


def test_a_rate_that_never_comes_back_ends_being_unusual():
    changes = watched([10] * (7 * DAY) + [0] * (7 * DAY), history=7 * DAY)
    assert [change.state for change in changes] == ["Start", "End"] * (len(changes) // 2)
    assert changes[-1].end < 10 * DAY


def test_nothing_is_unusual_before_there_is_a_day_of_history():
    assert seen([0] * (DAY - 1) + [50] + [0] * 10, history=0) == []


@settings(max_examples=60)
@given(counts_of_a_while)
def test_an_end_follows_each_start(counts):
    changes = watched([1] * DAY + counts + [1] * (LONGEST_MINUTES + QUIET_MINUTES))
    assert [change.state for change in changes] == ["Start", "End"] * (len(changes) // 2)
    for start, end in zip(changes[::2], changes[1::2], strict=True):
        assert (start.start, start.usual) == (end.start, end.usual)
        assert start.end <= end.end <= start.start + LONGEST_MINUTES + 1
    ends = [0, *(change.end for change in changes[1::2])]
    assert all(start.start >= end - 5 for start, end in zip(changes[::2], ends, strict=False))


@settings(max_examples=60)
@given(counts_of_a_while, st.data())
def test_one_who_begins_anew_in_the_middle_sees_the_same(counts, data):
    counts = [1] * DAY + counts + [1] * 10
    at = data.draw(st.integers(DAY, len(counts)))
    watch = Watch()
    before = []
    for minute in range(at):
        if minute < DAY:
            watch.remember(minute, counts[minute])
        elif change := watch.see(minute, counts[minute], history=minute, least=LEAST):
            before.append(change)
    assert before + watched(counts, begin=at, unusual=watch.unusual) == watched(counts)


@given(counts_of_a_while)
def test_averages_are_of_what_was_counted(counts):
    counts = [1] * DAY + counts + [1] * (QUIET_MINUTES + 1)
    for change in watched(counts):
        assert change.calls == sum(counts[change.start : change.end])
        assert change.usual.minutes == change.start
        assert change.usual.calls == sum(counts[: change.start])
