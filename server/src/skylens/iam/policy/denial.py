"""The sentence that tells a caller what it may not do, and which kind of policy decided that.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from skylens.iam.policy.evaluate import Decision, Question

_ASSUME_ROLE: Final = frozenset({"sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"})
_ARTICLES: Final = {"identity-based policy": "an", "role trust policy": "the"}


def sentence(question: Question, decision: Decision) -> str:
    """Return AWS's sentence for a denial."""
    told = f"User: {question.principal.arn} is not authorized to perform: {question.action}"
    if question.resource != "*":
        told = f"{told} on resource: {question.resource}"
    if decision.is_explicit:
        return f"{told} with an explicit deny in {_ARTICLES.get(decision.part, 'a')} {decision.part}{_arn(question, decision)}"
    # Whether there is a role of that name at all is nobody's business whom it does not trust.
    if question.action in _ASSUME_ROLE:
        return told
    return f"{told} because no {decision.part} allows the {question.action} action"


def _arn(question: Question, decision: Decision) -> str:
    arn = decision.matched[0].parsed.named.arn
    return f": {arn}" if arn and not question.is_cross_account else ""
