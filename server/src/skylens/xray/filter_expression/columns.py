"""Columns: the tests that keywords and annotations make on one row of ``segments``, and on one call in its ``sub.*``."""

from collections.abc import Callable
from typing import Final, TypeAlias

from skylens.sql import FALSE, TRUE, Param, Sql
from skylens.xray.annotation import annotation_token
from skylens.xray.filter_expression import ast
from skylens.xray.filter_expression.bounds import UNKNOWN, Bounds, both, conjunction, either, known, no
from skylens.xray.filter_expression.keywords import KEYWORDS, Keyword, Operator

Leaf: TypeAlias = Callable[["ast.Is | ast.Compare"], Bounds]

# How a call's columns are named inside a lambda; see keywords.Keyword.call.
CALL_COLUMNS: Final = "`sub.id`, `sub.node_name`, `sub.node_type`, `sub.node_account`, `sub.duration_us`, `sub.flags`"
CALL_NAMES: Final = "(i, n, t, a, d, f)"
IS_INFERABLE: Final = Sql("n != '' AND NOT bitTest(f, 3)")  # a call, and nobody is expected to report its other side
_OWNER: Final = "if(account_id = '', account, account_id)"


def compile_with(leaf: Leaf, expression: ast.Expression | None) -> Bounds:
    """Return the bounds of what stands in braces, its keywords answered by ``leaf``; nothing there always holds."""
    match expression:
        case None | ast.Everything():
            return known(TRUE)
        case ast.Not(operand):
            return no(compile_with(leaf, operand))
        case ast.And(operands):
            return both(compile_with(leaf, operand) for operand in operands)
        case ast.Or(operands):
            return either(compile_with(leaf, operand) for operand in operands)
        case ast.Is() | ast.Compare():
            return leaf(expression)
        case _:
            raise ValueError(f"{expression} cannot stand in braces")


def keywords_in(expression: ast.Expression | None) -> set[str]:
    """Return the keywords used in an expression outside of braces."""
    match expression:
        case ast.Not(operand):
            return keywords_in(operand)
        case ast.And(operands) | ast.Or(operands):
            return set().union(*(keywords_in(operand) for operand in operands))
        case ast.Is(keyword) | ast.Compare(keyword):
            return {keyword}
        case _:
            return set()


def of_row(*, root: bool, loose: bool = False) -> Leaf:
    """Return how a real segment's row answers; ``root`` says whether it is the trace's root.

    ``loose``: streamed subsegments may change what the row says of what is inside.
    """
    constants = {"root": TRUE if root else FALSE, "inferred": FALSE}

    def leaf(condition: ast.Is | ast.Compare) -> Bounds:
        keyword = KEYWORDS[condition.keyword]
        if keyword.name in constants:
            return known(constants[keyword.name])
        return UNKNOWN if loose and keyword.inside else known(row_test(condition))

    return leaf


def of_call(*, inferred: bool) -> Leaf:
    """Return how a call's columns answer, for the caller's view or for the inferred segment that copies it."""
    constants = {"root": FALSE, "inferred": TRUE if inferred else FALSE}

    def leaf(condition: ast.Is | ast.Compare) -> Bounds:
        keyword = KEYWORDS[condition.keyword]
        if keyword.name in constants:
            return known(constants[keyword.name])
        if not keyword.call:
            # an inferred segment has no users and places, but the http block of its call, which no column tells
            return known(FALSE) if keyword.many else UNKNOWN
        return known(_test(condition, keyword, keyword.call, keyword.call_told))

    return leaf


def row_test(condition: ast.Is | ast.Compare) -> Sql:
    """Return what a keyword asks of a row; for ``!=``: there is a value, and none is that one."""
    keyword = KEYWORDS[condition.keyword]
    return _test(condition, keyword, keyword.row, keyword.row_told)


def row_is_of(node: ast.NodeId | None) -> Sql:
    """Return whether a row is a segment of the node."""
    return _is_of(node, "name", "origin", _OWNER)


def call_is_to(node: ast.NodeId | None) -> Sql:
    """Return whether a call is to the node, as far as the call itself tells."""
    return _is_of(node, "n", "t", "a")


def calls(test: Sql, *, result: str) -> Sql:
    """Return ``arrayFilter`` (ids of calls) or ``arrayExists`` over the calls of one row for which the test holds."""
    return Sql(f"{result}({CALL_NAMES} -> {test.text}, {CALL_COLUMNS})", test.params)


