"""Slices: stretches of time, in whole seconds of the traces' first second; and the conditions that read them."""

from collections.abc import Iterable, Sequence
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


def halved(slices: Sequence[Slice]) -> tuple[Sequence[Slice], Sequence[Slice]] | None:
    """Return the slices in two parts of about the same length; None: it is a single second.

    >>> halved([Slice(0, 10), Slice(20, 25)])
    ([Slice(start=0, end=7)], [Slice(start=7, end=10), Slice(start=20, end=25)])
    """
    before = sum(piece.end - piece.start for piece in slices) // 2
    if not before:
        return None
    for at, (start, end) in enumerate(slices):
        if before <= end - start:
            halves = [*slices[:at], Slice(start, start + before)], [Slice(start + before, end), *slices[at + 1 :]]
            return halves[0], [piece for piece in halves[1] if piece.start < piece.end]
        before -= end - start
    return None
