"""Random expressions that are often true, and often not, of the traces of random_traces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xray.filter_expression.random_traces import (
    ACCOUNTS,
    AGENTS,
    ANNOTATIONS,
    KEYS,
    METHODS,
    MILLISECONDS,
    NAMES,
    STATUSES,
    TYPES,
    URLS,
    USERS,
    ZONES,
)

from skylens.xray.filter_expression import ast
from skylens.xray.filter_expression.keywords import KEYWORDS, OPERATORS, Scope

if TYPE_CHECKING:
    from random import Random  # noqa: TID251  # Hypothesis hands it in

VALUES: dict[str, tuple[Any, ...]] = {
    "responsetime": tuple(ms / 1000 for ms in MILLISECONDS),
    "duration": tuple(ms / 1000 for ms in MILLISECONDS),
    "http.status": STATUSES,
    "index": (0, 1, 2),
    "coverage": (0.0, 0.5, 1.0),
    "http.url": URLS,
    "http.method": METHODS,
    "http.useragent": AGENTS,
    "http.clientip": AGENTS,
    "user": USERS,
    "availabilityzone": ZONES,
    "instance.id": ("i-1", "i-2"),
    "resource.arn": ("arn:1", "arn:2"),
    "name": NAMES,
    "type": (*TYPES, "remote", "AWS::DynamoDB::Table"),
    "message": ("x",),
}


def an_expression(random: Random) -> ast.Expression:
    return _combined(random, 2, lambda: _condition(random))


def _combined(random: Random, depth: int, leaf: Any) -> ast.Expression:
    shape = random.random()
    if depth == 0 or shape < 0.45:
        return leaf()
    if shape < 0.65:
        return ast.Not(_combined(random, depth - 1, leaf))
    operands = tuple(_combined(random, depth - 1, leaf) for _ in range(2))
    return ast.And(operands) if shape < 0.85 else ast.Or(operands)


def _condition(random: Random) -> ast.Expression:
    match random.choice(["keyword"] * 5 + ["annotation"] * 3 + ["service"] * 4 + ["edge"] * 4 + ["root cause"]):
        case "keyword":
            return _keyword(random, "trace")
        case "annotation":
            return _annotation(random)
        case "service":
            return ast.Service(_node(random) if random.random() < 0.8 else None, _braces(random, "service"))
        case "edge":
            return ast.Edge(_node(random), _node(random), _braces(random, "edge"))
    part = random.choice(("service", "entity", "exception"))
    cause = random.choice(("fault", "error", "responsetime"))
    return ast.HasRootCause(cause, part, _braces(random, f"root cause {part}"))


def _braces(random: Random, scope: Scope) -> ast.Expression | None:
    return None if random.random() < 0.3 else _combined(random, 1, lambda: _keyword(random, scope))


def _keyword(random: Random, scope: Scope) -> ast.Expression:
    keyword = random.choice([each for each in KEYWORDS.values() if scope in each.scopes])
    if keyword.kind == "boolean" or random.random() < 0.15:
        return ast.Is(keyword.name)
    value = random.choice(VALUES[keyword.name])
    if keyword.kind == "text" and random.random() < 0.3:
        value = random.choice((value[:1], value[-1:], ""))
    return ast.Compare(
        keyword.name, random.choice(OPERATORS[keyword.kind]), value if keyword.kind == "text" else float(value)
    )


def _annotation(random: Random) -> ast.Expression:
    key, value = random.choice(KEYS), random.choice(ANNOTATIONS)
    if random.random() < 0.2:
        return ast.HasAnnotation(key)
    kind = "boolean" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"
    return ast.CompareAnnotation(key, random.choice(OPERATORS[kind]), float(value) if kind == "number" else value)


def _node(random: Random) -> ast.NodeId:
    if random.random() < 0.6:
        return ast.NodeId(random.choice(NAMES), short=True)
    return ast.NodeId(
        random.choice((None, *NAMES)),
        random.choice((None, None, *TYPES, "remote", "client", "AWS::DynamoDB::Table")),
        random.choice((None, None, *ACCOUNTS)),
    )
