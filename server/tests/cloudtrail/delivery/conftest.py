"""Fixtures of delivery's tests: a trail that logs, and its auditor."""

import pytest
from cloudtrail.delivery.trail_world import Auditor, TrailWorld

from skylens.buckets.all_buckets import AllBuckets


@pytest.fixture
def world(cloudtrail, store, control, clock, tmp_path):
    """A world without a trail yet."""
    return TrailWorld(cloudtrail, store, control, clock, AllBuckets(tmp_path / "buckets"))


@pytest.fixture
def auditor(cloudtrail, control):
    """The auditor of the bucket ``audit``."""
    return Auditor(cloudtrail.bucket(), control)


@pytest.fixture
def logging(world, cloudtrail):
    """A trail ``main`` with digests, which logs."""
    cloudtrail.trail(EnableLogFileValidation=True)
    cloudtrail("StartLogging", Name="main")
    world.run()
    return world
