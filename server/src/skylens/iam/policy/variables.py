"""Policy variables: ``${aws:username}`` in a resource or a condition's value stands for what the request says.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from skylens.iam.policy.pattern import Matches, Token, glob, matcher, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skylens.iam.policy.context import Context

_VARIABLE: Final = re.compile(r"\$\{\s*([^},\s]+)\s*(?:,\s*'([^']*)'\s*)?\}")
_ESCAPES: Final = frozenset("*?$")
_ARN_PARTS = 6


@dataclass(frozen=True, slots=True)
class Variable:
    """A key of the request's context, in lower case, and what stands for it when the request has none."""

    key: str
    default: str | None = None


Part: TypeAlias = "Token | Variable"


@dataclass(frozen=True, slots=True)
class Template:
    """A pattern that may hold variables; what they stand for is never a wildcard."""

    text: str
    parts: tuple[Part, ...]  # (): no variables

    def resolve(self, context: Context) -> Matches | None:
        """Return the function that matches a text, or None where the request has no value for a variable."""
        if not self.parts:
            return glob(self.text)
        resolved = self.resolved(context)
        return None if resolved is None else matcher(resolved)

    def matches(self, text: str, context: Context) -> bool:
        """Whether a text is what the template says in this request."""
        match = self.resolve(context)
        return match is not None and match(text)

    def literal(self, context: Context) -> str | None:
        """Return the text with its variables replaced, in which wildcards are letters like others; None as in resolve."""
        if not self.parts:
            return self.text
        resolved = self.resolved(context)
        return None if resolved is None else "".join(p if isinstance(p, str) else p.value for p in resolved)

    def resolved(self, context: Context) -> list[Token] | None:
        """Return the parts with values in the place of variables; None as in resolve."""
        found: list[Token] = []
        for part in self.parts:
            if not isinstance(part, Variable):
                found.append(part)
                continue
            value = context.get(part.key)
            # A key with several values stands for none of them.
            text = value if isinstance(value, str) else part.default
            if text is None:
                return None
            found.append(text)
        return found


def template(text: str, *, has_variables: bool) -> Template:
    """Return the template of a condition's value; policies of 2008 take ``${`` for what it is."""
    if not has_variables or "${" not in text:
        return Template(text, ())
    return Template(text, tuple(_parts(text)))


def resource_template(text: str, *, has_variables: bool) -> Template:
    """Return the template of a resource: variables count behind its fifth colon only."""
    pieces = text.split(":", _ARN_PARTS - 1)
    if not has_variables or "${" not in pieces[-1] or len(pieces) < _ARN_PARTS:
        return Template(text, ())
    head = text[: len(text) - len(pieces[-1])]
    return Template(text, (*tokens(head), *_parts(pieces[-1])))


def _parts(text: str) -> Iterator[Part]:
    at = 0
    for found in _VARIABLE.finditer(text):
        if found.start() > at:
            yield from tokens(text[at : found.start()])
        yield found[1] if found[1] in _ESCAPES else Variable(found[1].lower(), found[2])
        at = found.end()
    if at < len(text):
        yield from tokens(text[at:])
