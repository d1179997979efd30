"""Bounds: what SQL knows of a condition. It may be too generous on one side and too strict on the other, never wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from skylens.sql import FALSE, TRUE, Sql, all_of, any_of, negate


@dataclass(frozen=True, slots=True)
class Bounds:
    """Two conditions with the truth between them: where ``must`` holds it is true, where it is true ``may`` holds.

    ``exact``: in a simple trace (see to_sql) both are the truth.
    """

    may: Sql
    must: Sql
    exact: bool = True


def known(condition: Sql) -> Bounds:
    """Return the bounds of a condition that SQL decides alone."""
    return Bounds(condition, condition)


UNKNOWN: Final = Bounds(TRUE, FALSE, exact=False)


def no(bounds: Bounds) -> Bounds:
    """Return the bounds of the negation, which swaps them."""
    return Bounds(_opposite(bounds.must), _opposite(bounds.may), bounds.exact)


def both(parts: Iterable[Bounds]) -> Bounds:
    """Return the bounds of the conjunction."""
    each = tuple(parts)
    return Bounds(conjunction(p.may for p in each), conjunction(p.must for p in each), all(p.exact for p in each))


def either(parts: Iterable[Bounds]) -> Bounds:
    """Return the bounds of the disjunction."""
    each = tuple(parts)
    return Bounds(disjunction(p.may for p in each), disjunction(p.must for p in each), all(p.exact for p in each))


def conjunction(conditions: Iterable[Sql]) -> Sql:
    """Return the conjunction, shortened where a condition is false for certain."""
    parts = tuple(conditions)
    return FALSE if FALSE in parts else all_of(parts)


def disjunction(conditions: Iterable[Sql]) -> Sql:
    """Return the disjunction, shortened where a condition is true or false for certain."""
    return any_of(part for part in conditions if part != FALSE)


def _opposite(condition: Sql) -> Sql:
    return FALSE if condition == TRUE else TRUE if condition == FALSE else negate(condition)
