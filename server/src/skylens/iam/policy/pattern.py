"""Patterns with ``*`` and ``?``, matched in time that no pattern can make more than length times length."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_WILD: Final = re.compile(r"[*?]")


class Wild(Enum):
    """What stands for other characters."""

    ANY = "*"  # any number of them
    ONE = "?"


Token: TypeAlias = "str | Wild"  # noqa: S105  # no password
Matches: TypeAlias = "Callable[[str], bool]"


def tokens(pattern: str) -> tuple[Token, ...]:
    """Return the literal parts of a pattern and what stands between them.

    >>> tokens("a*b?")
    ('a', <Wild.ANY: '*'>, 'b', <Wild.ONE: '?'>)
    """
    found: list[Token] = []
    at = 0
    for wild in _WILD.finditer(pattern):
        if wild.start() > at:
            found.append(pattern[at : wild.start()])
        found.append(Wild(wild[0]))
        at = wild.end()
    return (*found, pattern[at:]) if at < len(pattern) or not found else tuple(found)


@lru_cache(maxsize=4096)
def glob(pattern: str) -> Matches:
    """Return whether a text as a whole is what the pattern says, as a function of the text.

    >>> glob("arn:aws:xray:*:group/?a*")("arn:aws:xray:eu-west-1:000000000000:group/Yates")
    True
    """
    return matcher(tokens(pattern))


def matcher(parts: Iterable[Token]) -> Matches:
    """Return the function that matches a text against literal parts and wildcards."""
    runs: list[list[Token]] = [[]]
    for part in parts:
        if part is Wild.ANY:
            runs.append([])
        else:
            runs[-1].append(part)
    if len(runs) == 1:
        return _whole(runs[0])
    if not any(runs):
        return _anything
    first, *middle, last = (re.compile(_expression(run), re.DOTALL) for run in runs)
    least, between = _length(runs[-1]), [run for run in middle if run.pattern]
    return lambda text: _spans(text, first, between, last, least)


def _whole(run: list[Token]) -> Matches:
    if all(isinstance(part, str) for part in run):
        literal = "".join(part for part in run if isinstance(part, str))
        return lambda text: text == literal
    expression = re.compile(_expression(run), re.DOTALL)
    return lambda text: expression.fullmatch(text) is not None


def _anything(text: str) -> bool:  # noqa: ARG001  # as every matcher
    return True


def _spans(text: str, first: re.Pattern[str], middle: list[re.Pattern[str]], last: re.Pattern[str], least: int) -> bool:
    # Leftmost is enough: a run found earlier leaves more room for those behind it.
    start = first.match(text)
    at = start.end() if start else len(text) + 1
    end = len(text) - least
    if at > end or not last.match(text, end):
        return False
    for run in middle:
        found = run.search(text, at, end)
        if found is None:
            return False
        at = found.end()
    return True


def _expression(run: list[Token]) -> str:
    # Of a fixed length: nothing in it can be tried twice.
    return "".join(re.escape(part) if isinstance(part, str) else "." for part in run)


def _length(run: list[Token]) -> int:
    return sum(len(part) if isinstance(part, str) else 1 for part in run)
