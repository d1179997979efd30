"""Slices: stretches of time, in whole seconds of the traces' first second; and the conditions that read them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from skylens.sql import Param, Sql, any_of

# How far from its trace's first row a floating row is looked for (see store/schema/segments.sql).
FLOAT_SECONDS: Final = 600
MINUTE: Final = 60


class Slice(NamedTuple):
    """The seconds from ``start`` until before ``end``."""

    start: int
    end: int


class Buckets(NamedTuple):
    """Into which stretches a read is divided: the n-th begins ``n * step`` seconds after ``origin``."""

    origin: int
    step: int


def rows_in(slices: Sequence[Slice]) -> Sql:
    """Return the condition on rows that traces beginning in the slices can have; no other filter finds all of them."""
    return any_of(
        Sql(
            "(trace_ts >= toDateTime(?, 'UTC') AND trace_ts < toDateTime(?, 'UTC') AND"
            " (floating OR trace_ts >= toDateTime(?, 'UTC') AND trace_ts < toDateTime(?, 'UTC')))",
            (
                Param("UInt32", max(0, s.start - FLOAT_SECONDS)),
                Param("UInt32", s.end + FLOAT_SECONDS),
                Param("UInt32", s.start),
                Param("UInt32", s.end),
            ),
        )
        for s in slices
    )


def first_in(slices: Sequence[Slice]) -> Sql:
    """Return the condition on a trace's ``first`` second."""
    return any_of(
        Sql(
            "(first >= toDateTime(?, 'UTC') AND first < toDateTime(?, 'UTC'))",
            (Param("UInt32", s.start), Param("UInt32", s.end)),
        )
        for s in slices
    )


def joined(minutes: Iterable[int]) -> list[Slice]:
    """Return minutes, given by their first seconds, as the fewest slices.

    >>> joined([120, 0, 60, 240])
    [Slice(start=0, end=180), Slice(start=240, end=300)]
    """
    slices: list[Slice] = []
    for minute in sorted(minutes):
        if slices and slices[-1].end == minute:
            slices[-1] = Slice(slices[-1].start, minute + MINUTE)
        else:
            slices.append(Slice(minute, minute + MINUTE))
    return slices


def begun_in(slices: Iterable[Slice]) -> Sql:
    """Return the condition on rows whose own second lies in the slices."""
    return any_of(
        Sql(
            "(trace_ts >= toDateTime(?, 'UTC') AND trace_ts < toDateTime(?, 'UTC'))",
            (Param("UInt32", s.start), Param("UInt32", s.end)),
        )
        for s in slices
    )


def divided(slices: Iterable[Slice], rows: Mapping[int, int], most: int) -> Iterator[Sequence[Slice]]:
    """Divide the slices into parts of at most so many rows, given how many each second has; a second is never divided.

    No trace begins in a second without rows: what of the slices has none may be missing.

    >>> list(divided([Slice(0, 10), Slice(20, 25)], {1: 5, 3: 2, 9: 4, 21: 1}, 7))
    [[Slice(start=1, end=4)], [Slice(start=9, end=10), Slice(start=21, end=22)]]
    """
    part: list[Slice] = []
    total = 0
    for piece in sorted(slices):
        for second in sorted(second for second in rows if piece.start <= second < piece.end):
            if part and total + rows[second] > most:
                yield part
                part, total = [], 0
            total += rows[second]
            if part and part[-1].start >= piece.start:
                part[-1] = Slice(part[-1].start, second + 1)
            else:
                part.append(Slice(second, second + 1))
    if part:
        yield part