def annotation_test(condition: ast.HasAnnotation | ast.CompareAnnotation) -> Sql:
    """Return what a row must have so that an annotation of it satisfies the condition; ``!=`` as ``=``."""
    match condition:
        case ast.HasAnnotation(key):
            false = _text(annotation_token(key, value=False))
            return _any_token(Sql("startsWith(x, ?) AND x != ?", (_text(f"{key}="), false)))
        case ast.CompareAnnotation(key, "=" | "!=", value):
            return Sql("has(annotations, ?)", (_text(annotation_token(key, value)),))
        case ast.CompareAnnotation(key, operator, str(value)):
            return _any_token(_annotation_text(_prefix(key, value), operator, value))
        case ast.CompareAnnotation(key, operator, value):
            prefix = _prefix(key, value)
            number = f"toFloat64OrZero(substring(x, ?)) {operator} ?"
            params = (_text(prefix), _after(prefix), Param("Float64", value))
            return _any_token(Sql(f"startsWith(x, ?) AND {number}", params))


def annotation_of_type(condition: ast.CompareAnnotation) -> Sql:
    """Return whether a row has the annotation with a value of the condition's type."""
    return _any_token(Sql("startsWith(x, ?)", (_text(_prefix(condition.key, condition.value)),)))


def token_lookup(condition: ast.CompareAnnotation) -> Sql:
    """Return the equality of an annotation as the text index answers it."""
    return Sql("hasAnyTokens(annotations, [?])", (_text(annotation_token(condition.key, condition.value)),))


def _is_of(node: ast.NodeId | None, name: str, kind: str, account: str) -> Sql:
    wanted = () if node is None else ((name, node.name), (kind, node.type), (account, node.account_id))
    return conjunction(Sql(f"{column} = ?", (_text(value),)) for column, value in wanted if value is not None)


def _test(condition: ast.Is | ast.Compare, keyword: Keyword, column: str, told: str) -> Sql:
    match condition:
        case ast.Is():
            if keyword.many:
                return Sql(f"notEmpty({column})")
            return Sql({"boolean": column, "number": told, "text": f"{column} != ''"}[keyword.kind])
        case ast.Compare(_, operator, str(value)):
            return _many_test(column, operator, value) if keyword.many else _text_test(column, operator, value)
        case ast.Compare(_, operator, value):
            comparison = Sql(f"{column} {operator} ?", (Param("Float64", value),))
            return conjunction((Sql(told), comparison)) if told != "true" else comparison


def _text_test(column: str, operator: Operator, value: str) -> Sql:
    told = Sql(f"{column} != ''")
    if not value:  # an empty text is none: nothing equals it, everything contains it
        return FALSE if operator == "=" else told
    match operator:
        case "=":
            return Sql(f"{column} = ?", (_text(value),))
        case "!=":
            return conjunction((told, Sql(f"{column} != ?", (_text(value),))))
        case _:
            return _part_test(column, operator, value)


def _many_test(column: str, operator: Operator, value: str) -> Sql:
    told = Sql(f"notEmpty({column})")
    if not value:
        return FALSE if operator == "=" else told
    match operator:
        case "=":
            return Sql(f"has({column}, ?)", (_text(value),))
        case "!=":
            return conjunction((told, Sql(f"NOT has({column}, ?)", (_text(value),))))
        case _:
            part = _part_test("x", operator, value)
            return Sql(f"arrayExists(x -> {part.text}, {column})", part.params)


def _part_test(column: str, operator: Operator, value: str) -> Sql:
    match operator:
        case "CONTAINS":
            return Sql(f"position({column}, ?) > 0", (_text(value),))
        case "BEGINSWITH":
            return Sql(f"startsWith({column}, ?)", (_text(value),))
        case _:
            return Sql(f"endsWith({column}, ?)", (_text(value),))


def _annotation_text(prefix: str, operator: Operator, value: str) -> Sql:
    begins = Sql("startsWith(x, ?)", (_text(prefix),))
    match operator:
        case _ if not value:
            return begins
        case "BEGINSWITH":
            return Sql("startsWith(x, ?)", (_text(prefix + value),))
        case "CONTAINS":
            return _joined(begins, Sql("position(substring(x, ?), ?) > 0", (_after(prefix), _text(value))))
        case _:
            return _joined(begins, Sql("endsWith(substring(x, ?), ?)", (_after(prefix), _text(value))))


def _joined(*parts: Sql) -> Sql:
    return conjunction(parts)


def _any_token(test: Sql) -> Sql:
    return Sql(f"arrayExists(x -> {test.text}, annotations)", test.params)


def _prefix(key: str, value: ast.Value) -> str:
    """Return what the tokens of all values of that type begin with.

    >>> _prefix("items", 3.0)
    'items=n:'
    """
    return annotation_token(key, value)[: len(key) + 3]


def _after(prefix: str) -> Param:
    return Param("UInt32", len(prefix.encode()) + 1)


def _text(value: str) -> Param:
    return Param("String", value)
