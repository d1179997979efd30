"""Text to tree: ``parse`` for filter expressions, ``parse_selector`` for the entity selectors of time series."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NoReturn, TypeAlias, cast

from lark import Token, Tree
from lark.exceptions import UnexpectedInput

from skylens.language import LanguageError, load_grammar, parse_error
from skylens.xray.filter_expression import ast, root_cause_shape
from skylens.xray.filter_expression.keywords import KEYWORDS, OPERATORS, Keyword, Kind, Operator, Scope

MAX_LENGTH: Final = 8_192
MAX_DEPTH: Final = 50
MAX_CONDITIONS: Final = 200

_PACKAGE: Final = "skylens.xray.filter_expression"
_ESCAPE: Final = re.compile(r"\\([\"'\\])")
_CONDITIONS: Final = {"keyword", "annotation", "service", "edge", "root_cause", "root_cause_json"}
_ORDERS: Final = {"<", "<=", ">", ">="}

_Tree: TypeAlias = Tree[Token]
_Child: TypeAlias = Tree[Token] | Token


class InvalidFilterExpression(LanguageError):
    """A filter expression that X-Ray cannot evaluate, and the place where it goes wrong."""


def parse(text: str) -> ast.Expression:
    """Return the expression's tree; raise InvalidFilterExpression where it has none. Groups stay unresolved.

    >>> print(parse("ok !partial duration <3"))
    ok AND !partial AND duration < 3
    """
    _check_text(text)
    if not text.strip():
        return ast.Everything()
    tree = _tree(text, start="start")
    conditions = sum(1 for found in tree.iter_subtrees() if found.data in _CONDITIONS)
    if conditions > MAX_CONDITIONS:
        raise InvalidFilterExpression(f"more than {MAX_CONDITIONS} conditions", at=0, text=text)
    return _Builder(text).either(_only(tree), "trace")


def parse_selector(text: str) -> ast.EntitySelector:
    """Return what an EntitySelectorExpression selects: nodes by ``id()`` or ``service()``, or an ``edge()``.

    https://docs.aws.amazon.com/xray/latest/api/API_GetTimeSeriesServiceStatistics.html
    """
    _check_text(text)
    if not text.strip():
        raise InvalidFilterExpression("an entity selector is id(), service() or edge(), not blank", at=0, text=text)
    selector, builder = _only(_tree(text, start="selector")), _Builder(text)
    braces = next((child for child in _trees(selector) if child.data == "braces"), None)
    if braces is not None:
        raise InvalidFilterExpression("an entity selector has no filter in braces", at=braces.meta.start_pos, text=text)
    return cast(
        "ast.EntitySelector", builder.node(selector) if selector.data == "node_id" else builder.one(selector, "trace")
    )


def _check_text(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise InvalidFilterExpression(f"longer than {MAX_LENGTH} characters", at=MAX_LENGTH, text=text)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidFilterExpression("half a character", at=error.start, text=text) from error


def _tree(text: str, *, start: str) -> _Tree:
    try:
        return cast("_Tree", load_grammar(_PACKAGE, start=start).parse(text))
    except UnexpectedInput as error:
        found = parse_error(error, text)
        raise InvalidFilterExpression(found.reason, at=found.at, text=text) from error


def _only(tree: _Tree) -> _Tree:
    [child] = tree.children
    return cast("_Tree", child)


class _Builder:
    """Turns lark's tree into ours, checking keywords, scopes and types on the way."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._depth = 0

    def either(self, tree: _Tree, scope: Scope) -> ast.Expression:
        operands = tuple(self._all(child, scope) for child in _trees(tree))
        return operands[0] if len(operands) == 1 else ast.Or(operands)

    def one(self, tree: _Tree, scope: Scope) -> ast.Expression:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail(f"nested more than {MAX_DEPTH} deep", tree)
        built = self._RULES[tree.data](self, tree, scope)
        self._depth -= 1
        return built

    def _all(self, tree: _Tree, scope: Scope) -> ast.Expression:
        operands = tuple(self.one(child, scope) for child in _trees(tree))
        return operands[0] if len(operands) == 1 else ast.And(operands)

    def _not(self, tree: _Tree, scope: Scope) -> ast.Expression:
        return ast.Not(self.one(_only(tree), scope))

    def _keyword(self, tree: _Tree, scope: Scope) -> ast.Expression:
        word, *rest = cast("list[Token]", tree.children)
        name = word.lower()
        if name in {"group.name", "group.arn"}:
            return self._group(word, rest, scope)
        keyword = KEYWORDS.get(name)
        if keyword is None:
            self._fail(f"unknown keyword {word!s}", word)
        if scope not in keyword.scopes:
            self._fail(f"{name} can be asked {_where(keyword)} only", word)
        if not rest:
            return ast.Is(name)
        operator, value = self._operator(rest[0]), rest[1]
        self._check_operator(operator, keyword.kind, name, rest[0])
        if keyword.kind == "boolean":
            wanted = self._boolean(value, name) == (operator == "=")
            return ast.Is(name) if wanted else ast.Not(ast.Is(name))
        return ast.Compare(
            name, operator, self._number(value, keyword) if keyword.kind == "number" else _unquoted(value)
        )

    def _group(self, word: Token, rest: list[Token], scope: Scope) -> ast.Expression:
        name = word.lower()
        if scope != "trace":
            self._fail(f"{name} stands for a whole expression and cannot be used in braces", word)
        if not rest:
            self._fail(f"{name} needs a value", word)
        operator = self._operator(rest[0])
        self._check_operator(operator, "boolean", name, rest[0])
        group = ast.InGroup("name" if name == "group.name" else "arn", _unquoted(rest[1]), at=word.start_pos or 0)
        return group if operator == "=" else ast.Not(group)

    def _annotation(self, tree: _Tree, scope: Scope) -> ast.Expression:
        word, *rest = cast("list[Token]", tree.children)
        if scope != "trace":
            self._fail("annotations cannot be used in braces: they belong to the whole trace", word)
        key = word[len("annotation") :].removeprefix(".")
        if key.startswith("["):
            key = key[1:-1].strip()
            key = key[1:-1] if key[:1] in {'"', "'"} and key[-1:] == key[:1] and len(key) > 1 else key
        if not key:
            self._fail("an annotation needs a key", word)
        if not rest:
            return ast.HasAnnotation(key)
        operator, token = self._operator(rest[0]), rest[1]
        value = self._annotation_value(token, operator)
        self._check_operator(operator, _kind(value), f"an annotation's {_kind(value)}", rest[0])
        return ast.CompareAnnotation(key, operator, value)

    def _annotation_value(self, token: Token, operator: Operator) -> ast.Value:
        if token.type == "NUMBER" and (operator in _ORDERS or operator in {"=", "!="}):
            return self._finite(token)
        if (
            token.type == "WORD"
            and token.lower() in {"true", "false"}
            and operator not in {"CONTAINS", "BEGINSWITH", "ENDSWITH"}
        ):
            return token.lower() == "true"
        return _unquoted(token)

    def _service(self, tree: _Tree, scope: Scope) -> ast.Expression:
        self._refuse_in_braces("service", tree, scope)
        nodes, inside = self._arguments(tree, "service")
        return ast.Service(nodes[0] if nodes else None, inside)

    def _edge(self, tree: _Tree, scope: Scope) -> ast.Expression:
        self._refuse_in_braces("edge", tree, scope)
        nodes, inside = self._arguments(tree, "edge")
        return ast.Edge(nodes[0], nodes[1], inside)

    def _arguments(self, tree: _Tree, scope: Scope) -> tuple[list[ast.NodeId], ast.Expression | None]:
        braces = [child for child in _trees(tree) if child.data == "braces"]
        nodes = [self.node(child) for child in tree.children if child not in braces]
        return nodes, self.either(_only(braces[0]), scope) if braces else None

    def node(self, child: _Child) -> ast.NodeId:
        if isinstance(child, Token):
            return ast.NodeId(self._filled(child), short=True)
        parts: dict[str, str] = {}
        for part in _trees(child):
            label, value = cast("list[Token]", part.children)
            key = label.lower().replace(".", "_")
            if key in parts:
                self._fail(f"{label} is given twice", label)
            parts[key] = self._filled(value)
        return ast.NodeId(parts.get("name"), parts.get("type"), parts.get("account_id"))

    def _root_cause(self, tree: _Tree, scope: Scope) -> ast.Expression:
        word = cast("Token", tree.children[0])
        self._refuse_in_braces(word.lower(), tree, scope)
        _, cause, part = word.lower().split(".")
        inner = cast("Scope", f"root cause {part}")
        braces = _trees(tree)
        inside = self.either(_only(braces[0]), inner) if braces else None
        return ast.HasRootCause(cast("ast.Cause", cause), cast("ast.Part", part), inside)

    def _root_cause_json(self, tree: _Tree, scope: Scope) -> ast.Expression:
        word, operator, array = cast("tuple[Token, Token, _Tree]", tuple(tree.children))
        self._refuse_in_braces(word.lower(), tree, scope)
        self._check_operator(self._operator(operator), "boolean", word.lower(), operator)
        _, *cause, _ = word.lower().split(".")
        like = ast.RootCauseLike(cast("ast.Cause", cause[0]) if cause else None, self._json(array))
        return like if operator == "=" else ast.Not(like)

    def _json(self, array: _Tree) -> str:
        start, end = array.meta.start_pos, array.meta.end_pos
        try:
            shape = json.loads(self._text[start:end], parse_constant=_no_constant)
        except json.JSONDecodeError as error:
            raise InvalidFilterExpression(
                f"invalid JSON: {error.msg}", at=start + error.pos, text=self._text
            ) from error
        except (ValueError, RecursionError) as error:
            raise InvalidFilterExpression("invalid JSON", at=start, text=self._text) from error
        if wrong := root_cause_shape.check(shape):
            self._fail(wrong, array)
        return ast.json_text(shape)

    def _refuse_in_braces(self, what: str, tree: _Tree, scope: Scope) -> None:
        if scope != "trace":
            self._fail(f"{what} cannot be used in braces", tree)

    def _filled(self, token: Token) -> str:
        text = _unquoted(token)
        if not text:
            self._fail("a node's name, type and account cannot be empty; id() is any node", token)
        return text

    def _operator(self, token: Token) -> Operator:
        return cast("Operator", token.upper())

    def _check_operator(self, operator: Operator, kind: Kind, what: str, token: Token) -> None:
        if operator not in OPERATORS[kind]:
            self._fail(f"{what} can be compared with {' '.join(OPERATORS[kind])} only, not {operator}", token)

    def _boolean(self, token: Token, name: str) -> bool:
        word = _unquoted(token).lower()
        if word not in {"true", "false"}:
            self._fail(f"{name} is true or false, not {token!s}", token)
        return word == "true"

    def _number(self, token: Token, keyword: Keyword) -> float:
        if token.type != "NUMBER":
            self._fail(f"{keyword.name} is compared with a number, not {token!s}", token)
        return self._finite(token)

    def _finite(self, token: Token) -> float:
        number = float(token)
        if abs(number) == float("inf"):
            self._fail(f"{token!s} is too large", token)
        return number

    def _fail(self, reason: str, where: _Child) -> NoReturn:
        at = (where.start_pos if isinstance(where, Token) else where.meta.start_pos) or 0
        raise InvalidFilterExpression(reason, at=at, text=self._text)

    _RULES: Final[dict[str, Callable[["_Builder", _Tree, Scope], ast.Expression]]] = {
        "either": either,
        "not_": _not,
        "keyword": _keyword,
        "annotation": _annotation,
        "service": _service,
        "edge": _edge,
        "root_cause": _root_cause,
        "root_cause_json": _root_cause_json,
    }


def conditions(expression: ast.Expression) -> Iterator[ast.Expression]:
    """Return the expression's parts that are no AND, OR or NOT themselves, as they are written, braces unopened."""
    match expression:
        case ast.Not(operand):
            yield from conditions(operand)
        case ast.And(operands) | ast.Or(operands):
            for operand in operands:
                yield from conditions(operand)
        case _:
            yield expression


def _where(keyword: Keyword) -> str:
    names = {"service": "service()", "edge": "edge()"}
    braces = dict.fromkeys(names.get(scope, "rootcause") for scope in keyword.scopes if scope != "trace")
    of_trace = "of the whole trace or " if "trace" in keyword.scopes else ""
    return f"{of_trace}in the braces of {' or '.join(braces)}"


def _trees(tree: _Tree) -> list[_Tree]:
    return [child for child in tree.children if isinstance(child, Tree)]


def _unquoted(token: Token) -> str:
    return _ESCAPE.sub(r"\1", token[1:-1]) if token.type == "QUOTED" else str(token)


def _kind(value: ast.Value) -> Kind:
    return "boolean" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
