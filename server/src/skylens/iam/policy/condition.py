"""Conditions: every operator of the policy language, with ``IfExists``, ``ForAllValues:`` and ``ForAnyValue:``.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from skylens.iam.policy.pattern import glob, matcher
from skylens.iam.policy.variables import Template, template

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from skylens.iam.policy.context import Context

Quantifier: TypeAlias = Literal["", "ForAllValues", "ForAnyValue"]
# Whether one value of the request is what one value of the policy says.
Compare: TypeAlias = "Callable[[str, Template, Context], bool]"

_ARN_PARTS: Final = 6
_NULL: Final = "null"


@dataclass(frozen=True, slots=True)
class Operator:
    """How two values are compared. A negated operator wants that none of the policy's values fits."""

    compare: Compare
    is_negated: bool = False
    takes_variables: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """One key of one operator's block: true when the request's values stand to the policy's as it says."""

    name: str  # as it is written: "ForAnyValue:StringLikeIfExists"
    key: str
    operator: Operator | None  # None: Null, which asks only whether there is a value
    values: tuple[Template, ...]
    quantifier: Quantifier = ""
    if_exists: bool = False

    def holds(self, context: Context) -> bool:
        """Whether it is true of a request."""
        found = context.get(self.key)
        is_missing = found is None or found == ()
        if self.operator is None:
            return any(value.text.lower() == ("true" if is_missing else "false") for value in self.values)
        if found is None or is_missing:
            return self._holds_without_values(self.operator)
        return self._holds_for((found,) if isinstance(found, str) else found, self.operator, context)

    def _holds_without_values(self, operator: Operator) -> bool:
        if self.if_exists or self.quantifier == "ForAllValues":
            return True
        return operator.is_negated and self.quantifier != "ForAnyValue"

    def _holds_for(self, found: Sequence[str], operator: Operator, context: Context) -> bool:
        each = (
            any(operator.compare(value, wanted, context) for wanted in self.values) != operator.is_negated
            for value in found
        )
        is_for_all = self.quantifier == "ForAllValues" or (not self.quantifier and operator.is_negated)
        return all(each) if is_for_all else any(each)


class UnknownOperator(ValueError):
    """The language has no operator of that name."""


def condition(name: str, key: str, values: Sequence[str], *, has_variables: bool) -> Condition:
    """Return the condition of one key under one operator's name, or raise UnknownOperator.

    >>> condition("StringLike", "aws:PrincipalTag/Team", ["b*"], has_variables=True).holds({"aws:principaltag/team": "blue"})
    True
    """
    quantifier, plain, if_exists = _parts(name)
    folded = plain.lower()
    if folded == _NULL:
        if if_exists or quantifier:
            raise UnknownOperator(name)
        return Condition(name, key.lower(), None, tuple(Template(value, ()) for value in values))
    operator = _OPERATORS.get(folded)
    if operator is None:
        raise UnknownOperator(name)
    takes = has_variables and operator.takes_variables
    wanted = tuple(template(value, has_variables=takes) for value in values)
    return Condition(name, key.lower(), operator, wanted, quantifier, if_exists)


def _parts(name: str) -> tuple[Quantifier, str, bool]:
    quantifier: Quantifier = ""
    folded = name.lower()
    if folded.startswith("forallvalues:"):
        quantifier = "ForAllValues"
    elif folded.startswith("foranyvalue:"):
        quantifier = "ForAnyValue"
    plain = name.partition(":")[2] if quantifier else name
    if plain.lower().endswith("ifexists"):
        return quantifier, plain[: -len("ifexists")], True
    return quantifier, plain, False


def _equals(value: str, wanted: Template, context: Context) -> bool:
    return wanted.literal(context) == value


def _equals_ignoring_case(value: str, wanted: Template, context: Context) -> bool:
    literal = wanted.literal(context)
    return literal is not None and literal.casefold() == value.casefold()


def _like(value: str, wanted: Template, context: Context) -> bool:
    return wanted.matches(value, context)


def _arn_like(value: str, wanted: Template, context: Context) -> bool:
    parts = value.split(":", _ARN_PARTS - 1)
    patterns = _arn_patterns(wanted, context)
    if len(parts) < _ARN_PARTS or patterns is None:
        return False
    return all(match(part) for match, part in zip(patterns, parts, strict=True))


