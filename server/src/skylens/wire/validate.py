"""The model's constraints on an input, refused with AWS's own sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from skylens.wire.errors import ServiceError
from skylens.wire.scalars import java_double

if TYPE_CHECKING:
    from skylens.wire.models import Operation, Shape

Failures: TypeAlias = list[str]
Check: TypeAlias = Callable[[Any, str, Failures], None]
_Made: TypeAlias = dict["Shape", Check | None]

# Services that refuse with an error of their own where the operation declares it; all others answer ValidationException.
_REFUSALS = {"xray": "InvalidRequestException", "logs": "InvalidParameterException"}
# Optional members that clients send empty where they mean none (Grafana's X-Ray data source does, checking nothing).
_EMPTY_IS_ABSENT = {
    (shape, member)
    for shape in ("GetServiceGraphRequest", "GetTimeSeriesServiceStatisticsRequest")
    for member in ("GroupName", "GroupARN")
}
_ECHO_LENGTH = 2_048  # a value is repeated in the message, but not megabytes of it
_PATTERN_LENGTH = 65_536  # text beyond its maximum length and this is not matched any more: it is refused already


def check(operation: Operation, value: Mapping[str, Any]) -> None:
    """Raise the service's validation error if the input breaks constraints of the model; all of them are named."""
    if operation.input is None or (checker := _checker(operation.input)) is None:
        return
    failures: Failures = []
    checker(value, "", failures)
    if failures:
        count = f"{len(failures)} validation error{'s' if len(failures) > 1 else ''} detected: "
        raise ServiceError(_refusal(operation), count + "; ".join(failures), status=400)


def _refusal(operation: Operation) -> str:
    code = _REFUSALS.get(operation.service.name, "")
    return code if code in operation.errors else "ValidationException"


@cache
def _checker(shape: Shape) -> Check | None:
    return _compile(shape, {})


def _compile(shape: Shape, made: _Made) -> Check | None:
    if shape not in made:
        made[shape] = lambda value, at, failures: _late(made[shape], value, at, failures)
        made[shape] = _BUILDERS.get(shape.type, _scalar)(shape, made)
    return made[shape]


def _late(checker: Check | None, value: Any, at: str, failures: Failures) -> None:
    if checker is not None:
        checker(value, at, failures)


def _structure(shape: Shape, made: _Made) -> Check | None:
    checks = [
        (name, name[0].lower() + name[1:], name in shape.required, _compile(member.shape, made))
        for name, member in shape.members.items()
    ]
    checks = [
        (name, label, is_required, _unless_empty(checker) if (shape.name, name) in _EMPTY_IS_ABSENT else checker)
        for name, label, is_required, checker in checks
    ]
    checks = [c for c in checks if c[2] or c[3]]

    def run(value: Any, at: str, failures: Failures) -> None:
        for name, label, is_required, checker in checks:
            item = value.get(name)
            if item is None:
                if is_required:
                    failures.append(_sentence(" null", at + label, "Member must not be null"))
            elif checker is not None:
                checker(item, at + label, failures)

    def run_at(value: Any, at: str, failures: Failures) -> None:
        run(value, f"{at}." if at else "", failures)

    return run_at if checks else None


def _unless_empty(checker: Check | None) -> Check | None:
    def run(value: Any, at: str, failures: Failures) -> None:
        if checker is not None and value != "":
            checker(value, at, failures)

    return checker and run


def _list(shape: Shape, made: _Made) -> Check | None:
    item_shape = shape.members["member"].shape
    lengths, check_item = _bounds(shape, "length"), _compile(item_shape, made)
    is_nested, rule = item_shape.type in _BUILDERS, _rule(item_shape, "Member must satisfy constraint")

    def run(value: Any, at: str, failures: Failures) -> None:
        failures.extend(_sentence(_echo(value, shape), at, c) for c in lengths(len(value)))
        if check_item is None:
            return
        if is_nested:
            for number, item in enumerate(value, 1):
                check_item(item, f"{at}.{number}.member", failures)
        elif _any_fails(value, check_item):
            failures.append(_sentence(_echo(value, shape), at, rule))

    return run if check_item or _is_bounded(shape) else None


def _map(shape: Shape, made: _Made) -> Check | None:
    key_shape, value_shape = shape.members["key"].shape, shape.members["value"].shape
    lengths, check_key, check_value = _bounds(shape, "length"), _compile(key_shape, made), _compile(value_shape, made)
    key_rule, value_rule = (
        _rule(key_shape, "Map keys must satisfy constraint"),
        _rule(value_shape, "Map value must satisfy constraint"),
    )
    is_nested = value_shape.type in _BUILDERS

    def run(value: Any, at: str, failures: Failures) -> None:
        failures.extend(_sentence(_echo(value, shape), at, c) for c in lengths(len(value)))
        if check_key and _any_fails(value, check_key):
            failures.append(_sentence(_echo(value, shape), at, key_rule))
        if check_value and is_nested:
            for key, item in value.items():
                check_value(item, f"{at}.{key}.member", failures)
        elif check_value and _any_fails(value.values(), check_value):
            failures.append(_sentence(_echo(value, shape), at, value_rule))

    return run if check_key or check_value or _is_bounded(shape) else None


