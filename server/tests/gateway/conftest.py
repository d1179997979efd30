"""A gateway without a socket: requests go in as ASGI messages, with handlers of the test's own."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

import botocore.auth
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from skylens.api_events import ApiEvent, UnattributedCall
from skylens.buckets.all_buckets import AllBuckets
from skylens.caller import root_of
from skylens.config import Limits, Settings
from skylens.gateway.asgi import application
from skylens.gateway.dispatch import Dispatcher, Tools
from skylens.gateway.health import Health
from skylens.gateway.receive import Intake
from skylens.gateway.sigv4 import Credential
from skylens.gateway.throttle import Buckets
from skylens.gateway.world import World
from skylens.iam.authorization import everything_allowed
from skylens.iam.resource_policy_checks import ResourcePolicyChecks
from skylens.registry import ApiCall, Handler
from skylens.wire.http import WireRequest, WireResponse

KEY = Credential("AKIAEXAMPLEEXAMPLE22", "secret", root_of("123456789012"))


class Recorded(list[ApiEvent]):
    """An audit trail that only remembers."""

    def __call__(self, event: ApiEvent) -> None:
        self.append(event)

    def admit(self, call: ApiCall) -> None:
        """Take every call."""


class Gateway:
    """What a client sees of the gateway."""

    def __init__(self, world: World, strangers: list[UnattributedCall]) -> None:
        self.world, self.strangers = world, strangers
        self.recorded = world.record
        self._application = application(world)

    async def send(self, request: WireRequest, *pieces: bytes) -> WireResponse:
        """Send a request, its body whole or in these pieces; return the answer."""
        self.world.dispatcher.start()
        bodies = list(pieces or [request.body])
        waiting = [
            {"type": "http.request", "body": body, "more_body": at < len(bodies) - 1} for at, body in enumerate(bodies)
        ]
        sent = []

        async def receive():
            return waiting.pop(0)

        async def send(message):
            sent.append(message)

        headers = {"host": "127.0.0.1:8000", "content-length": str(sum(map(len, bodies)))} | dict(request.headers)
        scope = {
            "type": "http",
            "method": request.method,
            "path": request.raw_path,
            "raw_path": request.raw_path.encode("latin-1"),
            "query_string": request.query.encode("latin-1"),
            "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()],
            "client": ("192.0.2.7", 50000),
        }
        await self._application(scope, receive, send)
        start, end = sent
        answered = {name.decode(): value.decode() for name, value in start["headers"]}
        return WireResponse(start["status"], answered, end["body"])


@pytest.fixture
def gateway(store, control, clock, ids, tmp_path):
    """Make a gateway: ``gateway({("xray", "GetGroups"): function})``, with ``limits=`` and settings where they matter."""
    made = []

    def make(
        handlers=None, *, limits=None, intake=None, record=None, authorize=everything_allowed, threads=2, **settings
    ) -> Gateway:
        record, strangers = Recorded() if record is None else record, []
        limits = limits or Limits()
        registered = {key: Handler(*key, function, _is_async(function)) for key, function in (handlers or {}).items()}
        dispatcher = Dispatcher(
            Tools(clock, ids, limits, store, control, AllBuckets(tmp_path), ResourcePolicyChecks(None)),
            record,
            authorize,
            threads=threads,
            handlers=registered,
        )
        made.append(dispatcher)
        return Gateway(
            World(
                settings=Settings(**settings),
                limits=limits,
                clock=clock,
                ids=ids,
                find_credential=lambda key, _token: KEY if key == KEY.access_key_id else None,
                intake=intake or Intake(),
                buckets=Buckets(limits.requests_per_second, clock),
                dispatcher=dispatcher,
                authorize=authorize,
                record=record,
                note_unattributed=strangers.append,
                health=Health({}),
            ),
            strangers,
        )

    yield make
    for dispatcher in made:
        dispatcher.close()


def _is_async(function):
    import inspect

    return inspect.iscoroutinefunction(function)


@pytest.fixture
def signed(clock, monkeypatch) -> Callable[[WireRequest], WireRequest]:
    """Sign a request as botocore does, at the time of the test's clock."""
    monkeypatch.setattr(botocore.auth, "get_current_datetime", clock.now)

    def sign(request: WireRequest, service: str = "xray", *, key: Credential = KEY) -> WireRequest:
        url = f"http://127.0.0.1:8000{request.raw_path}" + (f"?{request.query}" if request.query else "")
        unsigned = AWSRequest(request.method, url, dict(request.headers), request.body)
        SigV4Auth(Credentials(key.access_key_id, key.secret), service, "eu-central-1").add_auth(unsigned)
        headers = {name.lower(): value for name, value in unsigned.headers.items()}
        return replace(request, headers={**headers, "host": urlsplit(url).netloc})

    return sign
