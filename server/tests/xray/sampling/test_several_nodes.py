"""Several API nodes over one control database grant no more than one would."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from postgres import running_postgres
from sqlalchemy import select

from skylens.caller import Caller, Region, root_of
from skylens.store.control import Control, open_control
from skylens.store.control.schema.sampling_statistics import SAMPLING_CLIENTS, SAMPLING_WINDOWS
from skylens.xray.sampling import rules, targets
from skylens.xray.sampling.rule import Rule
from skylens.xray.sampling.statistics import Report

CALLER = Caller(root_of("000000000000"), Region("us-east-1"), "AKIAEXAMPLE")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request, tmp_path_factory) -> Iterator[str]:
    """The URL of an empty database that several nodes can open."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('control') / 'state.sqlite'}"
    else:
        with running_postgres() as url:
            yield f"{url}/postgres"


@pytest.fixture(scope="module")
def nodes(database, tmp_path_factory) -> Iterator[tuple[Control, Control]]:
    """Two control stores on one database, as two API nodes have them."""
    folder = tmp_path_factory.mktemp("node")
    with ExitStack() as stack:
        opened = [open_control(database, folder) for _ in range(2)]
        for control in opened:
            stack.callback(control.close)
        yield opened[0], opened[1]


@pytest.fixture
def make_rule(nodes, clock) -> Callable[[int], str]:
    """Create a rule of its own for one example and return its name."""

    def make(reservoir: int) -> str:
        with nodes[0].begin() as connection:
            name = f"r{len(rules.everything(connection, CALLER))}"
            rule = Rule(name=name, priority=1, fixed_rate=0, reservoir_size=reservoir)
            rules.create(connection, CALLER, rule, most=100_000, now=clock.now())
        return name

    return make


def report(node: Control, now, rule: str, client: str, requests: int) -> targets.Answer:
    with node.begin() as connection:
        reports = [Report(rule, client.rjust(24, "0"), now, requests, 0, 0)]
        return targets.answer(connection, CALLER, reports, [], now)


def held(node: Control, rule: str) -> list[int]:
    with node.read() as connection:
        return list(connection.scalars(select(SAMPLING_CLIENTS.c.quota).where(SAMPLING_CLIENTS.c.rule == rule)))


REPORTS = st.lists(st.tuples(st.integers(0, 1), st.sampled_from("abcde"), st.integers(0, 500)), max_size=20)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 30), REPORTS)
def test_whichever_node_is_asked_no_more_than_the_reservoir_is_out(nodes, clock, make_rule, reservoir, reports):
    rule = make_rule(reservoir)
    for node, client, requests in reports:
        report(nodes[node], clock.now(), rule, client, requests)
        assert sum(held(nodes[1 - node], rule)) <= reservoir


def test_calls_at_the_same_time_neither_lose_counts_nor_grant_too_much(nodes, clock, make_rule):
    rule, failures, too_much = make_rule(7), [], []
    start = threading.Barrier(6)

    def run(number: int) -> None:
        start.wait()
        try:
            for _ in range(25):
                report(nodes[number % 2], clock.now(), rule, f"client{number}", 10 * (number + 1))
                if sum(held(nodes[number % 2], rule)) > 7:
                    too_much.append(number)
        except BaseException as error:  # noqa: BLE001  # shown by the assertion below
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert too_much == []
    with nodes[0].read() as connection:
        counts = select(SAMPLING_WINDOWS.c.request_count).where(SAMPLING_WINDOWS.c.rule == rule)
        assert connection.scalars(counts).all() == [25 * 10 * sum(range(1, 7))]


def test_a_change_on_one_node_is_seen_by_the_next_report_to_the_other(nodes, clock, make_rule):
    rule = make_rule(10)
    before = report(nodes[1], clock.now(), rule, "a", 5)
    with nodes[0].begin() as connection:
        rules.update(connection, CALLER, rule, {"fixed_rate": 0.5, "reservoir_size": 4}, now=clock.now())
    after = report(nodes[1], clock.now(), rule, "a", 5)
    assert (after.targets[0].fixed_rate, after.targets[0].quota) == (0.5, 4)
    assert after.last_modified > before.last_modified
