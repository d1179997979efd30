"""Pages: lists that come whole never gave out a token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.cloudtrail.trail_errors import InvalidToken

if TYPE_CHECKING:
    from skylens.registry import Input


def refuse_token(request: Input) -> None:
    """Raise InvalidToken for a token, where every list is one page."""
    if request.get("NextToken"):
        raise InvalidToken(f"Invalid token in request: {request['NextToken']}")
