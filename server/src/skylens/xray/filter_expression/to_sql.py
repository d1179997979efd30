"""Tree to SQL: a condition on all rows of one trace, and one that some row of every matching trace satisfies.

A *simple* trace has unduplicated segments and no streamed subsegments. There SQL is exact, but for what no column tells
(root causes, the http block of calls). Elsewhere it gives bounds: see bounds.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from skylens.sql import FALSE, TRUE, Param, Sql, join, negate
from skylens.xray.filter_expression import ast
from skylens.xray.filter_expression.bounds import UNKNOWN, Bounds, both, conjunction, disjunction, either, known, no
from skylens.xray.filter_expression.columns import (
    IS_INFERABLE,
    annotation_of_type,
    annotation_test,
    call_is_to,
    calls,
    compile_with,
    keywords_in,
    of_call,
    of_row,
    row_is_of,
    row_test,
)
from skylens.xray.filter_expression.evaluate import CLIENT
from skylens.xray.filter_expression.keywords import KEYWORDS
from skylens.xray.filter_expression.parser import conditions
from skylens.xray.filter_expression.prefilter import prefilter

_NO_ID: Final = "toFixedString('', 8)"
_UNIQUE: Final = Sql("count() = uniqExact(id)")
_SIMPLE: Final = Sql("(count() = uniqExact(id) AND NOT max(is_subsegment))")
_ROOT_KNOWN: Final = Sql("(count() = uniqExact(id) AND NOT min(is_subsegment))")
# The trace's root is its first row by this; the same as skylens.xray.trace has it.
_ROOT_ORDER: Final = f"(is_subsegment, parent_id != {_NO_ID}, start_us, id)"
# The ids that segments name as their parents.
_PARENTS: Final = Sql("groupArrayIf(parent_id, NOT is_subsegment)")
_DURATION: Final = "(max(start_us + toInt64(full_duration_us)) - min(start_us)) / 1000000."
_CAUSE_FLAGS: Final = {"fault": 0, "error": 1}


@dataclass(frozen=True, slots=True)
class Condition:
    """What a search asks of the store.

    ``having`` goes into ``SELECT … FROM segments GROUP BY trace_id HAVING``; it holds for every trace for which the
    expression does, and, where ``exact``, for no other simple trace. ``rows`` holds for at least one row of every such
    trace; None when nothing useful is known. ``by_index``: the text index answers ``rows``. ``by_one_row``: a row that
    satisfies ``rows`` is all that ``having`` asks for.
    """

    having: Sql
    rows: Sql | None = None
    by_index: bool = False
    by_one_row: bool = False
    exact: bool = True


def to_sql(expression: ast.Expression) -> Condition:
    """Compile an expression whose groups are substituted."""
    bounds = _of_trace(expression)
    rows = prefilter(expression)
    return Condition(
        having=bounds.may,
        rows=rows.test if rows else None,
        by_index=rows is not None and rows.by_index,
        by_one_row=_one_row_decides(expression),
        exact=bounds.exact,
    )


def decided_by_rows(expression: ast.Expression) -> bool:
    """Say whether a simple trace for which ``having`` holds need not be looked at again.

    Annotations beyond the limit of those that are indexed are in the document alone: what must not be there may be.
    """
    return _of_trace(expression).exact and not _excludes_annotations(expression)


def _excludes_annotations(expression: ast.Expression) -> bool:
    match expression:
        case ast.Not(operand):
            return any(isinstance(each, ast.HasAnnotation | ast.CompareAnnotation) for each in conditions(operand))
        case ast.And(operands) | ast.Or(operands):
            return any(map(_excludes_annotations, operands))
        case _:
            return isinstance(expression, ast.CompareAnnotation) and expression.operator == "!="


def _one_row_decides(expression: ast.Expression) -> bool:
    match expression:
        case ast.Or(operands):
            return all(map(_one_row_decides, operands))
        case ast.HasAnnotation():
            return True
        case ast.CompareAnnotation(_, operator):
            return operator != "!="
        case ast.Is(keyword):
            return KEYWORDS[keyword].whose == "any"
        case ast.Compare(keyword, operator):
            return KEYWORDS[keyword].whose == "any" and operator != "!="
        case _:
            return False


def _of_trace(expression: ast.Expression) -> Bounds:
    if _asks_root_only(expression):
        return _of_root(compile_with(of_row(root=True), expression))
    match expression:
        case ast.Everything():
            return known(TRUE)
        case ast.Not(operand):
            return no(_of_trace(operand))
        case ast.And(operands):
            return both(_parts(operands, ast.And))
        case ast.Or(operands):
            return either(_parts(operands, ast.Or))
        case ast.Is() | ast.Compare():
            return _of_whole(expression)
        case ast.HasAnnotation() | ast.CompareAnnotation():
            return _of_annotation(expression)
        case ast.Service(node, inside):
            return _of_service(node, inside)
        case ast.Edge(caller, callee, inside):
            return _of_edge(caller, callee, inside)
        case ast.HasRootCause(cause):
            return Bounds(_has_flag(_CAUSE_FLAGS[cause]) if cause in _CAUSE_FLAGS else TRUE, FALSE, exact=False)
        case ast.RootCauseLike():
            return UNKNOWN
        case ast.InGroup():
            raise ValueError(f"{expression} must be substituted before it is compiled")


def _parts(operands: tuple[ast.Expression, ...], kind: Callable[..., ast.Expression]) -> list[Bounds]:
    """Return the operands' bounds, those about the root alone in one: each look at the root costs an aggregate."""
    root = tuple(operand for operand in operands if _asks_root_only(operand))
    rest = [_of_trace(operand) for operand in operands if operand not in root]
    return [*([_of_trace(kind(root) if len(root) > 1 else root[0])] if root else []), *rest]


