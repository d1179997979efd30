"""CallContext: what an API call says of itself, by the condition keys that policies ask for; worked out when one asks.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from skylens.caller import Principal, Session
    from skylens.iam.policy.context import Values
    from skylens.registry import ApiCall

_RESOURCE_TAG: Final = "aws:resourcetag/"
_TYPES: Final = {
    "Root": "Account",
    "IAMUser": "User",
    "AssumedRole": "AssumedRole",
    "FederatedUser": "FederatedUser",
    "WebIdentityUser": "FederatedUser",
    "AWSService": "Service",
    "Anonymous": "Anonymous",
}


class CallContext:
    """The keys of one call on one resource. Most calls of most callers meet no condition and pay for none of it."""

    __slots__ = ("_call", "_conditions", "_known", "_owner_tags", "_resource_tags")

    def __init__(
        self,
        call: ApiCall,
        conditions: Mapping[str, str | Sequence[str]],
        owner_tags: Mapping[str, str],
        resource_tags: Callable[[], Mapping[str, str]],
    ) -> None:
        self._call, self._conditions = call, conditions
        self._owner_tags = owner_tags  # of the user or role that calls
        self._resource_tags: Callable[[], Mapping[str, str]] | None = resource_tags
        self._known: dict[str, Values] | None = None

    def get(self, key: str, /) -> Values | None:
        """Return the values of a key in lower case, or None."""
        return self._keys(with_tags=key.startswith(_RESOURCE_TAG)).get(key)

    def everything(self) -> Mapping[str, Values]:
        """Return all keys with their values, as somebody is told who asks why a call was denied."""
        return self._keys(with_tags=True)

    def _keys(self, *, with_tags: bool) -> Mapping[str, Values]:
        if self._known is None:
            self._known = dict(self._all())
        if self._resource_tags is not None and with_tags:
            tags, self._resource_tags = self._resource_tags(), None
            self._known |= {_RESOURCE_TAG + name.lower(): value for name, value in tags.items()}
        return self._known

    def _all(self) -> Iterator[tuple[str, Values]]:
        yield from _of_request(self._call)
        yield from _of_principal(self._call.caller.principal, self._owner_tags)
        if self._call.caller.principal.session is not None:
            yield from _of_session(self._call.caller.principal.session, self._call.time)
        for name, values in self._conditions.items():
            yield name.lower(), values if isinstance(values, str) else tuple(values)


def _of_request(call: ApiCall) -> Iterator[tuple[str, Values]]:
    yield "aws:currenttime", _iso(call.time)
    yield "aws:epochtime", str(int(call.time.timestamp()))
    yield "aws:requestedregion", call.caller.region
    yield "aws:securetransport", _word(is_true=call.tls is not None)
    yield "aws:viaawsservice", _word(is_true=bool(call.via))
    if call.via:
        yield "aws:calledvia", call.via
        yield "aws:calledviafirst", call.via[0]
        yield "aws:calledvialast", call.via[-1]
    elif _is_address(call.source_ip):
        # A service that passes a call on has an address of its own, which says nothing of the caller.
        yield "aws:sourceip", call.source_ip
    if call.caller.source_arn:
        yield "aws:sourcearn", call.caller.source_arn
        yield "aws:sourceaccount", call.caller.account
    if call.user_agent:
        yield "aws:useragent", call.user_agent
    if call.referer:
        yield "aws:referer", call.referer


def _of_principal(principal: Principal, owner_tags: Mapping[str, str]) -> Iterator[tuple[str, Values]]:
    session = principal.session
    yield "aws:principaltype", _TYPES[principal.type]
    yield "aws:principalisawsservice", _word(is_true=principal.type == "AWSService")
    if principal.type == "Anonymous":
        return
    if principal.type == "AWSService":
        yield "aws:principalservicename", principal.name
        yield "aws:sourceaccount", principal.account
        return
    yield "aws:principalaccount", principal.account
    yield "aws:principalarn", session.issuer.arn if session and principal.type == "AssumedRole" else principal.arn
    yield "aws:userid", principal.id
    if principal.type == "IAMUser":
        yield "aws:username", principal.name
    for tags in (owner_tags, session.tags if session else {}):  # those of the session last: they count
        for name, value in tags.items():
            yield f"aws:principaltag/{name.lower()}", value


def _of_session(session: Session, now: datetime) -> Iterator[tuple[str, Values]]:
    yield "aws:tokenissuetime", _iso(session.issued_at)
    yield "aws:multifactorauthpresent", _word(is_true=session.has_mfa)
    if session.has_mfa:
        yield "aws:multifactorauthage", str(int((now - session.issued_at).total_seconds()))
    if session.source_identity:
        yield "aws:sourceidentity", session.source_identity
    if session.federated_provider:
        yield "aws:federatedprovider", session.federated_provider
    for name, value in session.attributes.items():
        yield name.lower(), value


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _word(*, is_true: bool) -> str:
    return "true" if is_true else "false"


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
