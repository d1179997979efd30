"""Doors: addresses from which the console is found. A browser takes the part behind # along."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from starlette.responses import RedirectResponse

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_REGION: Final = re.compile(r"[a-z0-9-]{1,64}")


async def to_console(request: Request) -> Response:
    """Lead to the console, in the region that a link to AWS's names."""
    region = request.query_params.get("region", "")
    query = f"?region={region}" if _REGION.fullmatch(region) else ""
    return RedirectResponse(f"/console/{query}", status_code=303)