def _scalar(shape: Shape, _made: _Made) -> Check | None:
    match shape.type:
        case "string" | "blob":
            return _text(shape) if _is_bounded(shape) or shape.pattern or shape.enum else None
        case "integer" | "long" | "float" | "double":
            return _number(shape) if _is_bounded(shape) else None
    return None


def _text(shape: Shape) -> Check:
    lengths, enum, maximum = _bounds(shape, "length"), frozenset(shape.enum), shape.maximum
    enum_rule = _enum_rule(shape)

    def run(value: Any, at: str, failures: Failures) -> None:
        failures.extend(_sentence(_echo(value, shape), at, c) for c in lengths(len(value)))
        if enum and value not in enum:
            failures.append(_sentence(_echo(value, shape), at, enum_rule))
        if (
            shape.pattern
            and (maximum is None or len(value) <= max(maximum, _PATTERN_LENGTH))
            and not _matches(shape.pattern, value)
        ):
            failures.append(_sentence(_echo(value, shape), at, _pattern_rule(shape)))

    return run


def _number(shape: Shape) -> Check:
    bounds = _bounds(shape, "value")

    def run(value: Any, at: str, failures: Failures) -> None:
        failures.extend(_sentence(_echo(value, shape), at, c) for c in bounds(value))

    return run


_BUILDERS: Mapping[str, Callable[[Any, _Made], Check | None]] = {"structure": _structure, "list": _list, "map": _map}


def _any_fails(values: Any, checker: Check) -> bool:
    failures: Failures = []
    for value in values:
        checker(value, "", failures)
        if failures:
            return True
    return False


def _is_bounded(shape: Shape) -> bool:
    return shape.minimum is not None or shape.maximum is not None


def _bounds(shape: Shape, measure: str) -> Callable[[float], list[str]]:
    low, high = shape.minimum, shape.maximum
    at_most, at_least = (_bound_rule(measure, word, bound) for word, bound in (("less", high), ("greater", low)))

    def broken(size: float) -> list[str]:
        # Written so that NaN, which is neither less nor greater, breaks every bound.
        rules = [at_most] if high is not None and not size <= high else []
        return [*rules, at_least] if low is not None and not size >= low else rules

    return broken


def _bound_rule(measure: str, word: str, bound: float | None) -> str:
    number = int(bound) if bound is not None and bound == int(bound) else bound
    return f"Member must have {measure} {word} than or equal to {number}"


def _enum_rule(shape: Shape) -> str:
    return f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"


def _pattern_rule(shape: Shape) -> str:
    return f"Member must satisfy regular expression pattern: {shape.pattern}"


def _rule(shape: Shape, words: str) -> str:
    """Return the sentence that names all constraints of a list's or map's scalars at once, as AWS's validator does."""
    measure = "value" if shape.type in ("integer", "long", "float", "double") else "length"
    rules = [
        _bound_rule(measure, w, b) for w, b in (("less", shape.maximum), ("greater", shape.minimum)) if b is not None
    ]
    rules += [_pattern_rule(shape)] if shape.pattern else []
    rules += [_enum_rule(shape)] if shape.enum else []
    return f"{words}: [{', '.join(rules)}]"


def _sentence(echo: str, at: str, constraint: str) -> str:
    return f"Value{echo} at '{at}' failed to satisfy constraint: {constraint}"


def _echo(value: Any, shape: Shape) -> str:
    """Return a value as AWS repeats it in the sentence: quoted, as Java prints it, and nothing of a secret."""
    if shape.is_sensitive:
        return ""
    text = _java(value, shape)
    return f" '{text if len(text) <= _ECHO_LENGTH else text[:_ECHO_LENGTH] + '…'}'"


def _java(value: Any, shape: Shape) -> str:
    if shape.is_sensitive:
        return "*** Sensitive Data Redacted ***"
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case float():
            return java_double(value)
        case bytes():
            return f"java.nio.HeapByteBuffer[pos=0 lim={len(value)} cap={len(value)}]"
        case datetime():
            return value.isoformat()
        case list():
            return f"[{', '.join(_java(item, shape.members['member'].shape) for item in value)}]"
        case dict() if shape.type == "map":
            entries = (f"{key}={_java(item, shape.members['value'].shape)}" for key, item in value.items())
            return f"{{{', '.join(entries)}}}"
        case dict():
            members = (f"{n[0].lower()}{n[1:]}={_java(value.get(n), m.shape)}" for n, m in shape.members.items())
            return f"{shape.name}({', '.join(members)})"
    return str(value)


def _matches(pattern: str, text: str) -> bool:
    return _compiled(pattern).fullmatch(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Return a model's pattern, which is Java's, in Python's dialect."""
    # Java reads a pair of surrogates as the character that they stand for, and a hyphen after a class as itself.
    dialect = pattern.replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010ffff").replace(r"[\w-", r"[\w\-")
    return re.compile(re.sub(r"\\p\{(\w+)\}", lambda found: _category(found[1]), dialect), re.ASCII)


@cache
def _category(name: str) -> str:
    """Return the ranges of a Unicode category, to stand between brackets."""
    ranges: list[list[int]] = []
    for code in range(0x110000):
        if unicodedata.category(chr(code)).startswith(name):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)
