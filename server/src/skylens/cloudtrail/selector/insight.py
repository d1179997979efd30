"""Insight selectors: which types of Insights a trail or an event data store wants, on which categories of events.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_InsightSelector.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from skylens.cloudtrail.selector.invalid import InvalidInsightSelectors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from skylens.cloudtrail.selector.field_rules import Target
    from skylens.cloudtrail.selector.selectors import Selectors

CALL_RATE: Final = "ApiCallRateInsight"
ERROR_RATE: Final = "ApiErrorRateInsight"
_CATEGORIES: Final[Mapping[Target, tuple[str, ...]]] = {
    "trail": ("Management", "Data"),
    "event data store": ("Management",),
}


@dataclass(frozen=True, slots=True)
class InsightSelector:
    """One type of Insights, and the categories of events that are looked through for it."""

    type: str
    categories: tuple[str, ...] = ("Management",)

    def to_document(self) -> dict[str, Any]:
        """Return the selector as the API gives it back."""
        return {"InsightType": self.type, "EventCategories": list(self.categories)}


def parse(documents: Sequence[Mapping[str, Any]], target: Target) -> tuple[InsightSelector, ...]:
    """Return the selectors, or raise InvalidInsightSelectors."""
    selectors: dict[str, InsightSelector] = {}
    for number, document in enumerate(documents):
        at = f"InsightSelectors[{number}]"
        kind, categories = document.get("InsightType"), tuple(document.get("EventCategories", ("Management",)))
        if kind not in {CALL_RATE, ERROR_RATE}:
            raise InvalidInsightSelectors(f"InsightType must be {CALL_RATE} or {ERROR_RATE}", at=at)
        if kind in selectors:
            raise InvalidInsightSelectors(f"{kind} can be selected once", at=at)
        if not categories or len(set(categories)) < len(categories):
            raise InvalidInsightSelectors("EventCategories must name at least one category, and each once", at=at)
        if wrong := [category for category in categories if category not in _CATEGORIES[target]]:
            raise InvalidInsightSelectors(f"Insights of {target}s cannot be on {wrong[0]} events", at=at)
        selectors[kind] = InsightSelector(kind, categories)
    return tuple(selectors.values())


def check(selectors: Sequence[InsightSelector], events: Selectors, target: Target) -> None:
    """Raise InvalidInsightSelectors where a trail or an event data store does not log what Insights are told from."""
    for selector in selectors:
        for category in selector.categories:
            needs_writes = selector.type == CALL_RATE and category == "Management"
            kinds = (False,) if needs_writes else (False, True)
            if not any(events.may_want(category, read_only=read_only) for read_only in kinds):
                what = f"{'write ' if needs_writes else ''}{category.lower()} events"
                raise InvalidInsightSelectors(f"The {target} must log {what} to have Insights of type {selector.type}")


def to_text(selectors: Sequence[InsightSelector]) -> str:
    """Return the selectors in JSON, for the control store: nothing for none."""
    return json.dumps([selector.to_document() for selector in selectors]) if selectors else ""


def from_text(text: str) -> tuple[InsightSelector, ...]:
    """Return the selectors that to_text wrote.

    >>> from_text(to_text([InsightSelector("ApiCallRateInsight")]))
    (InsightSelector(type='ApiCallRateInsight', categories=('Management',)),)
    """
    return parse(json.loads(text), "trail") if text else ()
