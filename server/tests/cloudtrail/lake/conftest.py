"""Fixtures of the lake's tests."""

import pytest
from cloudtrail.lake.lake_of_tests import Lake, an_event


@pytest.fixture
def lake(cloudtrail, store, control, clock) -> Lake:
    """An account's lake, without a store."""
    return Lake(cloudtrail, store, control, clock)


@pytest.fixture
def shop(lake) -> Lake:
    """A lake with one store, ``shop.id``, that has six events: three names, reads and writes."""
    lake.id = lake.new_store()
    lake.put([an_event(n, name=f"N{n % 3}", read_only=n % 2 == 0) for n in range(1, 7)])
    return lake
