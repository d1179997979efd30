"""The X-Ray service as the daemon calls it: signed, with the headers of the original."""

import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from skylens_daemon import COMPATIBLE_VERSION, __version__, endpoint
from skylens_daemon.clock import Clock
from skylens_daemon.config import Config
from skylens_daemon.credentials import Credentials
from skylens_daemon.request import Request
from skylens_daemon.sign import Scope, signed
from skylens_daemon.transport import Answer, Transport

SERVICE = "xray"
_GO_ARCHITECTURES = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "i686": "386"}
# How the services say that a temporary key is over.
_EXPIRED = (b"ExpiredToken", b"security token included in the request is expired")


@dataclass(frozen=True, slots=True)
class Upstream:
    """One endpoint in one region."""

    config: Config
    transport: Transport
    credentials: Credentials
    clock: Clock
    user_agent: str

    @property
    def url(self) -> str:
        """The endpoint, without a slash at its end."""
        return (self.config.endpoint or endpoint.xray(self.config.region)).rstrip("/")

    async def call(self, path: str, body: bytes) -> Answer:
        """Return the answer of an operation; raise Unreachable or NoCredentials when there is none."""
        headers = {
            "Content-Type": "application/json",
            "User-Agent": self.user_agent,
            "X-Amzn-Xray-Timestamp": f"{self.clock.now():.9f}",
        }
        request = await self.sign(Request("POST", self.url + path, headers, body))
        answer = await self.transport.send(request, seconds=self.config.request_seconds)
        if has_expired(answer):
            self.credentials.forget()
        return answer

    async def sign(self, request: Request) -> Request:
        """Return the request with a signature of this moment, or raise NoCredentials."""
        key = await self.credentials.get()
        return signed(request, key=key, scope=Scope(self.config.region, SERVICE, self.clock.now()))


def has_expired(answer: Answer) -> bool:
    """Whether the service refused a temporary key for its age: a fresh one will do."""
    return answer.status in {400, 401, 403} and any(sign in answer.body for sign in _EXPIRED)


def user_agent(environ: Mapping[str, str]) -> str:
    """Return who calls: this daemon, and the original it stands in for, by which services count daemons."""
    system = f"{sys.platform}-{_GO_ARCHITECTURES.get(platform.machine(), platform.machine())}"
    where = environ.get("AWS_EXECUTION_ENV") or "UNKNOWN"
    return f"skylens-daemon/{__version__} xray-agent/xray-daemon/{COMPATIBLE_VERSION} exec-env/{where} OS/{system}"
