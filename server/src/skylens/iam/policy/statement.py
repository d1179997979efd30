"""Statement: what one sentence of a policy covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from skylens.iam.policy.pattern import glob

if TYPE_CHECKING:
    from skylens.iam.policy.condition import Condition
    from skylens.iam.policy.context import Context
    from skylens.iam.policy.principals import Principals
    from skylens.iam.policy.source import Position
    from skylens.iam.policy.variables import Template

Effect: TypeAlias = Literal["Allow", "Deny"]


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a policy and where it stands in the text. Actions are in lower case."""

    sid: str
    effect: Effect
    actions: tuple[str, ...]
    is_not_action: bool
    resources: tuple[Template, ...]  # (): a trust policy's, which is about the role that it belongs to
    is_not_resource: bool
    principals: Principals | None
    conditions: tuple[Condition, ...]
    start: Position
    end: Position

    @property
    def is_allow(self) -> bool:
        """Whether it allows; else it denies."""
        return self.effect == "Allow"

    def covers_action(self, action: str) -> bool:
        """Whether an action, in lower case, falls under it."""
        return any(glob(pattern)(action) for pattern in self.actions) != self.is_not_action

    def covers_resource(self, resource: str, context: Context) -> bool:
        """Whether a resource falls under it."""
        if not self.resources:
            return True
        return any(template.matches(resource, context) for template in self.resources) != self.is_not_resource

    def holds(self, context: Context) -> bool:
        """Whether all of its conditions are true of a request."""
        return all(condition.holds(context) for condition in self.conditions)
