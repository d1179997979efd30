"""Principals: whom a statement of a resource policy names, and how directly it names a caller."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from skylens.caller import Principal

_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_ROOT: Final = re.compile(r"arn:aws:iam::([0-9]{12}):root")
# A deleted principal stands as its id in the policies that named it, and is nobody any more.
_ENTITY: Final = re.compile(
    r"arn:aws:(iam::[0-9]{12}:(user|role)/[^*?]+|sts::[0-9]{12}:(assumed-role/[^*?]+/[^*?]+|federated-user/[^*?]+))"
    r"|A(IDA|ROA|GPA)[A-Z0-9]{8,124}"
)
_KINDS: Final = ("AWS", "Service", "Federated", "CanonicalUser")


class Naming(IntEnum):
    """How a statement names a caller: the later, the more it grants by itself."""

    NOT = 0
    ACCOUNT = 1  # the account may pass it on by policies of its own
    ROLE = 2  # the role of a session: its boundary and the session's policies still count
    DIRECT = 3  # the user, the session, the service, or everybody


@dataclass(frozen=True, slots=True)
class Principals:
    """The principals of a statement, or of NotPrincipal: all but these."""

    names: frozenset[str]  # ARNs, "*", and services or providers
    accounts: frozenset[str]
    services: frozenset[str] = frozenset()
    providers: frozenset[str] = frozenset()
    is_not: bool = False

    def naming(self, principal: Principal) -> Naming:
        """Return how they name a principal."""
        if self.is_not:
            return Naming.NOT if self._lists(principal) else Naming.DIRECT
        return self._named(principal)

    def _lists(self, principal: Principal) -> bool:
        # Whoever NotPrincipal leaves out must stand there with the account and, for a session, with the role.
        named = self._named(principal)
        if "*" in self.names or principal.type in {"AWSService", "WebIdentityUser", "Anonymous"}:
            return named is not Naming.NOT
        issuer = principal.session.issuer if principal.session else None
        has_issuer = issuer is None or issuer.type != "Role" or issuer.arn in self.names
        return named is Naming.DIRECT and has_issuer and principal.account in self.accounts

    def _named(self, principal: Principal) -> Naming:
        if "*" in self.names:
            return Naming.DIRECT
        match principal.type:
            case "AWSService":
                return Naming.DIRECT if principal.name in self.services else Naming.NOT
            case "WebIdentityUser":
                provider = principal.session.federated_provider if principal.session else ""
                return Naming.DIRECT if provider in self.providers else Naming.NOT
            case "Anonymous":
                return Naming.NOT
        return self._named_in_account(principal)

    def _named_in_account(self, principal: Principal) -> Naming:
        if principal.arn in self.names:
            return Naming.DIRECT
        issuer = principal.session.issuer if principal.session else None
        if issuer is not None and issuer.arn in self.names:
            return Naming.ROLE
        if principal.account not in self.accounts:
            return Naming.NOT
        # An account's root user is what the account's name says; everybody else is given it by the account.
        return Naming.DIRECT if principal.type == "Root" else Naming.ACCOUNT


def read_principals(told: Mapping[str, Sequence[str]], *, is_not: bool) -> Principals:
    """Return the principals that a policy lists by kind, or raise ValueError with the one that is none.

    >>> sorted(read_principals({"AWS": ["123456789012"]}, is_not=False).accounts)
    ['123456789012']
    """
    for kind in told:
        if kind not in _KINDS:
            raise ValueError(kind)
    names, accounts = set(), set()
    for name in told.get("AWS", ()):
        if root := _ROOT.fullmatch(name):
            accounts.add(root[1])
        elif _ACCOUNT.fullmatch(name):
            accounts.add(name)
        elif name == "*" or _ENTITY.fullmatch(name):
            names.add(name)
        else:
            raise ValueError(name)
    services, providers = frozenset(told.get("Service", ())), frozenset(told.get("Federated", ()))
    return Principals(frozenset(names), frozenset(accounts), services, providers, is_not)