def _asks_root_only(expression: ast.Expression) -> bool:
    match expression:
        case ast.Not(operand):
            return _asks_root_only(operand)
        case ast.And(operands) | ast.Or(operands):
            return all(_asks_root_only(operand) for operand in operands)
        case ast.Is(keyword) | ast.Compare(keyword):
            return KEYWORDS[keyword].whose == "root"
        case _:
            return False


def _of_root(test: Bounds) -> Bounds:
    """Return the bounds of what is asked of the root's row: where versions compete for it, some or all must satisfy."""
    return Bounds(
        _if(_ROOT_KNOWN, _at_root(test.may), _some(test.may)),
        _if(_ROOT_KNOWN, _at_root(test.must), _every(test.must)),
        test.exact,
    )


def _of_whole(condition: ast.Is | ast.Compare) -> Bounds:
    match condition:
        case ast.Is("partial"):
            held = Sql("max(partial)")
            return Bounds(held, conjunction((_SIMPLE, held)))
        case ast.Is("inferred"):
            return _has_inferred(Sql("true"), known(TRUE), depends_on_version=True)
        case ast.Is("duration"):
            return known(TRUE)
        case ast.Compare("duration", operator, value):
            held = Sql(f"{_DURATION} {operator} ?", (Param("Float64", value),))
            return Bounds(disjunction((negate(_UNIQUE), held)), conjunction((_UNIQUE, held)))
        case ast.Compare(keyword, "!=", value):
            return _other_than(_some(row_test(ast.Is(keyword))), _some(row_test(ast.Compare(keyword, "=", value))))
        case _:
            held = _some(row_test(condition))
            return Bounds(held, conjunction((_UNIQUE, held)))


def _of_annotation(condition: ast.HasAnnotation | ast.CompareAnnotation) -> Bounds:
    held = _some(annotation_test(condition))
    if isinstance(condition, ast.CompareAnnotation) and condition.operator == "!=":
        return _other_than(_some(annotation_of_type(condition)), held)
    return Bounds(held, conjunction((_UNIQUE, held)))


