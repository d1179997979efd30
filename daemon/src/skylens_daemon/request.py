"""An outgoing request, whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent, exactly: the URL is not encoded again and no header is added but Content-Length."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    direct: bool = False  # past the proxy: metadata services are on this machine's own link

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.url} {len(self.body)} bytes>"
