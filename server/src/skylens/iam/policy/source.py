"""JSON that remembers where everything stands: an error can point, and a matched statement can be found in its text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_STRINGS: Final = JSONDecoder()
_WORDS: Final = {"true": "true", "false": "false"}
_DEEPEST = 12  # a policy nests five levels; deeper ones are somebody's attempt at our stack


class Position(NamedTuple):
    """Line and column in a text, both counted from one."""

    line: int
    column: int


class SourceError(ValueError):
    """A text that is no JSON, and where it stops being it."""

    def __init__(self, reason: str, *, at: int) -> None:
        self.reason, self.at = reason, at
        super().__init__(f"{reason} at {at}")


@dataclass(frozen=True, slots=True)
class Node:
    """A value and the characters it stands on. Numbers and truth values are their text: policies compare texts."""

    value: Value
    start: int
    end: int


Value: TypeAlias = "str | list[Node] | dict[str, Node]"


def read(text: str) -> Node:
    """Return the tree of a JSON text, or raise SourceError.

    >>> read('{"a": [1, true]}').value["a"].value[0]
    Node(value='1', start=7, end=8)
    """
    node = _value(text, _skip(text, 0), 0)
    rest = _skip(text, node.end)
    if rest != len(text):
        raise SourceError("unexpected text behind the end", at=rest)
    return node


def position(text: str, at: int) -> Position:
    r"""Return the line and the column of a character.

    >>> position("ab\ncd", 4)
    Position(line=2, column=2)
    """
    return Position(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _value(text: str, at: int, depth: int) -> Node:
    if depth > _DEEPEST:
        raise SourceError("nested too deeply", at=at)
    match text[at : at + 1]:
        case '"':
            return _string(text, at)
        case "{":
            return _object(text, at, depth)
        case "[":
            return _array(text, at, depth)
    for word, value in _WORDS.items():
        if text.startswith(word, at):
            return Node(value, at, at + len(word))
    if number := _NUMBER.match(text, at):
        return Node(number[0], at, number.end())
    raise SourceError(f"unexpected {text[at : at + 10]!r}" if at < len(text) else "unexpected end", at=at)


def _string(text: str, at: int) -> Node:
    try:
        value, end = _STRINGS.raw_decode(text, at)
    except JSONDecodeError as error:
        raise SourceError(error.msg, at=error.pos) from error
    return Node(value, at, end)


def _array(text: str, start: int, depth: int) -> Node:
    found: list[Node] = []
    at = _skip(text, start + 1)
    while text[at : at + 1] != "]":
        if found:
            at = _expect(text, at, ",")
        found.append(_value(text, at, depth + 1))
        at = _skip(text, found[-1].end)
    return Node(found, start, at + 1)


def _object(text: str, start: int, depth: int) -> Node:
    found: dict[str, Node] = {}
    at = _skip(text, start + 1)
    while text[at : at + 1] != "}":
        if found:
            at = _expect(text, at, ",")
        if text[at : at + 1] != '"':
            raise SourceError("expected the name of an element", at=at)
        key = _string(text, at)
        _add(found, key, _value(text, _expect(text, _skip(text, key.end), ":"), depth + 1))
        at = _skip(text, found[str(key.value)].end)
    return Node(found, start, at + 1)


def _add(found: dict[str, Node], key: Node, value: Node) -> None:
    name = str(key.value)
    if name in found:
        raise SourceError(f"{name!r} stands twice", at=key.start)
    found[name] = value


def _expect(text: str, at: int, character: str) -> int:
    if text[at : at + 1] != character:
        raise SourceError(f"expected {character!r}", at=at)
    return _skip(text, at + 1)


def members(node: Node) -> Mapping[str, Node]:
    """Return what an object holds; anything else holds nothing."""
    return node.value if isinstance(node.value, dict) else {}
