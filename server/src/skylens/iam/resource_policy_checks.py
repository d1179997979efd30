"""What services that keep resource policies ask before they store one: is it a policy, and what would it let happen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from skylens.iam.policy.document import PolicyError
from skylens.iam.policy.evaluate import decide
from skylens.iam.policy.named_policy import NamedPolicy
from skylens.iam.policy.policies import parsed
from skylens.iam.policy.validate import validate
from skylens.registry import MalformedPolicy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skylens.iam.authorization import Authorizer
    from skylens.registry import Call, Need


class ResourcePolicyChecks:
    """Answers by the same rules by which calls are decided; without an authorizer everything is allowed."""

    def __init__(self, authorizer: Authorizer | None) -> None:
        self._authorizer = authorizer

    def check(self, text: str) -> None:
        """Raise MalformedPolicy, with the reason, unless the text is a resource policy."""
        try:
            validate(text, "resource")
        except PolicyError as wrong:
            raise MalformedPolicy(str(wrong)) from wrong

    def allows(self, call: Call, need: Need, texts: Sequence[str], *, is_mandatory: bool = False) -> bool:
        """Whether the caller may do something if these policies are all that is written on the resource."""
        if self._authorizer is None:
            return True
        question, policies = self._authorizer.asked(call.api_call, need)
        named = (NamedPolicy(text, "new policy", type="resource") for text in texts)
        policies = replace(policies, resource=parsed(named), is_resource_mandatory=is_mandatory)
        return decide(question, policies).is_allowed
