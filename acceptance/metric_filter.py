"""Metric filters: so much of the pattern language of CloudWatch Logs as CIS's patterns are written in.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from lark import Lark, Token, Tree

_GRAMMAR = r"""
start: "{" either "}"
?either: both ("||" both)*
?both: term ("&&" term)*
?term: "(" either ")"
     | FIELD "=" VALUE       -> equal
     | FIELD "!=" VALUE      -> unequal
     | FIELD "NOT" "EXISTS"  -> absent
FIELD: /\$(\.[A-Za-z]+)+/
VALUE: /"[^"]*"/ | /[\w.*]+/
%ignore /\s+/
"""
_ABSENT = object()


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr")


def matches(pattern: str, record: Mapping[str, Any]) -> bool:
    """Say whether a record matches; a field that is not there is neither equal nor unequal to anything."""
    return _holds(_parser().parse(pattern).children[0], record)


def _holds(node: Any, record: Mapping[str, Any]) -> bool:
    match node:
        case Tree(data=Token(value="either"), children=parts):
            return any(_holds(part, record) for part in parts)
        case Tree(data=Token(value="both"), children=parts):
            return all(_holds(part, record) for part in parts)
        case Tree(data="absent", children=[field]):
            return _value(str(field), record) is _ABSENT
        case Tree(data="equal" | "unequal" as kind, children=[field, wanted]):
            value = _value(str(field), record)
            return isinstance(value, str) and _is(value, str(wanted).strip('"')) == (kind == "equal")
    raise AssertionError(node)


def _value(field: str, record: Mapping[str, Any]) -> Any:
    value: Any = record
    for name in field.split(".")[1:]:
        if not isinstance(value, Mapping) or name not in value:
            return _ABSENT
        value = value[name]
    return value


def _is(value: str, wanted: str) -> bool:
    return re.fullmatch(re.escape(wanted).replace(r"\*", ".*"), value, re.DOTALL) is not None