def _other_than(told: Sql, same: Sql) -> Bounds:
    """Return the bounds of ``!=``: a value is told and none is the same. A superseded version may tell the same."""
    return Bounds(
        conjunction((told, negate(conjunction((_UNIQUE, same))))),
        conjunction((_UNIQUE, told, negate(same))) if same != FALSE else conjunction((_UNIQUE, told)),
    )


def _of_service(node: ast.NodeId | None, inside: ast.Expression | None) -> Bounds:
    if node is not None and node.type == CLIENT:
        return _of_client(node, None, inside)
    call = compile_with(of_call(inferred=True), inside)
    inferred = _has_inferred(call_is_to(node), call, depends_on_version=inside is not None)
    return either((_of_segments(row_is_of(node), inside), inferred))


def _of_client(client: ast.NodeId, callee: ast.NodeId | None, inside: ast.Expression | None) -> Bounds:
    """Return the bounds of what a trace's unseen caller called, which is the root."""
    of_client = known(row_is_of(ast.NodeId(client.name, None, client.account_id)))
    of_callee = known(row_is_of(callee))
    strict, loose = (
        both((of_client, of_callee, compile_with(of_row(root=True, loose=loose), inside))) for loose in (False, True)
    )
    if not _changes_with_what_is_inside(inside):
        return _of_root(strict)
    return Bounds(
        _if(_SIMPLE, _at_root(strict.may), _some(loose.may)),
        conjunction((_SIMPLE, _at_root(strict.must))),
        strict.exact,
    )


def _of_segments(is_of_node: Sql, inside: ast.Expression | None) -> Bounds:
    """Return the bounds of a node having a segment for which the filter holds."""
    strict, loose = (partial(_as_root_or_not, is_of_node, inside, loose=loose) for loose in (False, True))
    held = strict(_exists_exactly)
    may, must = loose(_exists_maybe), loose(_exists_surely)
    if "root" not in keywords_in(inside) and not _changes_with_what_is_inside(inside):
        # any version of any row is as good as a bound, and exact where there is one version of each
        return Bounds(may.may, conjunction((_UNIQUE, must.must)), held.exact)
    return Bounds(_if(_SIMPLE, held.may, may.may), conjunction((_SIMPLE, held.must)), held.exact)


_Exists = Callable[[Sql, Sql], Sql]


def _as_root_or_not(is_of_node: Sql, inside: ast.Expression | None, exists: _Exists, *, loose: bool) -> Bounds:
    root, other = (compile_with(of_row(root=root, loose=loose), inside) for root in (True, False))
    return Bounds(
        exists(conjunction((is_of_node, root.may)), conjunction((is_of_node, other.may))),
        exists(conjunction((is_of_node, root.must)), conjunction((is_of_node, other.must))),
        root.exact and other.exact,
    )


def _exists_exactly(root: Sql, other: Sql) -> Sql:
    """Return whether the root row satisfies the one test, or some other row the other."""
    if root == other:
        return _some(root)
    beside_root = Sql(f"countIf({other.text}) > {_at_root(other).text}", other.params * 2)
    return disjunction((_at_root(root), beside_root if other != FALSE else FALSE))


def _exists_maybe(root: Sql, other: Sql) -> Sql:
    return disjunction(dict.fromkeys((_some(root), _some(other))))


def _exists_surely(root: Sql, other: Sql) -> Sql:
    return _some(conjunction((Sql("NOT is_subsegment"), root, *((other,) if other != root else ()))))


def _has_inferred(is_to_node: Sql, call: Bounds, *, depends_on_version: bool) -> Bounds:
    """Return the bounds of a call that nobody reports and for which the test holds."""
    may, must = (
        _not_all_reported(_gather(conjunction((IS_INFERABLE, is_to_node, test)))) if test != FALSE else FALSE
        for test in (call.may, call.must)
    )
    only = _SIMPLE if depends_on_version else _UNIQUE
    return Bounds(may, conjunction((only, must)), call.exact)


