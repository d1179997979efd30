"""Field rules: which fields, operators and values a selector of each category may have, on a trail and on an event data store.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from skylens.cloudtrail.selector.invalid import InvalidSelectors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Target: TypeAlias = Literal["trail", "event data store"]
Operators: TypeAlias = "Mapping[str, tuple[str, ...]]"

MOST_VALUES: Final = 500
_TYPE: Final = re.compile(r"AWS::[A-Za-z0-9]+::[A-Za-z0-9]+")
_BOOLEANS: Final = re.compile("true|false")


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What a field may be compared with. No operators named are all of them, no pattern is any value."""

    operators: frozenset[str] = frozenset()
    values: re.Pattern[str] | None = None
    is_single: bool = False
    is_required: bool = False


_ANY: Final = FieldRule()
_EQUALS: Final = frozenset({"Equals"})
_CATEGORY: Final = FieldRule(_EQUALS, is_single=True, is_required=True)
_READ_ONLY: Final = FieldRule(_EQUALS, _BOOLEANS, is_single=True)
_FROM_CONSOLE: Final = FieldRule(frozenset({"Equals", "NotEquals"}), _BOOLEANS)
_DATA: Final = {
    "eventCategory": _CATEGORY,
    "resources.type": FieldRule(_EQUALS, _TYPE, is_single=True, is_required=True),
    "readOnly": _READ_ONLY,
    "eventName": _ANY,
    "resources.ARN": _ANY,
    "eventSource": _ANY,
    "eventType": _ANY,
    "sessionCredentialFromConsole": _FROM_CONSOLE,
    "userIdentity.arn": _ANY,
}
_NETWORK: Final = {
    "eventCategory": _CATEGORY,
    "eventSource": FieldRule(_EQUALS, is_single=True, is_required=True),
    "eventName": _ANY,
    "errorCode": FieldRule(_EQUALS, re.compile("VpceAccessDenied"), is_single=True),
    "vpcEndpointId": _ANY,
}
_ALONE: Final = {"eventCategory": _CATEGORY}
RULES: Final[Mapping[Target, Mapping[str, Mapping[str, FieldRule]]]] = {
    "trail": {
        "Management": {
            "eventCategory": _CATEGORY,
            "eventSource": FieldRule(frozenset({"NotEquals"}), re.compile(r"(?:kms|rdsdata)\.amazonaws\.com")),
            "readOnly": _READ_ONLY,
        },
        "Data": _DATA,
        "NetworkActivity": _NETWORK,
    },
    "event data store": {
        "Management": {
            "eventCategory": _CATEGORY,
            "eventName": _ANY,
            "eventSource": _ANY,
            "eventType": _ANY,
            "readOnly": _READ_ONLY,
            "sessionCredentialFromConsole": _FROM_CONSOLE,
            "userIdentity.arn": _ANY,
        },
        "Data": _DATA,
        "NetworkActivity": _NETWORK,
        "Insight": _ALONE,
        "ConfigurationItem": _ALONE,
        "Evidence": _ALONE,
        "ActivityAuditLog": _ALONE,
    },
}
_MAY_MIX: Final = frozenset({"Management", "Data", "NetworkActivity"})


def check(fields: Mapping[str, Operators], target: Target, at: str) -> None:
    """Raise InvalidSelectors where a selector's fields do not keep to the rules of its category."""
    category = _category(fields, target, at)
    rules = RULES[target][category]
    for name, operators in fields.items():
        if name not in rules:
            raise InvalidSelectors(
                f"A selector of {category} events of a {target} cannot select {name}; it can {', '.join(rules)}", at=at
            )
        _check_field(name, rules[name], operators, at)
    for name, rule in rules.items():
        if rule.is_required and name not in fields:
            raise InvalidSelectors(f"A selector of {category} events must select {name}", at=at)


def check_together(categories: Sequence[str]) -> None:
    """Raise InvalidSelectors where selectors of these categories cannot stand side by side."""
    alone = sorted(set(categories) - _MAY_MIX)
    if alone and len(set(categories)) > 1:
        raise InvalidSelectors(f"Selectors of {alone[0]} events cannot be combined with those of other categories")


def _category(fields: Mapping[str, Operators], target: Target, at: str) -> str:
    operators = fields.get("eventCategory", {})
    if set(operators) != _EQUALS or len(operators["Equals"]) != 1:
        raise InvalidSelectors("A selector must say eventCategory Equals with one value", at=at)
    [category] = operators["Equals"]
    if category not in RULES[target]:
        raise InvalidSelectors(
            f"A {target} has no events of category {category!r}; it has {', '.join(RULES[target])}", at=at
        )
    return category


def _check_field(name: str, rule: FieldRule, operators: Operators, at: str) -> None:
    for operator, values in operators.items():
        if rule.operators and operator not in rule.operators:
            raise InvalidSelectors(
                f"{name} can be compared by {', '.join(sorted(rule.operators))}, not {operator}", at=at
            )
        if rule.is_single and len(values) != 1:
            raise InvalidSelectors(f"{name} {operator} takes one value, not {len(values)}", at=at)
        for value in values:
            if rule.values is not None and not rule.values.fullmatch(value):
                raise InvalidSelectors(f"{name} {operator} cannot be {value!r}", at=at)
