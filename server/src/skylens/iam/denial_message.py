"""Encoded authorization messages: everything that decided a denial, sealed so that only who may decode it reads it.

https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import TYPE_CHECKING, Any, Final

from skylens.store.control.secrets import SecretUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from skylens.iam.policy.context import Values
    from skylens.iam.policy.evaluate import Decision, Question
    from skylens.iam.policy.principals import Principals
    from skylens.iam.policy.statement import Statement
    from skylens.store.control.secrets import Secrets

LONGEST: Final = 10_240  # letters that DecodeAuthorizationMessage takes


class DenialMessages:
    """Encodes what decided a denial, and decodes it again for the account whose caller was denied."""

    def __init__(self, secrets: Secrets) -> None:
        self._sealing = secrets.derived("encoded authorization message, version 1")

    def encode(self, question: Question, decision: Decision, context: Mapping[str, Values]) -> str:
        """Return the message of a denial; one that would be too long tells no values of the context."""
        account = question.principal.account
        encoded = self._seal(account, document(question, decision, context))
        return encoded if len(encoded) <= LONGEST else self._seal(account, document(question, decision, {}))

    def decode(self, account: str, encoded: str) -> str | None:
        """Return the document of a message, or None for one that was not encoded here for this account."""
        try:
            sealed = base64.b64decode(encoded, validate=True)
            owner, told = json.loads(zlib.decompress(self._sealing.decrypt(sealed)))
        except (ValueError, binascii.Error, zlib.error, SecretUnreadable):
            return None
        return str(told) if owner == account else None

    def _seal(self, account: str, told: str) -> str:
        return base64.b64encode(self._sealing.encrypt(zlib.compress(json.dumps([account, told]).encode()))).decode()


def document(question: Question, decision: Decision, context: Mapping[str, Values]) -> str:
    """Return what AWS's decoded messages say: the statements that denied, the principal, and the request's context."""
    matched, known = decision.matched, context
    if question.is_cross_account:
        # What another account wrote into policies and tags, and what services know of its resource (kms:KeySpec, which also
        # tells that there is a key), is not this account's to read. What the caller itself said stands in its request.
        matched, known = (), {key: values for key, values in context.items() if _is_of_call(key)}
    principal = question.principal
    told = {
        "allowed": decision.is_allowed,
        "explicitDeny": decision.is_explicit,
        "matchedStatements": _items(_statement(match.statement) for match in matched),
        "failures": _items(()),
        "context": {
            "principal": {"id": principal.id, "name": principal.name, "arn": principal.arn},
            "action": question.action,
            "resource": question.resource,
            "conditions": _items({"key": key, "values": _values(values)} for key, values in sorted(known.items())),
        },
    }
    return json.dumps(told, separators=(",", ":"))


def _is_of_call(key: str) -> bool:
    return key.startswith("aws:") and not key.startswith("aws:resourcetag/")


def _statement(statement: Statement) -> dict[str, Any]:
    conditions = (
        {"key": each.key, "values": _values(value.text for value in each.values)} for each in statement.conditions
    )
    return {
        "statementId": statement.sid,
        "effect": statement.effect.upper(),
        "principals": _values(_names(statement.principals)),
        "principalGroups": _items(()),
        "actions": _values(statement.actions),
        "resources": _values(template.text for template in statement.resources),
        "conditions": _items(conditions),
    }


def _names(principals: Principals | None) -> Iterable[str]:
    if principals is None:
        return ()
    return sorted(principals.names | principals.accounts | principals.services | principals.providers)


def _values(values: Values | Iterable[str]) -> dict[str, list[Any]]:
    return _items({"value": value} for value in ((values,) if isinstance(values, str) else values))


def _items(items: Iterable[Any]) -> dict[str, list[Any]]:
    return {"items": list(items)}
