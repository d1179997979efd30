"""Results: the rows that a query found, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from skylens.store import ReadLimits
from skylens.store.queries import query

if TYPE_CHECKING:
    from skylens.cloudtrail.lake.queries import LakeQuery
    from skylens.store import Store

_PAGE: Final = query("skylens.cloudtrail", "page_of_results")
_LIMITS: Final = ReadLimits(threads=1)


def page(store: Store, asked: LakeQuery, first: int, most: int) -> list[list[str]]:
    """Return the cells of the rows from a number on, in their order."""
    rows = store.read(
        _PAGE.fill(account=asked.account, query_id=asked.id, first=first, end=first + most), limits=_LIMITS
    )
    return [cells for (cells,) in rows]
