"""Sampling never touches the telemetry store, so its tests run without one: any use of it fails."""

import pytest

from skylens.xray import operations  # noqa: F401  # registers the handlers


class NoStore:
    """Stands where a store would; whatever is asked of it is an error."""

    def __getattr__(self, name):
        raise AssertionError(f"sampling used the telemetry store: {name}")


@pytest.fixture
def store():
    return NoStore()
