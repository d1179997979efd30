"""Pages: a part of a list, and the marker by which the next part is asked for."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, TypeVar

from skylens.kms.errors import InvalidMarker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from skylens.registry import Input

Item = TypeVar("Item")


def page(
    items: Sequence[Item], request: Input, place: Callable[[Item], str], *, default: int
) -> tuple[Sequence[Item], dict[str, Any]]:
    """Return the items of the page that is asked for, and what the answer says of the next.

    ``place`` names an item; the marker is the name of a page's last one, which must be in the list still.
    """
    first = 0
    if marker := request.get("Marker"):
        after = _read(marker)
        first = 1 + next((at for at, item in enumerate(items) if place(item) == after), len(items))
        if first > len(items):
            raise InvalidMarker("The marker is not one of this list.")
    last = first + request.get("Limit", default)
    chosen = items[first:last]
    if last >= len(items):
        return chosen, {"Truncated": False}
    return chosen, {"Truncated": True, "NextMarker": base64.urlsafe_b64encode(place(chosen[-1]).encode()).decode()}


def _read(marker: str) -> str:
    try:
        return base64.urlsafe_b64decode(marker).decode()
    except (ValueError, binascii.Error) as exc:
        raise InvalidMarker("The marker is not one of this list.") from exc
