"""Context: what a request says of itself, by the keys that conditions and variables ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

# A text: a key with one value. A tuple: a key that may have several (aws:TagKeys).
Values: TypeAlias = "str | tuple[str, ...]"


class Context(Protocol):
    """Looks a key up; keys come in lower case."""

    def get(self, key: str, /) -> Values | None:
        """Return the values of a key, or None where the request has none."""


def context(keys: Mapping[str, Values]) -> dict[str, Values]:
    """Return a context of these keys, however they are written.

    >>> context({"aws:PrincipalTag/Team": "blue"}).get("aws:principaltag/team")
    'blue'
    """
    return {key.lower(): values for key, values in keys.items()}
