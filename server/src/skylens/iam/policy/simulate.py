"""simulate: a decision with everything that led to it, for SimulateCustomPolicy and SimulatePrincipalPolicy.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from skylens.iam.policy.evaluate import Decision, Match, Question, decide, matches
from skylens.iam.policy.variables import Variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skylens.iam.policy.policies import Parsed, Policies
    from skylens.iam.policy.statement import Statement
    from skylens.iam.policy.variables import Template

Verdict: TypeAlias = Literal["allowed", "explicitDeny", "implicitDeny"]


@dataclass(frozen=True, slots=True)
class Simulation:
    """What was decided and by which statements; which keys the policies ask for that the request does not give.

    ``is_within_boundary`` is None where there is no boundary.
    """

    decision: Decision
    matched: tuple[Match, ...]
    missing_keys: tuple[str, ...]
    is_within_boundary: bool | None = None

    @property
    def verdict(self) -> Verdict:
        """The decision in the words of AWS's simulations."""
        if self.decision.is_allowed:
            return "allowed"
        return "explicitDeny" if self.decision.is_explicit else "implicitDeny"


def simulate(question: Question, policies: Policies) -> Simulation:
    """Return what would be decided, with everything that led to it."""
    matched = tuple(matches(question, policies))
    boundary = [match for match in matched if match.part == "permissions boundary"]
    is_within = (
        None
        if policies.boundary is None
        else any(b.statement.is_allow for b in boundary) and not any(not b.statement.is_allow for b in boundary)
    )
    missing = dict.fromkeys(key for key in _keys(question, policies) if question.context.get(key.lower()) is None)
    return Simulation(decide(question, policies), matched, tuple(missing), is_within)


def _keys(question: Question, policies: Policies) -> Iterator[str]:
    # Of statements about other actions nobody needs to know what they would have asked.
    for _, members in policies.parts():
        for member in members:
            for statement in member.policy.about(question.action.lower()):
                yield from keys(statement)


def keys(statement: Statement) -> Iterator[str]:
    """Yield the context keys that a statement asks for."""
    for condition in statement.conditions:
        yield condition.key
        for value in condition.values:
            yield from _variables(value)
    for resource in statement.resources:
        yield from _variables(resource)


def policy_keys(members: tuple[Parsed, ...]) -> tuple[str, ...]:
    """Return every context key that the policies ask for, each once."""
    found = (key for member in members for statement in member.policy.statements for key in keys(statement))
    return tuple(dict.fromkeys(found))


def _variables(value: Template) -> Iterator[str]:
    for part in value.parts:
        if isinstance(part, Variable) and part.default is None:
            yield part.key
