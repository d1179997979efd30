"""Fixtures for all server tests: a store, a control database, a clock and ids that stand still, and a Call."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from buckets.s3_endpoint import S3Endpoint, s3_endpoint
from engines import EMBEDDED

from skylens.buckets.all_buckets import AllBuckets
from skylens.caller import Caller, Region, root_of
from skylens.clock import ManualClock
from skylens.config import Limits
from skylens.iam.authorization import Authorizer
from skylens.iam.resource_policy_checks import ResourcePolicyChecks
from skylens.ids import CountingIds
from skylens.registry import ApiCall, Call, Input, Invoke, Output
from skylens.store import Store
from skylens.store.control import Control, open_control
from skylens.store.engine import Engine
from skylens.xray import document_cipher
from skylens.xray.document_cipher import DocumentCipher

NOW = datetime(2026, 7, 1, 12, 0, 0, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def _close_the_embedded_engine() -> Iterator[None]:
    yield
    EMBEDDED.close()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def ids() -> CountingIds:
    return CountingIds()


@pytest.fixture
def store(clock: ManualClock) -> Iterator[Store]:
    """A migrated, empty store on the embedded engine."""
    opened = Store(EMBEDDED.fresh(clock), clock=clock)
    yield opened
    opened.drain()


@pytest.fixture
def embedded_engine(clock: ManualClock) -> Engine:
    """The engine below ``store``, for tests that make a Store of their own on it."""
    return EMBEDDED.fresh(clock)


@pytest.fixture
def bucket_endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Endpoint]:
    """An endpoint that speaks S3 over a socket, with one empty bucket, and the key with which boto3 signs."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with s3_endpoint() as running:
        running.buckets["audit"] = {}
        yield running


@pytest.fixture
def no_embedded_engine() -> None:
    """For tests that open a data folder of their own."""
    EMBEDDED.close()


@pytest.fixture(scope="session")
def empty_control(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a migrated, empty control store: to copy one takes a tenth of the time that it takes to make one."""
    folder = tmp_path_factory.mktemp("empty-control")
    open_control(f"sqlite:///{folder / 'state.sqlite'}", folder).close()
    return folder


@pytest.fixture
def control(empty_control: Path, tmp_path: Path) -> Iterator[Control]:
    """A migrated, empty control store on SQLite."""
    shutil.copytree(empty_control, tmp_path, dirs_exist_ok=True)
    opened = open_control(f"sqlite:///{tmp_path / 'state.sqlite'}", tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def call(store: Store, control: Control, clock: ManualClock, ids: CountingIds, tmp_path: Path) -> Callable[..., Call]:
    """Make a Call: ``call("xray", "GetGroups")``, with ``account=``, ``region=``, ``limits=`` where they matter."""
    document_cipher.use(store, DocumentCipher((control, clock, ids), lambda _: _no_invoke, int))

    def make(
        service: str,
        operation: str,
        *,
        account: str = "000000000000",
        region: str = "us-east-1",
        limits: Limits | None = None,
        invoke: Invoke = _no_invoke,
    ) -> Call:
        caller = Caller(root_of(account), Region(region), "AKIAEXAMPLE")
        return Call(
            api_call=ApiCall(caller, service, operation, {}, clock.now(), ids.uuid()),
            now=clock.now(),
            ids=ids,
            limits=limits or Limits(),
            store=store,
            control=control,
            invoke=invoke,
            invoke_as_service=invoke,
            buckets=AllBuckets(tmp_path / "buckets"),
            policies=ResourcePolicyChecks(Authorizer(control, clock, {})),
        )

    return make


def _no_invoke(service: str, operation: str, request: Input) -> Output:
    raise AssertionError(f"unexpected call of {service}:{operation} with {request}")
