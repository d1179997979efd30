"""Quota: the reservoir is shared in proportion to demand, wholly, fairly, and never more than all of it."""

import random  # noqa: TID251  # a seeded order of reports
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skylens.xray.sampling.quota import Claim, grant, shares

RESERVOIRS = st.integers(0, 200)
DEMANDS = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 5_000), min_size=1, max_size=30)
HELD = st.integers(0, 50)


class Fleet:
    """Clients of one rule that report one after the other."""

    def __init__(self, reservoir):
        self.reservoir = reservoir
        self.claims = {}

    def report(self, client, demand):
        before = self.claims.get(client, Claim(0))
        self.claims[client] = Claim(demand, before.held, before.credit)
        given = grant(self.reservoir, client, self.claims)
        self.claims[client] = Claim(demand, given.quota, given.credit)
        return given

    def held(self):
        return {client: claim.held for client, claim in self.claims.items()}


@given(RESERVOIRS, DEMANDS)
def test_the_shares_are_the_whole_reservoir(reservoir, demand):
    assert sum(shares(reservoir, demand).values()) == reservoir


@given(RESERVOIRS, DEMANDS)
def test_nobody_has_less_than_one_while_there_is_one_for_each(reservoir, demand):
    least = min(shares(reservoir, demand).values())
    assert least >= 1 if reservoir >= len(demand) else least >= 0


@given(RESERVOIRS, DEMANDS)
def test_who_asks_for_more_has_no_smaller_share(reservoir, demand):
    share = shares(reservoir, demand)
    by_demand = sorted(demand, key=demand.__getitem__)
    assert [share[client] for client in by_demand] == sorted(share.values())


@given(RESERVOIRS, DEMANDS, st.integers(0, 5_000), st.data())
def test_asking_for_more_does_not_make_a_share_smaller(reservoir, demand, more, data):
    client = data.draw(st.sampled_from(sorted(demand)))
    before = shares(reservoir, demand)[client]
    assert shares(reservoir, demand | {client: demand[client] + more})[client] >= before


def test_shares_are_in_proportion_to_demand():
    assert shares(20, {"a": 600, "b": 300, "c": 100}) == {"a": 12, "b": 6, "c": 2}


def test_what_small_clients_are_raised_by_comes_from_the_large_ones_in_proportion():
    assert shares(10, {"a": 600, "b": 300, "c": 1, "d": 0}) == {
        "a": Fraction(16, 3),
        "b": Fraction(8, 3),
        "c": 1,
        "d": 1,
    }


@given(RESERVOIRS, st.integers(0, 5_000))
def test_a_lone_client_gets_the_whole_reservoir(reservoir, demand):
    assert Fleet(reservoir).report("a", demand).quota == reservoir


@given(RESERVOIRS, st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 1_000)), max_size=60))
def test_at_no_time_is_more_than_the_reservoir_out(reservoir, reports):
    fleet = Fleet(reservoir)
    for client, demand in reports:
        fleet.report(client, demand)
        assert sum(fleet.held().values()) <= reservoir


@given(RESERVOIRS, DEMANDS)
def test_after_two_rounds_everybody_holds_its_share_to_the_unit(reservoir, demand):
    fleet = Fleet(reservoir)
    for _ in range(2):
        for client, requests in demand.items():
            fleet.report(client, requests)
    share = shares(reservoir, demand)
    held = fleet.held()
    assert all(int(share[client]) <= held[client] <= int(share[client]) + 1 for client in demand)
    assert all(held[client] == share[client] for client in demand if share[client].denominator == 1)


@given(RESERVOIRS, DEMANDS)
def test_a_smaller_reservoir_is_kept_to_after_one_round(reservoir, demand):
    fleet = Fleet(reservoir)
    for size in (reservoir, reservoir // 2):
        fleet.reservoir = size
        for client, requests in demand.items():
            fleet.report(client, requests)
    assert sum(fleet.held().values()) <= reservoir // 2


@given(HELD, HELD, st.integers(1, 50))
def test_a_client_waits_for_whole_units_that_others_hold(held, demand, reservoir):
    given = grant(reservoir, "new", {"old": Claim(demand, held=min(held, reservoir)), "new": Claim(demand)})
    assert given.waits == (given.quota < int(shares(reservoir, {"old": demand, "new": demand})["new"]))


@pytest.mark.parametrize(
    ("reservoir", "demand"),
    [
        (10, {"a": 10, "b": 10, "c": 10}),
        (1, {"a": 10, "b": 10, "c": 10, "d": 10, "e": 10}),
        (1, {"a": 30, "b": 10}),
        (3, {f"c{i}": i + 1 for i in range(7)}),
        (10, {"a": 100, "b": 25, "c": 7, "d": 3, "e": 1}),
    ],
    ids=str,
)
@pytest.mark.parametrize("order", ["steady", "shuffled"])
def test_the_unit_left_over_goes_round_in_proportion_and_is_seldom_idle(reservoir, demand, order):
    fleet, clients, chance, rounds = Fleet(reservoir), list(demand), random.Random(1), 600
    had = dict.fromkeys(demand, 0)
    for _ in range(rounds):
        if order == "shuffled":
            chance.shuffle(clients)
        for client in clients:
            fleet.report(client, demand[client])
        for client, quota in fleet.held().items():
            had[client] += quota
    share = shares(reservoir, demand)
    assert sum(had.values()) / rounds >= 0.84 * reservoir
    for client in demand:
        assert float(share[client]) * 0.8 - 0.03 <= had[client] / rounds <= float(share[client]) * 1.05 + 0.03, client
