"""Rule: one sampling rule, what it may say, and which requests it is for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from skylens.store.control.moment import EPOCH
from skylens.xray.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

DEFAULT_NAME: Final = "Default"
VERSION: Final = 1
_PRIORITIES: Final = range(1, 10_000)
_DEFAULT_PRIORITY: Final = 10_000
_NAME_LENGTH: Final = 32
_MOST: Final = 2**31 - 1  # AWS's integers have 32 bits
_CHANGEABLE_IN_DEFAULT: Final = frozenset({"fixed_rate", "reservoir_size"})


@dataclass(frozen=True, slots=True)
class Boost:
    """How far and how often a rule's rate may rise while anomalies are seen."""

    max_rate: float
    cooldown_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A sampling rule. Its texts are patterns in which ``*`` stands for anything and ``?`` for one character."""

    name: str
    priority: int
    fixed_rate: float
    reservoir_size: int
    resource_arn: str = "*"
    service_name: str = "*"
    service_type: str = "*"
    host: str = "*"
    http_method: str = "*"
    url_path: str = "*"
    attributes: Mapping[str, str] = field(default_factory=dict)
    boost: Boost | None = None
    created_at: datetime = EPOCH
    modified_at: datetime = EPOCH

    @property
    def is_default(self) -> bool:
        """Whether this is the rule that every account has."""
        return self.name == DEFAULT_NAME

    def __repr__(self) -> str:
        return f"<Rule {self.name} {self.priority}: {self.reservoir_size}/s, then {self.fixed_rate:.0%}>"


DEFAULT: Final = Rule(name=DEFAULT_NAME, priority=_DEFAULT_PRIORITY, fixed_rate=0.05, reservoir_size=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledRequest:
    """What a rule can look at; an empty text is something the client does not know."""

    resource_arn: str = ""
    service_name: str = ""
    service_type: str = ""
    host: str = ""
    http_method: str = ""
    url_path: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


PATTERNS: Final = ("resource_arn", "service_name", "service_type", "host", "http_method", "url_path")


def check(rule: Rule) -> Rule:
    """Return the rule if all it says can be; the model has checked the lengths of its texts."""
    if not 1 <= len(rule.name) <= _NAME_LENGTH:
        raise InvalidRequest(f"A sampling rule's name has 1 to {_NAME_LENGTH} characters, not {len(rule.name)}")
    if not rule.is_default and rule.priority not in _PRIORITIES:
        raise InvalidRequest(f"Priority must be between 1 and 9999, not {rule.priority}")
    if not 0 <= rule.fixed_rate <= 1:
        raise InvalidRequest(f"FixedRate must be between 0 and 1, not {rule.fixed_rate}")
    if not 0 <= rule.reservoir_size <= _MOST:
        raise InvalidRequest(f"ReservoirSize must be between 0 and {_MOST}, not {rule.reservoir_size}")
    return rule


def changed(rule: Rule, changes: Mapping[str, Any]) -> Rule:
    """Return the rule with the changes made; Default lets only its rate and its reservoir be changed."""
    new = check(replace(rule, **changes))
    if rule.is_default:
        for name in changes:
            if name not in _CHANGEABLE_IN_DEFAULT and getattr(new, name) != getattr(rule, name):
                raise InvalidRequest("Only FixedRate and ReservoirSize of the Default sampling rule can be changed")
    return new


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    """Return the rules as they are tried: by priority, then by name."""
    return sorted(rules, key=lambda rule: (rule.priority, rule.name))


def rule_for(rules: Iterable[Rule], request: SampledRequest) -> Rule:
    """Return the first rule in order that matches; every account has one that matches anything.

    >>> health = Rule(name="health", priority=1, fixed_rate=0, reservoir_size=0, url_path="/health*")
    >>> rule_for([DEFAULT, health], SampledRequest(url_path="/Health/db"))
    <Rule health 1: 0/s, then 0%>
    """
    return next((rule for rule in in_order(rules) if matches(rule, request)), DEFAULT)


def matches(rule: Rule, request: SampledRequest) -> bool:
    """Whether a rule is for a request; what the request does not tell matches, as in X-Ray's own SDKs."""
    return all(_like(getattr(request, name), getattr(rule, name)) for name in PATTERNS) and all(
        key in request.attributes and _like(request.attributes[key], pattern)
        for key, pattern in rule.attributes.items()
    )


def _like(value: str, pattern: str) -> bool:
    return not value or fnmatchcase(value.lower(), pattern.lower().replace("[", "[[]"))
