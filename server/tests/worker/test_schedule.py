import logging
import threading
from pathlib import Path

import pytest

from skylens.buckets.all_buckets import AllBuckets
from skylens.clock import SystemClock
from skylens.cloudtrail.api_call_event import ApiCallEvents
from skylens.cloudtrail.consumer import Consumers
from skylens.cloudtrail.data_event_trails import DataEventTrails
from skylens.cloudtrail.delivery.deliver import Deliverer
from skylens.cloudtrail.delivery.sign_digests import DigestSigner
from skylens.cloudtrail.ingestion.import_source import ImportRoles
from skylens.cloudtrail.ingestion.importing import Importer
from skylens.cloudtrail.insights.analysis import Terms
from skylens.cloudtrail.insights.finder import InsightFinder
from skylens.cloudtrail.key_events import KeyEvents
from skylens.cloudtrail.lake.deliver_results import ResultDeliverer
from skylens.cloudtrail.lake.lake_work import LakeWork
from skylens.cloudtrail.recorder import Recorder
from skylens.cloudtrail.unattributed import UnattributedCalls
from skylens.config import Limits
from skylens.ids import CountingIds, RandomIds
from skylens.worker import metrics
from skylens.worker.jobs import AuditWork, TrailWork, jobs
from skylens.worker.schedule import Job, Schedule


@pytest.fixture
def node(control, clock):
    """Make the schedule of a node: all of them share the control database and the clock."""
    ids = CountingIds()

    def make(*its_jobs):
        return Schedule(its_jobs, control=control, clock=clock, ids=ids)

    return make


@pytest.fixture
def trail_work(store, control, clock, tmp_path):
    buckets = AllBuckets(tmp_path)
    deliverer = Deliverer(
        store, control, buckets, clock, CountingIds(), settled_us=lambda: 0, invoke_as=_nothing_is_delivered
    )
    return TrailWork(
        deliverer, DigestSigner(control, buckets, clock, 3600, _nothing_is_delivered), DataEventTrails(control), 300
    )


def _nothing_is_delivered(_caller, _source):
    raise AssertionError("there is nothing to deliver")


def _nothing_is_found(_events):
    raise AssertionError("there is nothing to find")


def counting(runs, name="count", every=10):
    return Job(name, every, runs.append)


def test_a_job_runs_at_its_interval(node, clock):
    runs = []
    schedule = node(counting(runs, every=10))
    for _ in range(25):
        schedule.tick()
        clock.advance(1)

    assert [(run - runs[0]).total_seconds() for run in runs] == [0, 10, 20]


def test_a_job_runs_on_one_node_of_the_cluster(node, clock):
    first, second = [], []
    a, b = node(counting(first)), node(counting(second))
    for _ in range(200):
        a.tick()
        b.tick()
        clock.advance(1)

    assert len(first) == 20
    assert second == []


def test_another_node_takes_over_when_the_lease_of_a_dead_one_ends(node, clock):
    first, second = [], []
    node(counting(first)).tick()
    b = node(counting(second))
    for _ in range(70):
        b.tick()
        clock.advance(1)

    assert [(run - first[0]).total_seconds() for run in second] == [60]


def test_a_node_that_stops_leaves_its_jobs_to_the_others_at_once(node, clock):
    second = []
    a, b = node(counting([])), node(counting(second))
    a.tick()
    a.stop()
    a.release()
    b.tick()

    assert second == [clock.now()]


def test_the_only_node_does_not_wait_for_the_lease_of_one_that_was_killed(node, clock):
    runs = []
    node(counting([])).tick()
    clock.advance(1)
    only = node(counting(runs))
    only.take_over()
    only.tick()

    assert runs == [clock.now()]


def test_a_job_of_every_node_runs_on_each(node):
    first, second = [], []
    for runs in (first, second):
        node(Job("everywhere", 10, runs.append, on_every_node=True)).tick()

    assert (len(first), len(second)) == (1, 1)


def test_a_job_that_cannot_wait_for_the_next_start_runs_once_more_at_the_end(node, clock):
    last, other = [], []
    schedule = node(Job("last", 3600, last.append, at_end=True), counting(other, every=3600))
    schedule.tick()
    clock.advance(10)
    schedule.stop()
    schedule.finish()

    assert [len(last), len(other)] == [2, 1]


def test_a_rare_job_is_not_run_again_by_another_node_in_between(node, clock):
    first, second = [], []
    a, b = node(counting(first, every=3600)), node(counting(second, every=3600))
    a.tick()
    for _ in range(100):
        clock.advance(60)
        b.tick()

    assert second == []


def test_a_job_that_fails_is_counted_and_runs_again_and_the_others_run_too(node, clock, caplog):
    attempts, others = [], []

    def fail(now):
        attempts.append(now)
        raise ValueError("out of ideas")

    failed = metrics.FAILED_JOBS.labels("failing")
    before = failed._value.get()
    schedule = node(Job("failing", 5, fail), counting(others, every=5))
    with caplog.at_level(logging.ERROR):
        schedule.tick()
        clock.advance(5)
        schedule.tick()

    assert len(attempts) == len(others) == 2
    assert failed._value.get() == before + 2
    assert "event=job_failed job=failing" in caplog.text
    assert "out of ideas" in caplog.text


def test_jobs_run_in_the_background_until_stopped(control):
    ran, runs = threading.Event(), []

    def run(now):
        runs.append(now)
        if len(runs) == 3:
            ran.set()

    schedule = Schedule([Job("quick", 0.01, run)], control=control, clock=SystemClock(), ids=RandomIds())
    schedule.start()
    assert ran.wait(10)
    schedule.stop()
    seen = len(runs)

    assert threading.active_count() >= 1
    assert not [thread for thread in threading.enumerate() if thread.name == "job-quick"]
    assert len(runs) == seen


def test_the_jobs_of_the_server_run_on_an_empty_store(trail_work, store, control, clock, caplog):
    lake_work = LakeWork(store, control, clock, Limits())
    no_imports, no_key_events = _no_imports(store, control, clock), _no_key_events(store, clock)
    finder = InsightFinder(store, control, lambda: 0, _nothing_is_found, Terms())
    results = ResultDeliverer(store, control, trail_work.deliverer.buckets, clock)
    audit = AuditWork(
        trail_work, finder, lake_work, no_imports, no_key_events, UnattributedCalls(control, 90), results, None
    )
    listed = jobs(store, control, clock, audit)
    schedule = Schedule(listed, control=control, clock=clock, ids=CountingIds())
    schedule.tick()
    lake_work.runner.finish()

    assert caplog.text == ""


def _no_imports(store, control, clock):
    roles = ImportRoles(lambda *_: NotImplemented, lambda *_: None, clock)
    return Importer(store, control, AllBuckets(Path("nowhere")), clock, roles)


def _no_key_events(store, clock):
    ids = CountingIds()
    return KeyEvents(Recorder(store, clock, ApiCallEvents(ids), Consumers()), ids, clock)
