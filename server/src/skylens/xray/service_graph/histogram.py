"""Histogram: how many requests took how long, in milliseconds that add up over minutes."""

from collections import Counter
from collections.abc import Mapping
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

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


def bins_of(durations_us: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return ``bin_of`` of every duration.

    >>> bins_of(np.array([1_499, 1_500, 12_345_678])).tolist()
    [1, 2, 12350]
    """
    milliseconds = (durations_us + 500) // 1000
    width = np.select([milliseconds < below for below, _ in WIDTHS], [width for _, width in WIDTHS], WIDEST)
    bins: npt.NDArray[np.int64] = (milliseconds + width // 2) // width * width
    return bins


def histogram_entries(histogram: Mapping[int, int]) -> list[dict[str, float | int]]:
    """Return AWS's sparse list: seconds and counts, no empty bins.

    >>> histogram_entries({13: 2})
    [{'Value': 0.013, 'Count': 2}]
    """
    return [{"Value": milliseconds / 1000, "Count": count} for milliseconds, count in histogram.items()]