def _of_edge(caller: ast.NodeId, callee: ast.NodeId, inside: ast.Expression | None) -> Bounds:
    if caller.type == CLIENT:
        return _of_client(caller, callee, inside)
    # A streamed subsegment's caller is somewhere above it: any row of the trace may be the one.
    from_caller = disjunction((row_is_of(caller), Sql("is_subsegment"))) if row_is_of(caller) != TRUE else TRUE
    is_callee = conjunction((Sql("NOT is_subsegment"), row_is_of(callee)))
    reported, inferred = (compile_with(of_call(inferred=inferred), inside) for inferred in (False, True))
    by_segment, by_segment_loosely = (compile_with(of_row(root=False, loose=loose), inside) for loose in (False, True))

    def held(reported: Sql, inferred: Sql, by_segment: Sql) -> Sql:
        asked = conjunction((IS_INFERABLE, call_is_to(callee), inferred))
        lambda_callee = conjunction((is_callee, Sql("parent_id != id"), by_segment))
        return disjunction(
            (
                _meet(_gather(reported, from_caller), _group("parent_id", is_callee)),
                _meet(
                    _group("id", conjunction((Sql("NOT is_subsegment"), row_is_of(caller)))),
                    _group("parent_id", lambda_callee),
                ),
                _not_all_reported(_gather(asked, from_caller)) if asked != FALSE else FALSE,
            )
        )

    return Bounds(
        _if(
            _SIMPLE,
            held(reported.may, inferred.may, by_segment.may),
            held(reported.may, inferred.may, by_segment_loosely.may),
        ),
        conjunction((_SIMPLE, held(reported.must, inferred.must, by_segment.must))),
        reported.exact and inferred.exact and by_segment.exact,
    )


def _changes_with_what_is_inside(inside: ast.Expression | None) -> bool:
    return any(KEYWORDS[keyword].inside for keyword in keywords_in(inside))


def _has_flag(bit: int) -> Sql:
    own = {0: "fault", 1: "error"}[bit]
    return Sql(f"max({own} OR arrayExists(f -> bitTest(f, {bit}), `sub.flags`))")


def _at_root(test: Sql) -> Sql:
    return test if test in {TRUE, FALSE} else Sql(f"argMin({test.text}, {_ROOT_ORDER})", test.params)


def _some(test: Sql) -> Sql:
    return test if test in {TRUE, FALSE} else Sql(f"max({test.text})", test.params)


def _every(test: Sql) -> Sql:
    return test if test in {TRUE, FALSE} else Sql(f"min({test.text})", test.params)


def _if(condition: Sql, then: Sql, otherwise: Sql) -> Sql:
    if then == otherwise:
        return then
    return Sql(
        f"if({condition.text}, {then.text}, {otherwise.text})", condition.params + then.params + otherwise.params
    )


def _gather(test: Sql, rows: Sql = TRUE) -> Sql:
    """Return the ids of all calls for which the test holds, in the rows that satisfy the other."""
    found = calls(test, result="arrayFilter") if test != TRUE else Sql("`sub.id`")
    if rows == TRUE:
        return Sql(f"groupArrayArray({found.text})", found.params)
    return Sql(f"groupArrayArrayIf({found.text}, {rows.text})", found.params + rows.params)


def _group(column: str, rows: Sql) -> Sql:
    return Sql(f"groupArrayIf({column}, {rows.text})", rows.params)


def _meet(left: Sql, right: Sql) -> Sql:
    return join("", (Sql("hasAny("), left, Sql(", "), right, Sql(")")))


def _not_all_reported(ids: Sql) -> Sql:
    return Sql(f"notEmpty(arrayFilter(i -> NOT has({_PARENTS.text}, i), {ids.text}))", ids.params)
