"""Fixtures of the trail's tests."""

import pytest
from cloudtrail.trail_calls import Account


@pytest.fixture
def cloudtrail(call, tmp_path) -> Account:
    """An account's calls in us-east-1."""
    return Account(call, tmp_path / "buckets")
