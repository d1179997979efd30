"""Groups in expressions: ``group.name = "slow"`` stands for the expression of that group."""

from collections.abc import Callable
from typing import Literal, TypeAlias

from skylens.xray.filter_expression import ast
from skylens.xray.filter_expression.parser import MAX_CONDITIONS, InvalidFilterExpression, conditions, parse

LookUp: TypeAlias = Callable[[Literal["name", "arn"], str], str | None]


def substitute(expression: ast.Expression, look_up: LookUp) -> ast.Expression:
    """Return the expression with its groups' own expressions in place; raise InvalidFilterExpression if one is unknown.

    ``look_up`` answers a group's filter expression by name or ARN, None where there is no such group. A group whose
    expression speaks of groups again is refused, as X-Ray's guide forbids it.
    """
    whole = _substitute(expression, look_up)
    if sum(1 for _ in conditions(whole)) > MAX_CONDITIONS:
        raise InvalidFilterExpression(f"more than {MAX_CONDITIONS} conditions with those of the groups", at=0)
    return whole


def has_groups(expression: ast.Expression) -> bool:
    """Say whether the expression speaks of groups: such a one cannot be a group's own."""
    return any(isinstance(condition, ast.InGroup) for condition in conditions(expression))


def _substitute(expression: ast.Expression, look_up: LookUp) -> ast.Expression:
    match expression:
        case ast.InGroup():
            return _resolve(expression, look_up)
        case ast.Not(operand):
            return ast.Not(_substitute(operand, look_up))
        case ast.And(operands):
            return ast.And(tuple(_substitute(operand, look_up) for operand in operands))
        case ast.Or(operands):
            return ast.Or(tuple(_substitute(operand, look_up) for operand in operands))
        case _:
            return expression


def _resolve(group: ast.InGroup, look_up: LookUp) -> ast.Expression:
    text = look_up(group.by, group.value)
    if text is None:
        raise InvalidFilterExpression(f"unknown group {group.value!r}", at=group.at)
    expression = parse(text)
    if has_groups(expression):
        raise InvalidFilterExpression(f"the expression of group {group.value!r} speaks of groups itself", at=group.at)
    return expression
