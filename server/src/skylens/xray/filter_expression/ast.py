"""The tree of a filter expression. Every node prints itself; parsing the print gives the same tree."""

import json
import re
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from skylens.xray.annotation import number_text
from skylens.xray.filter_expression.keywords import Operator
from skylens.xray.node import Node

Value: TypeAlias = str | float | bool
Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | int | bool | None"
Cause: TypeAlias = Literal["fault", "error", "responsetime"]
Part: TypeAlias = Literal["service", "entity", "exception"]

_PLAIN_ANNOTATION: Final = re.compile(r"[A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Everything:
    """The blank expression, which holds for every trace."""

    def __str__(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Not:
    """Holds where the operand does not."""

    operand: "Expression"

    def __str__(self) -> str:
        return f"!{_closed(self.operand)}"


@dataclass(frozen=True, slots=True)
class And:
    """Holds where all operands hold; there are at least two."""

    operands: tuple["Expression", ...]

    def __str__(self) -> str:
        return " AND ".join(_closed(operand) for operand in self.operands)


@dataclass(frozen=True, slots=True)
class Or:
    """Holds where any operand holds; there are at least two."""

    operands: tuple["Expression", ...]

    def __str__(self) -> str:
        return " OR ".join(f"({operand})" if isinstance(operand, Or) else str(operand) for operand in self.operands)


@dataclass(frozen=True, slots=True)
class Is:
    """A keyword alone: a boolean that is true, or a number or text that is there."""

    keyword: str

    def __str__(self) -> str:
        return self.keyword


@dataclass(frozen=True, slots=True)
class Compare:
    """A number or text keyword against a value of its kind."""

    keyword: str
    operator: Operator
    value: str | float

    def __str__(self) -> str:
        return f"{self.keyword} {self.operator} {_printed(self.value)}"


@dataclass(frozen=True, slots=True)
class HasAnnotation:
    """An annotation alone: it is there, and is not just false."""

    key: str

    def __str__(self) -> str:
        return _annotation(self.key)


@dataclass(frozen=True, slots=True)
class CompareAnnotation:
    """An annotation against a value; values of another type than that do not match."""

    key: str
    operator: Operator
    value: Value

    def __str__(self) -> str:
        return f"{_annotation(self.key)} {self.operator} {_printed(self.value)}"


@dataclass(frozen=True, slots=True)
class InGroup:
    """Stands for the expression of a group (``by`` its name or arn) until groups.substitute puts that in its place."""

    by: Literal["name", "arn"]
    value: str
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"group.{self.by} = {_printed(self.value)}"


@dataclass(frozen=True, slots=True)
class NodeId:
    """Which nodes are meant; what is None does not matter. ``short``: written as the bare name."""

    name: str | None = None
    type: str | None = None
    account_id: str | None = None
    short: bool = False

    def matches(self, node: Node, *, account: str) -> bool:
        """Say whether the node is one of those; ``account`` is that of a node which does not tell its own."""
        return (
            self.name in {None, node.name}
            and self.type in {None, node.type}
            and self.account_id in {None, node.account_id or account}
        )

    def __str__(self) -> str:
        if self.short and self.name is not None:
            return _printed(self.name)
        parts = {"name": self.name, "type": self.type, "account.id": self.account_id}
        return f"id({', '.join(f'{k}: {_printed(v)}' for k, v in parts.items() if v is not None)})"


@dataclass(frozen=True, slots=True)
class Service:
    """A node took part, and the filter holds for one of its segments. ``node`` None: any node."""

    node: NodeId | None
    filter: "Expression | None" = None

    def __str__(self) -> str:
        return f"service({self.node or ''}){_braces(self.filter)}"


@dataclass(frozen=True, slots=True)
class Edge:
    """One node called the other, and the filter holds for the call as the caller saw it."""

    caller: NodeId
    callee: NodeId
    filter: "Expression | None" = None

    def __str__(self) -> str:
        return f"edge({self.caller}, {self.callee}){_braces(self.filter)}"


@dataclass(frozen=True, slots=True)
class HasRootCause:
    """There is a root cause of that kind with a service, entity or exception for which the filter holds."""

    cause: Cause
    part: Part
    filter: "Expression | None" = None

    def __str__(self) -> str:
        return f"rootcause.{self.cause}.{self.part}{_braces(self.filter)}"


@dataclass(frozen=True, slots=True)
class RootCauseLike:
    """There is a root cause (``cause`` None: of any kind) of exactly this shape. ``shape`` is JSON text, keys sorted."""

    cause: Cause | None
    shape: str

    def __str__(self) -> str:
        return f"rootcause.{f'{self.cause}.' if self.cause else ''}json = #{self.shape}"


Expression: TypeAlias = (
    Everything | Not | And | Or | Is | Compare | HasAnnotation | CompareAnnotation | InGroup | Service | Edge
    | HasRootCause | RootCauseLike
)  # fmt: skip
EntitySelector: TypeAlias = NodeId | Service | Edge


def json_text(shape: Json) -> str:
    """Print JSON in the one way that equal shapes share.

    >>> json_text([{"b": 1, "a": "x"}])
    '[{"a":"x","b":1}]'
    """
    return json.dumps(shape, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _closed(operand: Expression) -> str:
    return f"({operand})" if isinstance(operand, And | Or) else str(operand)


def _braces(inside: Expression | None) -> str:
    return "" if inside is None else f" {{ {inside} }}"


def _annotation(key: str) -> str:
    return f"annotation.{key}" if _PLAIN_ANNOTATION.fullmatch(key) else f"annotation[{key}]"


def _printed(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case _:
            return number_text(value)
