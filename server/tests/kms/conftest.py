"""KMS touches control state only, so its tests run without a telemetry store."""

import pytest

from skylens.kms import operations  # noqa: F401  # registers the handlers
from skylens.registry import HANDLERS


class NoStore:
    """Stands where a store would; whatever is asked of it is an error."""

    def __getattr__(self, name):
        raise AssertionError(f"KMS used the telemetry store: {name}")


@pytest.fixture
def store():
    return NoStore()


@pytest.fixture
def kms(call):
    """Run an operation: ``kms("DescribeKey", KeyId=…)``; ``account=`` and ``region=`` make it another caller's."""

    def run(operation, *, account="000000000000", region="us-east-1", **request):
        made = call("kms", operation, account=account, region=region)
        return HANDLERS["kms", operation].function(made, request)

    return run


@pytest.fixture
def new_key(kms):
    """Create a key and return its ARN."""

    def make(**request):
        return kms("CreateKey", **request)["KeyMetadata"]["Arn"]

    return make
