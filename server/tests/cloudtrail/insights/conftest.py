"""Fixtures of the tests of Insights."""

import pytest
from cloudtrail.insights.insight_world import InsightWorld


@pytest.fixture
def world(cloudtrail, store, control, clock) -> InsightWorld:
    """A world in which nobody wants Insights yet."""
    return InsightWorld(cloudtrail, store, control, clock)
