"""Quota: how many requests a second of a rule's reservoir each of its clients may take."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_CREDIT: Final = 4.0
_PATIENCE: Final = 2.0  # a unit changes hands for no less: between hands it lies idle for some seconds


@dataclass(frozen=True, slots=True)
class Claim:
    """What a live client wants and has: requests in its last report, units it holds, parts of a unit it is owed."""

    demand: int
    held: int = 0
    credit: float = 0.0


@dataclass(frozen=True, slots=True)
class Grant:
    """What a client gets now; ``waits`` says that whole units are due to it which others have not let go of yet."""

    quota: int
    credit: float
    waits: bool = False

    def __repr__(self) -> str:
        return f"<Grant {self.quota}/s{', more is due' if self.waits else ''}>"


def shares(reservoir: int, demand: Mapping[str, int]) -> dict[str, Fraction]:
    """Return each client's exact part of the reservoir: in proportion to demand, at least one where there is one for each.

    >>> {client: str(share) for client, share in shares(10, {"a": 30, "b": 10, "c": 0}).items()}
    {'a': '27/4', 'b': '9/4', 'c': '1'}
    >>> {client: str(share) for client, share in shares(1, {"a": 30, "b": 10}).items()}
    {'a': '3/4', 'b': '1/4'}
    """
    raised, left, total = _split(reservoir, demand)
    return {
        client: Fraction(1) if client in raised else Fraction(left * max(1, requests), total)
        for client, requests in demand.items()
    }


def _split(reservoir: int, demand: Mapping[str, int]) -> tuple[set[str], int, int]:
    """Return who is raised to one unit, and the units that are left for the demand of all others."""
    rest = {client: max(1, requests) for client, requests in demand.items()}
    raised, left, total = set[str](), reservoir, sum(rest.values())
    while reservoir >= len(demand):
        low = [client for client, weight in rest.items() if left * weight < total]
        if not low:
            break
        total -= sum(rest.pop(client) for client in low)
        raised.update(low)
        left -= len(low)
    return raised, left, total


def grant(reservoir: int, client: str, claims: Mapping[str, Claim]) -> Grant:
    """Return what a client that reports now may take until its next report; ``claims`` are all live ones, its own too.

    Everybody gets the whole units of its share. A unit that the division leaves over goes to whom most is owed: each
    report earns a client the broken part of its share, and each unit it gets beyond the whole ones costs it one. Nobody
    gets what another still holds, so that at no time more than the reservoir is out.

    >>> grant(10, "a", {"a": Claim(demand=7)})
    <Grant 10/s>
    >>> grant(10, "b", {"a": Claim(demand=7, held=10), "b": Claim(demand=7)})
    <Grant 0/s, more is due>
    >>> grant(10, "a", {"a": Claim(demand=7, held=10), "b": Claim(demand=7)})
    <Grant 5/s>
    """
    own, others = claims[client], {name: claim for name, claim in claims.items() if name != client}
    raised, left, total = _split(reservoir, {name: claim.demand for name, claim in claims.items()})
    whole = {name: 1 if name in raised else left * max(1, c.demand) // total for name, c in claims.items()}
    broken = 0.0 if client in raised else left * max(1, own.demand) % total / total
    free = max(0, reservoir - sum(claim.held for claim in others.values()))
    credit = min(_MOST_CREDIT, own.credit + broken)
    if free <= whole[client]:
        return Grant(free, credit, waits=free < whole[client])
    left_over = reservoir - sum(whole.values()) - sum(max(0, c.held - whole[name]) for name, c in others.items())
    patience = _PATIENCE if own.held > whole[client] else 0
    owed_more = sum(claim.credit > credit + patience for claim in others.values())
    if broken and owed_more < left_over:
        return Grant(whole[client] + 1, max(-_MOST_CREDIT, credit - 1))
    return Grant(whole[client], credit)
