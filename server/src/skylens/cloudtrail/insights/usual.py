"""Usual: how often something was called in the baseline, and whether a count is too rare to be a matter of chance.

Calls come in bursts, so their number in a minute is taken to follow a negative binomial distribution: that of a Poisson
process whose rate varies. Its mean and variance are those of the baseline; RATIONALE.md says why.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

SPAN: Final = 5  # minutes in which a rate that fell is looked at
RARE: Final = 1e-6  # of so many minutes one is this far from what is usual by chance
_FAR: Final = NormalDist().inv_cdf(1 - RARE)  # standard deviations: 4.75
_HALF: Final = 0.5  # an observation that is added, so that what was never seen is rare and not impossible


@dataclass(frozen=True, slots=True)
class Usual:
    """What was counted in so many minutes, those without a call included."""

    minutes: int
    calls: int = 0
    squares: int = 0  # sum over minutes of the square of each one's count
    span_squares: int = 0  # the same of each five minutes

    @property
    def average(self) -> float:
        """Calls a minute."""
        return self.calls / self.minutes if self.minutes else 0.0

    def is_too_many(self, calls: int) -> bool:
        """Say whether so many calls in a minute are unusual."""
        return _spread(self.minutes, self.calls, self.squares).is_too_many(calls)

    def is_too_few(self, calls: int) -> bool:
        """Say whether so few calls in five minutes are unusual."""
        return _spread(self.minutes / SPAN, self.calls, self.span_squares).is_too_few(calls)

    def before(self, calls: int, minutes: int) -> Usual:
        """Return the same without its last minutes, in which there were so many calls.

        >>> Usual(minutes=100, calls=50).before(2, 4).average
        0.5
        """
        return Usual(self.minutes - minutes, self.calls - calls, self.squares, self.span_squares)


@dataclass(frozen=True, slots=True)
class Spread:
    """A negative binomial distribution of counts: ``size`` is small where calls come in bursts, ``q`` below one."""

    size: float
    q: float

    @property
    def mean(self) -> float:
        """The mean count."""
        return self.size * self.q / (1 - self.q)

    def is_too_many(self, count: int) -> bool:
        """Say whether the chance of this count or a higher one is below RARE."""
        if count <= self.mean:
            return False
        # Terms behind the mean fall by a ratio that tends to q, so two geometric series bound what is left of them.
        term, total, at = self._chance(count), 0.0, count
        while total + term < RARE:
            ratio = (at + self.size) / (at + 1) * self.q
            if total + term / (1 - max(ratio, self.q)) < RARE:
                return True
            if total + term / (1 - min(ratio, self.q)) >= RARE:
                return False
            total, term, at = total + term, term * ratio, at + 1
        return False

    def is_too_few(self, count: int) -> bool:
        """Say whether the count is further below the mean than a normal distribution lets one of RARE be.

        Distributions of counts lean to the left, so this says no where the exact chance would: counts of the real world
        are below their mean in ways of their own.
        """
        return self.mean - count > _FAR * math.sqrt(self.mean / (1 - self.q))

    def _chance(self, count: int) -> float:
        """Return the chance of exactly this count."""
        ways = math.lgamma(count + self.size) - math.lgamma(self.size) - math.lgamma(count + 1)
        return math.exp(ways + self.size * math.log1p(-self.q) + count * math.log(self.q))


def _spread(times: float, calls: int, squares: int) -> Spread:
    """Return how counts spread that add up to so many calls, and their squares to that, in so many minutes.

    Where the counts vary no more than a Poisson process lets them, this is what a Gamma prior of Jeffreys' makes of it:
    little history is little certainty.
    """
    mean = (calls + _HALF) / times
    variance = max(squares / times - (calls / times) ** 2, mean) * (1 + 1 / times)
    return Spread(mean * mean / (variance - mean), 1 - mean / variance)
