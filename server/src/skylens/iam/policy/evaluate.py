"""May this principal do this, by all the policies that have a say in it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from skylens.iam.policy.principals import Naming

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skylens.caller import Principal
    from skylens.iam.policy.context import Context
    from skylens.iam.policy.policies import Parsed, Part, Policies
    from skylens.iam.policy.statement import Statement

_HOMELESS = frozenset(
    {"AWSService", "WebIdentityUser", "Anonymous"}
)  # of no account: only the resource can let them in
_ON_RESOURCES = frozenset({"resource-based policy", "role trust policy"})
_NOBODYS = frozenset({"", "*", "aws"})  # of no account, of any, and the policies that AWS manages for all
_ACCOUNT_PART = 4
_ARN_PARTS = 6


@dataclass(frozen=True, slots=True)
class Question:
    """Who wants to do what with which resource (``*``: the action is about none), and what the request says of itself."""

    principal: Principal
    action: str
    resource: str
    context: Context

    @property
    def is_cross_account(self) -> bool:
        """Whether the resource is another account's."""
        parts = self.resource.split(":", _ARN_PARTS - 1)
        account = parts[_ACCOUNT_PART] if len(parts) == _ARN_PARTS else ""
        return account not in {self.principal.account, *_NOBODYS}


class Match(NamedTuple):
    """A statement that applies to a question, and the policy that it stands in."""

    part: Part
    parsed: Parsed
    statement: Statement


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether it may, and what decided: the statements that allow it, the one that denies it, or the part that is silent."""

    is_allowed: bool
    is_explicit: bool = False  # a statement says so, rather than that none allows it
    part: Part = "identity-based policy"  # of the policies that denied it
    matched: tuple[Match, ...] = ()

    def __repr__(self) -> str:
        verdict = "allowed" if self.is_allowed else "denied" if self.is_explicit else "not allowed"
        names = ", ".join(match.parsed.named.name for match in self.matched) or f"no {self.part}"
        return f"<Decision {verdict} by {names}>"


def decide(question: Question, policies: Policies) -> Decision:
    """Return the decision. An explicit Deny of any policy is final; what nothing allows is denied."""
    action = question.action.lower()
    for part, members in policies.parts():
        for match in _matches(question, action, part, members, allowing=False):
            return Decision(is_allowed=False, is_explicit=True, part=part, matched=(match,))
    return _Allowing(question, policies, action).decision()


def matches(question: Question, policies: Policies) -> Iterator[Match]:
    """Yield every statement that applies, those that deny first."""
    action = question.action.lower()
    for allowing in (False, True):
        for part, members in policies.parts():
            yield from _matches(question, action, part, members, allowing=allowing)


@dataclass(frozen=True, slots=True)
class _Allowing:
    """Looks for what allows a question that nothing denies."""

    question: Question
    policies: Policies
    action: str

    def decision(self) -> Decision:
        by_resource, naming = self._resource_grant()
        if self.question.principal.type in _HOMELESS:
            return self._of_homeless(by_resource)
        if self.question.is_cross_account or self.policies.is_resource_mandatory:
            return self._with_resource(by_resource, naming)
        return self._unless_silent(by_resource, naming)

    def _of_homeless(self, by_resource: tuple[Match, ...]) -> Decision:
        return Decision(is_allowed=True, matched=by_resource) if by_resource else self._silent(self._resource_part)

    def _with_resource(self, by_resource: tuple[Match, ...], naming: Naming) -> Decision:
        if not by_resource:
            return self._silent(self._resource_part)
        if self.question.is_cross_account:
            return self._by_identity(by_resource)
        return self._unless_silent(by_resource, naming)

    def _unless_silent(self, by_resource: tuple[Match, ...], naming: Naming) -> Decision:
        if naming is Naming.DIRECT:
            return Decision(is_allowed=True, matched=by_resource)
        if naming is Naming.ROLE:
            return self._within_limits(by_resource)
        return self._by_identity(by_resource)

    def _by_identity(self, by_resource: tuple[Match, ...]) -> Decision:
        allowing = self._allowing("identity-based policy", self.policies.identity)
        if not allowing and not self.policies.is_root:
            return self._silent("identity-based policy")
        return self._within_limits((*allowing, *by_resource))

    def _within_limits(self, allowing: tuple[Match, ...]) -> Decision:
        policies = self.policies
        limits: tuple[Match, ...] = ()
        if policies.boundary:
            limits = self._allowing("permissions boundary", (policies.boundary,))
            if not limits:
                return self._silent("permissions boundary")
        if policies.session or policies.is_session_bound:
            session = self._allowing("session policy", policies.session)
            if not session:
                return self._silent("session policy")
            limits = (*limits, *session)
        return Decision(is_allowed=True, matched=(*allowing, *limits))

    def _resource_grant(self) -> tuple[tuple[Match, ...], Naming]:
        found = self._allowing(self._resource_part, self.policies.resource)
        namings = [_naming(match.statement, self.question.principal) for match in found]
        return found, max(namings, default=Naming.NOT)

    def _allowing(self, part: Part, members: tuple[Parsed, ...]) -> tuple[Match, ...]:
        return tuple(_matches(self.question, self.action, part, members, allowing=True))

    @property
    def _resource_part(self) -> Part:
        return self.policies.resource_part

    def _silent(self, part: Part) -> Decision:
        return Decision(is_allowed=False, part=part)


def _matches(
    question: Question, action: str, part: Part, members: tuple[Parsed, ...], *, allowing: bool
) -> Iterator[Match]:
    for member in members:
        for statement in member.policy.about(action):
            if statement.is_allow == allowing and _applies(question, part, statement):
                yield Match(part, member, statement)


def _applies(question: Question, part: Part, statement: Statement) -> bool:
    is_on_resource = part in _ON_RESOURCES
    return (
        (not is_on_resource or _naming(statement, question.principal) is not Naming.NOT)
        and statement.covers_resource(question.resource, question.context)
        and statement.holds(question.context)
    )


def _naming(statement: Statement, principal: Principal) -> Naming:
    principals = statement.principals
    # Allow with NotPrincipal would let in everybody else there is: AWS supports it nowhere, and it grants nothing here.
    if principals is None or (principals.is_not and statement.is_allow):
        return Naming.NOT
    return principals.naming(principal)
