"""A request and a response as bytes on the wire, free of any web framework."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True)
class WireRequest:
    """One HTTP request as it was received. Header names are lower-case; ``raw_path`` and ``query`` are undecoded."""

    method: str
    raw_path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def query_items(self) -> list[tuple[str, str]]:
        """Return the decoded query parameters in order, those without a value included."""
        return parse_qsl(self.query, keep_blank_values=True)


@dataclass(frozen=True, slots=True)
class WireResponse:
    """One HTTP response, ready to be written."""

    status: int
    headers: Mapping[str, str]
    body: bytes
