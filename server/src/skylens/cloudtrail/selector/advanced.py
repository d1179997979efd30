"""Advanced event selectors: selectors OR, their fields AND; in a field the positive operators OR and each negative vetoes.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedEventSelector.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from skylens.cloudtrail.selector.facts import FIELDS, text
from skylens.cloudtrail.selector.field_rules import MOST_VALUES, Target, check, check_together
from skylens.cloudtrail.selector.invalid import InvalidSelectors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from skylens.cloudtrail.selector.facts import Facts

# In the order in which the API lists them: the test of a value, and whether it admits or vetoes.
_POSITIVE: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "Equals": str.__eq__,
    "StartsWith": str.startswith,
    "EndsWith": str.endswith,
}
_NEGATIVE: Final = {f"Not{name}": test for name, test in _POSITIVE.items()}
OPERATORS: Final = (*_POSITIVE, *_NEGATIVE)


@dataclass(frozen=True, slots=True)
class FieldSelector:
    """What one field must and must not be. No wildcards; case matters."""

    field: str
    operators: Mapping[str, tuple[str, ...]]

    def admits(self, values: Iterable[str]) -> bool:
        """Say whether a field with these values passes: (no positives or any positive) and no veto.

        >>> FieldSelector("eventName", {"StartsWith": ("Get",), "NotEquals": ("GetGroups",)}).admits(["GetGroup"])
        True
        """
        has, asked, admitted = tuple(values), False, False
        for operator, operands in self.operators.items():
            test = _POSITIVE.get(operator) or _NEGATIVE[operator]
            holds = any(test(value, operand) for value in has for operand in operands)
            if operator in _NEGATIVE and holds:
                return False
            if operator in _POSITIVE:
                asked, admitted = True, admitted or holds
        return admitted or not asked

    def to_document(self) -> dict[str, Any]:
        """Return the field selector as the API gives it back."""
        return {
            "Field": self.field,
            **{name: list(self.operators[name]) for name in OPERATORS if name in self.operators},
        }


@dataclass(frozen=True, slots=True)
class AdvancedSelector:
    """One selector; an event is wanted if one of the selectors wants it."""

    name: str
    fields: tuple[FieldSelector, ...]

    def wants(self, facts: Facts) -> bool:
        """Say whether every field passes. ARNs are looked at of those resources only that are of the selected type."""
        return all(field.admits(self._values(field.field, facts)) for field in self.fields)

    def _values(self, field: str, facts: Facts) -> tuple[str, ...]:
        if field != "resources.ARN":
            return FIELDS[field](facts)
        of_type = next((f for f in self.fields if f.field == "resources.type"), None)
        return tuple(s.arn for s in facts.subjects if s.arn and (of_type is None or of_type.admits([s.type])))

    @property
    def categories(self) -> frozenset[str]:
        """Of which category it wants events."""
        return frozenset(value for f in self.fields if f.field == "eventCategory" for value in f.operators["Equals"])

    def may_want(self, category: str, *, read_only: bool) -> bool:
        """Say whether there are reads, or writes, of a category that it wants."""
        is_admitted = all(f.admits([text(read_only)]) for f in self.fields if f.field == "readOnly")
        return category in self.categories and is_admitted

    def to_document(self) -> dict[str, Any]:
        """Return the selector as it was given."""
        named = {"Name": self.name} if self.name else {}
        return {**named, "FieldSelectors": [field.to_document() for field in self.fields]}

    def sorted(self) -> AdvancedSelector:
        """Return the selector as it is read back later: its fields by name."""
        return AdvancedSelector(self.name, tuple(sorted(self.fields, key=lambda field: field.field)))


def parse(documents: Sequence[Mapping[str, Any]], target: Target = "trail") -> tuple[AdvancedSelector, ...]:
    """Return the selectors, or raise InvalidSelectors where a trail or an event data store cannot have them."""
    selectors = []
    for number, document in enumerate(documents):
        at = f"AdvancedEventSelectors[{number}]"
        selector = AdvancedSelector(document.get("Name", ""), tuple(_fields(document["FieldSelectors"], at)))
        check({field.field: field.operators for field in selector.fields}, target, at)
        selectors.append(selector)
    check_together([category for selector in selectors for category in selector.categories])
    values = sum(len(v) for selector in selectors for field in selector.fields for v in field.operators.values())
    if values > MOST_VALUES:
        raise InvalidSelectors(f"Advanced event selectors can have at most {MOST_VALUES} values, not {values}")
    return tuple(selectors)


def _fields(documents: Sequence[Mapping[str, Any]], at: str) -> Iterable[FieldSelector]:
    seen: set[str] = set()
    for number, document in enumerate(documents):
        place, name = f"{at}.FieldSelectors[{number}]", document["Field"]
        operators = {operator: tuple(document[operator]) for operator in OPERATORS if operator in document}
        if name not in FIELDS:
            raise InvalidSelectors(f"There is no field {name!r}; there are {', '.join(FIELDS)}", at=place)
        if name in seen:
            raise InvalidSelectors(f"The field {name} can be selected once", at=place)
        if not operators:
            raise InvalidSelectors(f"The field {name} has none of {', '.join(OPERATORS)}", at=place)
        if empty := [operator for operator, operands in operators.items() if not operands]:
            raise InvalidSelectors(f"{empty[0]} of {name} has no value", at=place)
        seen.add(name)
        yield FieldSelector(name, operators)
