"""Admission: a filter expression as the choice of traces that a graph counts."""

from skylens.sql import TRUE, Param, Sql, all_of
from skylens.xray import summary
from skylens.xray.filter_expression.ast import Everything
from skylens.xray.filter_expression.evaluate import evaluate
from skylens.xray.filter_expression.parser import parse
from skylens.xray.filter_expression.to_sql import to_sql
from skylens.xray.service_graph.live import Admission
from skylens.xray.trace import Trace


def admission(expression: str, since_ms: int, account: str) -> Admission:
    """Return the choice of the traces for which the expression holds and of which something arrived since then."""
    arrived = (
        Sql("(max(received_at) >= fromUnixTimestamp64Milli(?))", (Param("Int64", since_ms),)) if since_ms else TRUE
    )
    parsed = parse(expression)
    if parsed == Everything():
        return Admission(arrived)
    condition = to_sql(parsed)

    def decide(trace: Trace) -> bool:
        return evaluate(parsed, summary.facts(trace, account))

    return Admission(all_of([arrived, condition.having]), decide, exact=condition.exact)
