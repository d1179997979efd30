"""Prefilter: a test on single rows that at least one row of every matching trace satisfies.

It is what keeps a search from putting together traces that cannot match: the rows that satisfy it are found first, by an
index or from one or two columns, and only their traces are looked at whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from skylens.sql import FALSE, TRUE, Sql
from skylens.xray.filter_expression import ast
from skylens.xray.filter_expression.bounds import conjunction, disjunction
from skylens.xray.filter_expression.columns import (
    IS_INFERABLE,
    annotation_of_type,
    annotation_test,
    call_is_to,
    calls,
    compile_with,
    of_call,
    of_row,
    row_is_of,
    row_test,
    token_lookup,
)
from skylens.xray.filter_expression.evaluate import CLIENT
from skylens.xray.filter_expression.keywords import KEYWORDS

# How many rows a test lets through, as a guess: the index's equality, an equality, anything else.
_INDEXED, _EQUAL, _SOME, _MOST = range(4)


@dataclass(frozen=True, slots=True)
class Prefilter:
    """The test, and a guess at how many rows pass it: the lower the rank, the fewer."""

    test: Sql
    rank: int

    @property
    def by_index(self) -> bool:
        """Whether the text index on annotations answers the test."""
        return self.rank == _INDEXED


def prefilter(expression: ast.Expression) -> Prefilter | None:
    """Return the most selective test known, or None when none keeps out much."""
    found = _of(expression)
    return None if found is None or found.rank == _MOST or found.test in {TRUE, FALSE} else found


def _of(expression: ast.Expression) -> Prefilter | None:
    match expression:
        case ast.And(operands):
            found = [test for test in map(_of, operands) if test is not None]
            return min(found, key=lambda test: test.rank, default=None)
        case ast.Or(operands):
            return _any(_of(operand) for operand in operands)
        case ast.Is(keyword) | ast.Compare(keyword):
            return Prefilter(row_test(expression), _rank(expression)) if KEYWORDS[keyword].whose != "trace" else None
        case ast.CompareAnnotation(_, "="):
            return Prefilter(token_lookup(expression), _INDEXED)
        case ast.CompareAnnotation(_, "!="):
            return Prefilter(annotation_of_type(expression), _SOME)
        case ast.HasAnnotation() | ast.CompareAnnotation():
            return Prefilter(annotation_test(expression), _SOME)
        case ast.Service(node, inside):
            return _of_service(node, inside)
        case ast.Edge(caller, _, inside):
            return _of_edge(caller, inside)
        case ast.HasRootCause("fault" | "error" as cause):
            return Prefilter(
                Sql(f"({cause} OR arrayExists(f -> bitTest(f, {int(cause == 'error')}), `sub.flags`))"), _SOME
            )
        case _:
            return None


def _any(tests: Iterable[Prefilter | None]) -> Prefilter | None:
    found = []
    for test in tests:
        if test is None:
            return None
        found.append(test)
    return Prefilter(disjunction(test.test for test in found), max(test.rank for test in found))


def _rank(condition: ast.Is | ast.Compare) -> int:
    match condition:
        case ast.Compare(_, "=", _):
            return _EQUAL
        case ast.Is("ok"):
            return _MOST
        case _:
            return _SOME


def _of_service(node: ast.NodeId | None, inside: ast.Expression | None) -> Prefilter:
    if node is not None and node.type == CLIENT:
        node = ast.NodeId(node.name, None, node.account_id)
    of_segment = [compile_with(of_row(root=root, loose=True), inside).may for root in (True, False)]
    inferred = compile_with(of_call(inferred=True), inside).may
    segment = conjunction((row_is_of(node), disjunction(dict.fromkeys(of_segment))))
    call = conjunction((IS_INFERABLE, call_is_to(node), inferred)) if inferred != FALSE else FALSE
    test = disjunction((segment, calls(call, result="arrayExists") if call != FALSE else FALSE))
    named = node is not None and node.name is not None
    return Prefilter(test, _EQUAL if named else _SOME if inside is not None or node is not None else _MOST)


def _of_edge(caller: ast.NodeId, inside: ast.Expression | None) -> Prefilter:
    """Return the test for the row that tells of the call: the caller's, a streamed subsegment's, or Lambda's callee's."""
    if caller.type == CLIENT:
        return Prefilter(row_is_of(ast.NodeId(caller.name, None, caller.account_id)), _EQUAL if caller.name else _MOST)
    views = [compile_with(of_call(inferred=inferred), inside).may for inferred in (True, False)]
    call = disjunction(dict.fromkeys(views))
    told = calls(call, result="arrayExists") if call not in {TRUE, FALSE} else call
    by_caller = conjunction((disjunction((row_is_of(caller), Sql("is_subsegment"))), told))
    by_callee = compile_with(of_row(root=False, loose=True), inside).may
    # Without a filter, or with one that the caller's row cannot answer, the caller's name must do.
    if inside is None or by_callee == TRUE:
        return Prefilter(disjunction((row_is_of(caller), Sql("is_subsegment"))), _EQUAL if caller.name else _MOST)
    lambda_callee = conjunction((Sql("parent_id != toFixedString('', 8)"), by_callee))
    return Prefilter(disjunction((by_caller, lambda_callee)), _SOME)
