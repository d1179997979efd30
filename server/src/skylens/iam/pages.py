"""Pages of IAM's lists: MaxItems, Marker and IsTruncated."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, Final, TypeVar

from skylens.iam.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from skylens.registry import Input

_DEFAULT_SIZE: Final = 100
Item = TypeVar("Item")


def page(items: Iterable[Item], request: Input, key: Callable[[Item], str]) -> tuple[list[Item], Mapping[str, Any]]:
    """Return the page that the request asks for, in the order of ``key``, and what the answer says of it.

    A marker holds the key of the last item that was seen, so what comes or goes in between moves no other item.
    """
    ordered = sorted(items, key=key)
    if "Marker" in request:
        seen = _key_of(request["Marker"])
        ordered = [item for item in ordered if key(item) > seen]
    size = request.get("MaxItems", _DEFAULT_SIZE)
    shown = ordered[:size]
    if len(ordered) <= size:
        return shown, {"IsTruncated": False}
    return shown, {"IsTruncated": True, "Marker": base64.urlsafe_b64encode(key(shown[-1]).encode()).decode()}


def _key_of(marker: str) -> str:
    try:
        return base64.b64decode(marker.encode(), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as wrong:
        raise ValidationError(f"Invalid Marker: {marker}") from wrong
