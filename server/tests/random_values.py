"""Random values of a model's shapes that keep to its constraints; the same seed gives the same value."""

from __future__ import annotations

import re._constants as sre
import re._parser as sre_parser
import string
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from skylens.wire.validate import _compiled

if TYPE_CHECKING:
    import random  # noqa: TID251 — a seeded source, handed in

    from skylens.wire.models import Shape

_ALPHABET = string.ascii_letters + string.digits + " <>&\"'%+=/\\~\n\tßüλ中文😀"
_PRINTABLE = string.ascii_letters + string.digits + string.punctuation + " "
_LONGEST_TEXT, _LONGEST_LIST = 60, 3
_CATEGORIES = {
    sre.CATEGORY_DIGIT: "0123456789",
    sre.CATEGORY_SPACE: " \t",
    sre.CATEGORY_WORD: "abcXYZ019_",
    sre.CATEGORY_NOT_DIGIT: "abcXYZ_- ",
    sre.CATEGORY_NOT_SPACE: "abcXYZ019_-",
    sre.CATEGORY_NOT_WORD: "-./ ",
}


def value_of(shape: Shape, chance: random.Random, fill: float = 1.0, depth: int = 0) -> Any:
    """Return a random value of ``shape``; ``fill`` is the part of the optional members that are there."""
    match shape.type:
        case "structure":
            return _structure(shape, chance, fill, depth)
        case "list":
            item = shape.members["member"].shape
            return [value_of(item, chance, fill=fill, depth=depth + 1) for _ in range(_size(shape, chance, depth))]
        case "map":
            return _map(shape, chance, fill, depth)
    return _scalar(shape, chance)


def _structure(shape: Shape, chance: random.Random, fill: float, depth: int) -> dict[str, Any]:
    names = [n for n, m in shape.members.items() if not m.shape.is_event_stream]
    if shape.is_union:
        names = [
            chance.choice(
                [n for n in names if shape.members[n].shape.type != "structure" or shape.members[n].shape.members]
            )
        ]
    else:
        # Recursive shapes end somewhere: below a depth only what is required is there.
        is_deep = depth > 9
        names = [n for n in names if n in shape.required or (not is_deep and chance.random() < fill)]
        # A structure or map that is there and empty cannot be told from one that is missing in a form.
        names = names or list(shape.members)[:1]
    return {n: value_of(shape.members[n].shape, chance, fill=fill, depth=depth + 1) for n in names}


def _map(shape: Shape, chance: random.Random, fill: float, depth: int) -> dict[str, Any]:
    key, item = shape.members["key"].shape, shape.members["value"].shape
    keys = [_scalar(key, chance) for _ in range(max(1, _size(shape, chance, depth)))]
    return {k: value_of(item, chance, fill=fill, depth=depth + 1) for k in keys}


def _size(shape: Shape, chance: random.Random, depth: int) -> int:
    low = int(shape.minimum or 0)
    high = int(shape.maximum) if shape.maximum is not None else low + _LONGEST_LIST
    return low if depth > 9 else chance.randint(low, min(high, low + _LONGEST_LIST))


def _scalar(shape: Shape, chance: random.Random) -> Any:
    match shape.type:
        case "string":
            return _text(shape, chance)
        case "blob":
            return chance.randbytes(chance.randint(int(shape.minimum or 0), int(min(shape.maximum or 40, 40))))
        case "boolean":
            return chance.random() < 0.5
        case "timestamp":
            return datetime(2001, 1, 1, tzinfo=UTC) + timedelta(milliseconds=chance.randrange(10**12))
        case "integer":
            return _integer(shape, chance, 31)
        case "long":
            return _integer(shape, chance, 63)
    low = shape.minimum if shape.minimum is not None else -1e9
    return chance.uniform(low, shape.maximum if shape.maximum is not None else low + 1e12)


def _integer(shape: Shape, chance: random.Random, bits: int) -> int:
    low = int(shape.minimum) if shape.minimum is not None else -(1 << bits)
    high = int(shape.maximum) if shape.maximum is not None else (1 << bits) - 1
    return chance.choice((low, high, chance.randint(low, high)))


def _text(shape: Shape, chance: random.Random) -> str:
    if shape.enum:
        return chance.choice(shape.enum)
    low = int(shape.minimum or 0)
    high = int(min(shape.maximum if shape.maximum is not None else low + _LONGEST_TEXT, low + _LONGEST_TEXT))
    if not shape.pattern:
        return "".join(chance.choices(_ALPHABET, k=chance.randint(low, high)))
    return _matching(shape, chance, low, int(shape.maximum or 1 << 20))


def _matching(shape: Shape, chance: random.Random, low: int, high: int) -> str:
    tree = _parsed(_compiled(shape.pattern).pattern)
    for _ in range(400):
        goal = chance.randint(low, min(high, low + _LONGEST_TEXT))
        text = "".join(_from_pattern(node, chance, goal) for node in tree)
        if low <= len(text) <= high and _compiled(shape.pattern).fullmatch(text):
            return text
    raise AssertionError(f"no text of {low} to {high} characters matches {shape.pattern} of {shape}")


@cache
def _parsed(pattern: str) -> Any:
    return sre_parser.parse(pattern)


def _from_pattern(node: Any, chance: random.Random, goal: int) -> str:
    operator, argument = node
    match operator:
        case sre.LITERAL:
            return chr(argument)
        case sre.NOT_LITERAL:
            return chance.choice([c for c in "abc-1" if ord(c) != argument])
        case sre.ANY:
            return chance.choice("abc 019-_/.")
        case sre.IN:
            return _from_class(argument, chance)
        case sre.SUBPATTERN:
            return "".join(_from_pattern(n, chance, goal) for n in argument[-1])
        case sre.BRANCH:
            return "".join(_from_pattern(n, chance, goal) for n in chance.choice(argument[1]))
        case sre.MAX_REPEAT | sre.MIN_REPEAT:
            low, high, inner = argument
            longest = max(low, min(int(high), goal))
            times = chance.choice((low, longest, chance.randint(low, longest)))
            return "".join(_from_pattern(n, chance, goal) for _ in range(times) for n in inner)
        case sre.AT | sre.ASSERT | sre.ASSERT_NOT:
            return ""
    raise NotImplementedError(f"{operator} in a pattern")


def _from_class(members: Any, chance: random.Random) -> str:
    if members[0][0] is sre.NEGATE:
        allowed = [c for c in _PRINTABLE if not any(_is_in(c, m) for m in members[1:])]
        return chance.choice(allowed)
    operator, argument = chance.choice(members)
    match operator:
        case sre.LITERAL:
            return chr(argument)
        case sre.RANGE:
            # Control characters are a test of their own: XML cannot carry them.
            return chr(chance.randint(max(argument[0], min(argument[1], ord(" "))), argument[1]))
    return chance.choice(_CATEGORIES[argument])


def _is_in(character: str, member: Any) -> bool:
    operator, argument = member
    match operator:
        case sre.LITERAL:
            return ord(character) == argument
        case sre.RANGE:
            return bool(argument[0] <= ord(character) <= argument[1])
    return character in _CATEGORIES[argument]
