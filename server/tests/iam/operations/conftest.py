"""A server in a process of its own, and boto3's clients of fresh accounts on it."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from servers import Skylens, new_server

from skylens.clock import SystemClock
from skylens.iam.access_keys import ensure_root_key
from skylens.ids import RandomIds
from skylens.store.control import Control, open_control

_numbers = itertools.count(100_000_000_000)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Skylens]:
    started = new_server(tmp_path_factory.mktemp("iam") / "data")
    started.data.mkdir()
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="session")
def state(server: Skylens) -> Iterator[Control]:
    """The server's control database, as the command line opens it beside the server."""
    opened = open_control(f"sqlite:///{server.data / 'state.sqlite'}", server.data)
    yield opened
    opened.close()


@pytest.fixture
def connect(server: Skylens) -> Callable[..., Any]:
    """Make a client with a key: ``connect(key)``, ``connect(key, "xray")``."""

    def make(key: tuple[str, str], service: str = "iam") -> Any:
        return boto3.client(
            service,
            endpoint_url=server.endpoint,
            region_name="us-east-1",
            aws_access_key_id=key[0],
            aws_secret_access_key=key[1],
            config=Config(retries={"max_attempts": 1, "mode": "standard"}, parameter_validation=False),
        )

    return make


@pytest.fixture
def root(state: Control, connect: Callable[..., Any]) -> Callable[[], Any]:
    """Make an IAM client of the root user of a new account; ``client.account`` is its number."""

    def make() -> Any:
        key = ensure_root_key(state, str(next(_numbers)), ids=RandomIds(), clock=SystemClock())
        client = connect((key.access_key_id, key.secret))
        client.account = key.account
        return client

    return make


@pytest.fixture
def iam(root: Callable[[], Any]) -> Any:
    """An IAM client of a new account's root user."""
    return root()


@pytest.fixture
def refused() -> Callable[..., tuple[str, int, str]]:
    """Call, and return code, status and message of the error that is answered."""

    def call(operation: Callable[..., Any], /, **parameters: Any) -> tuple[str, int, str]:
        with pytest.raises(ClientError) as caught:
            operation(**parameters)
        answer = caught.value.response
        error = answer["Error"]
        return error["Code"], answer["ResponseMetadata"]["HTTPStatusCode"], error["Message"]

    return call
