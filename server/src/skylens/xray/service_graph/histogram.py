"""Histogram: how many requests took how long, in milliseconds that add up over minutes."""

from collections import Counter
from collections.abc import Mapping
from typing import Final, TypeAlias

from skylens.sql import Sql

Histogram: TypeAlias = Counter[int]  # bin in milliseconds → requests

# Up to which duration a bin is how wide, in milliseconds. A value is exact to the millisecond below ten seconds, as AWS's
# are, and to four digits or a second beyond: a node has at most 28,000 bins below 1,000 s however long the range is.
WIDTHS: Final = ((10_000, 1), (100_000, 10), (1_000_000, 100))
WIDEST: Final = 1_000


def bin_of(duration_us: int) -> int:
    """Return the bin of a duration, in milliseconds; halves round up.

    >>> bin_of(1_499), bin_of(1_500), bin_of(12_345_678)
    (1, 2, 12350)
    """
    milliseconds = (duration_us + 500) // 1000
    width = next((width for below, width in WIDTHS if milliseconds < below), WIDEST)
    return (milliseconds + width // 2) // width * width


def bin_sql() -> Sql:
    """Return ``bin_of`` as an SQL lambda over microseconds, made from the same table."""
    milliseconds = "intDiv(us + 500, 1000)"
    arms = [f"{milliseconds} < {below}, {_round_to(width, milliseconds)}" for below, width in WIDTHS]
    return Sql(f"us -> multiIf({', '.join([*arms, _round_to(WIDEST, milliseconds)])})")


def _round_to(width: int, value: str) -> str:
    return value if width == 1 else f"intDiv({value} + {width // 2}, {width}) * {width}"


def histogram_entries(histogram: Mapping[int, int]) -> list[dict[str, float | int]]:
    """Return AWS's sparse list: seconds and counts, no empty bins.

    >>> histogram_entries({13: 2})
    [{'Value': 0.013, 'Count': 2}]
    """
    return [{"Value": milliseconds / 1000, "Count": count} for milliseconds, count in histogram.items()]
