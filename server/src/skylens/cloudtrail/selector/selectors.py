"""Selectors: the whole list that a trail has, basic or advanced, and the question it answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from skylens.cloudtrail.selector import advanced, basic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from skylens.cloudtrail.selector.advanced import AdvancedSelector
    from skylens.cloudtrail.selector.basic import BasicSelector
    from skylens.cloudtrail.selector.facts import Facts
    from skylens.cloudtrail.selector.field_rules import Target


@dataclass(frozen=True, slots=True)
class Selectors:
    """What a trail or event data store wants. It has basic selectors or advanced ones, never both."""

    basic: tuple[BasicSelector, ...] = ()
    advanced: tuple[AdvancedSelector, ...] = ()

    def wants(self, facts: Facts) -> bool:
        """Say whether one of the selectors wants the event."""
        return any(selector.wants(facts) for selector in self.basic) or any(
            selector.wants(facts) for selector in self.advanced
        )

    @property
    def categories(self) -> frozenset[str]:
        """Of which categories events may be wanted: a cheap question to ask before ``wants``."""
        found: frozenset[str] = frozenset()
        return found.union(*(s.categories for s in self.basic), *(s.categories for s in self.advanced))

    def may_want(self, category: str, *, read_only: bool) -> bool:
        """Say whether there are reads, or writes, of a category that are wanted.

        >>> DEFAULT.may_want("Management", read_only=False), DEFAULT.may_want("Data", read_only=True)
        (True, False)
        """
        return any(selector.may_want(category, read_only=read_only) for selector in self.as_advanced().advanced)

    def as_advanced(self) -> Selectors:
        """Return advanced selectors that want the same events."""
        return Selectors(advanced=(*(a for s in self.basic for a in s.to_advanced()), *self.advanced))

    def to_text(self) -> str:
        """Return the selectors in JSON, for the control store."""
        return json.dumps(
            {"basic": [s.to_document() for s in self.basic], "advanced": [s.to_document() for s in self.advanced]}
        )


DEFAULT: Final = Selectors(basic=basic.DEFAULT)


def parse_basic(documents: Sequence[Mapping[str, Any]]) -> Selectors:
    """Return the selectors of EventSelectors, or raise InvalidSelectors."""
    return Selectors(basic=basic.parse(documents))


def parse_advanced(documents: Sequence[Mapping[str, Any]], target: Target = "trail") -> Selectors:
    """Return the selectors of AdvancedEventSelectors, or raise InvalidSelectors."""
    return Selectors(advanced=advanced.parse(documents, target))


def from_text(text: str, target: Target = "trail") -> Selectors:
    """Return the selectors that to_text wrote.

    >>> from_text(DEFAULT.to_text()) == DEFAULT
    True
    """
    document = json.loads(text)
    return Selectors(basic.parse(document["basic"]), advanced.parse(document["advanced"], target))