def _arn_patterns(wanted: Template, context: Context) -> Sequence[Callable[[str], bool]] | None:
    # Each part has its own pattern: a wildcard never reaches over a colon, but in the last part.
    if not wanted.parts:
        pieces = wanted.text.split(":", _ARN_PARTS - 1)
        return [glob(piece) for piece in pieces] if len(pieces) == _ARN_PARTS else None
    resolved = wanted.resolved(context)
    if resolved is None:
        return None
    pieces_of_tokens: list[list[Any]] = [[]]
    for token in resolved:
        if not isinstance(token, str):
            pieces_of_tokens[-1].append(token)
            continue
        first, *rest = token.split(":", _ARN_PARTS - len(pieces_of_tokens))
        pieces_of_tokens[-1].append(first)
        pieces_of_tokens.extend([piece] for piece in rest)
    return [matcher(piece or [""]) for piece in pieces_of_tokens] if len(pieces_of_tokens) == _ARN_PARTS else None


def _numbers(compare: Callable[[Decimal, Decimal], bool]) -> Compare:
    return lambda value, wanted, _: _compared(_number(value), _number(wanted.text), compare)


def _dates(compare: Callable[[datetime, datetime], bool]) -> Compare:
    return lambda value, wanted, _: _compared(_date(value), _date(wanted.text), compare)


def _compared(value: Any, wanted: Any, compare: Callable[[Any, Any], bool]) -> bool:
    return value is not None and wanted is not None and compare(value, wanted)


@lru_cache(maxsize=1024)
def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


_EPOCH_SECONDS: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,9})?")


@lru_cache(maxsize=1024)
def _date(text: str) -> datetime | None:
    try:
        if _EPOCH_SECONDS.fullmatch(text):
            # A year alone is ISO 8601, too; four digits of seconds would be a moment of 1970.
            return datetime(int(text), 1, 1, tzinfo=UTC) if len(text) == len("2026") else _at(float(text))
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


def _bool(value: str, wanted: Template, context: Context) -> bool:  # noqa: ARG001  # as every comparison
    return value.lower() == wanted.text.lower()


def _binary(value: str, wanted: Template, context: Context) -> bool:  # noqa: ARG001
    try:
        return base64.b64decode(value, validate=True) == base64.b64decode(wanted.text, validate=True)
    except (binascii.Error, ValueError):
        return False


def _ip(value: str, wanted: Template, context: Context) -> bool:  # noqa: ARG001
    address, network = _address(value), _network(wanted.text)
    return address is not None and network is not None and address in network


@lru_cache(maxsize=1024)
def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


@lru_cache(maxsize=1024)
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _pair(name: str, negated: str, compare: Compare, *, takes_variables: bool) -> dict[str, Operator]:
    return {
        name.lower(): Operator(compare, takes_variables=takes_variables),
        negated.lower(): Operator(compare, is_negated=True, takes_variables=takes_variables),
    }


def _ordered(kind: str, compare: Callable[[Callable[[Any, Any], bool]], Compare]) -> dict[str, Operator]:
    prefix = kind.lower()
    return {
        **_pair(f"{kind}Equals", f"{kind}NotEquals", compare(lambda a, b: bool(a == b)), takes_variables=False),
        f"{prefix}lessthan": Operator(compare(lambda a, b: bool(a < b))),
        f"{prefix}lessthanequals": Operator(compare(lambda a, b: bool(a <= b))),
        f"{prefix}greaterthan": Operator(compare(lambda a, b: bool(a > b))),
        f"{prefix}greaterthanequals": Operator(compare(lambda a, b: bool(a >= b))),
    }


_OPERATORS: Final[dict[str, Operator]] = {
    **_pair("StringEquals", "StringNotEquals", _equals, takes_variables=True),
    **_pair("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", _equals_ignoring_case, takes_variables=True),
    **_pair("StringLike", "StringNotLike", _like, takes_variables=True),
    **_ordered("Numeric", _numbers),
    **_ordered("Date", _dates),
    "bool": Operator(_bool),
    "binaryequals": Operator(_binary),
    **_pair("IpAddress", "NotIpAddress", _ip, takes_variables=False),
    **_pair("ArnEquals", "ArnNotEquals", _arn_like, takes_variables=True),
    **_pair("ArnLike", "ArnNotLike", _arn_like, takes_variables=True),
}
