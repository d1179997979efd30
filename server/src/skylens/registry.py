"""Which function answers which operation, and what such a function is given."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

    from skylens.buckets.all_buckets import AllBuckets
    from skylens.caller import Caller
    from skylens.config import Limits
    from skylens.ids import Ids
    from skylens.store import Store
    from skylens.store.control import Control
    from skylens.tls import Tls

Input: TypeAlias = Mapping[str, Any]
Output: TypeAlias = Mapping[str, Any]
HandlerFunction: TypeAlias = Callable[["Call", Input], "Output | Awaitable[Output]"]


class Invoke(Protocol):
    """Calls another service's operation as the same caller; authorised and recorded like any other."""

    def __call__(self, service: str, operation: str, request: Input) -> Output:
        """Return the operation's output or raise its ServiceError."""


class ResourcePolicies(Protocol):
    """The policy engine, as services that keep resource policies know it."""

    def check(self, text: str) -> None:
        """Raise MalformedPolicy, with the reason, unless the text is a resource policy."""

    def allows(self, call: Call, need: Need, texts: Sequence[str], *, is_mandatory: bool = False) -> bool:
        """Whether the call's caller may do something if these policies are all that is written on the resource."""


@dataclass(frozen=True, slots=True)
class Call:
    """Everything a handler may touch: one API call and the world it runs in."""

    api_call: ApiCall
    now: datetime
    ids: Ids
    limits: Limits
    store: Store
    control: Control
    invoke: Invoke
    invoke_as_service: Invoke  # as the service itself: only what its resource policies allow it
    buckets: AllBuckets
    policies: ResourcePolicies

    @property
    def caller(self) -> Caller:
        """Who asks, and where."""
        return self.api_call.caller

    @property
    def service(self) -> str:
        """The service that is asked."""
        return self.api_call.service

    @property
    def operation(self) -> str:
        """What it is asked for."""
        return self.api_call.operation

    @property
    def request_id(self) -> str:
        """The id that the caller is told, and that the call is on record with."""
        return self.api_call.request_id


@dataclass(frozen=True, slots=True)
class Handler:
    """A function that answers an operation. ``is_async`` ones run on the event loop, all others on the pool.

    ``is_quick`` ones have threads of their own: they touch control state only, and no query may keep them waiting.
    """

    service: str
    operation: str
    function: HandlerFunction
    is_async: bool
    is_quick: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a call must be allowed to do: an action on a resource, and the service's condition keys for it."""

    action: str
    resource: str = "*"
    conditions: Mapping[str, str | Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Access:
    """What a call of an operation needs, and how the audit trail files it: one row of a service's ``access.py``.

    ``resources`` names what the decision is about (ARNs; without it ``*``). ``also`` names further pairs of action and ARN
    that the same call needs (``xray:TagResource`` for a group made with tags, ``iam:PassRole`` for a role handed on).
    ``conditions`` gives the service's own condition keys with their values (``aws:RequestTag/team``, ``kms:ViaService``).
    ``needs`` says all of this at once where it depends on what is stored (the key behind an alias or a ciphertext), or where
    the conditions of a call's actions differ; the other four are not looked at then. It raises for nothing.
    """

    action: str = ""  # "": the prefix of the service and the operation's name
    read_only: bool = False
    resources: Callable[[Caller, Input], Iterable[str]] | None = None
    also: Callable[[Caller, Input], Iterable[tuple[str, str]]] | None = None
    conditions: Callable[[Caller, Input], Mapping[str, str | Sequence[str]]] | None = None
    needs: Callable[[Control, Caller, Input], Iterable[Need]] | None = None
    data_resource: str = ""  # type of the resource of a data event ("AWS::XRay::Trace"); "": a management event
    is_unsigned: bool = False  # anybody may call it: the request itself carries the proof, as a web identity's token
    is_open: bool = False  # every signed caller may, whatever policies say (sts:GetCallerIdentity)


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One API call as the policy engine and the audit trail see it: who asks for what, from where, and how.

    ``request`` is the parsed input. ``via`` names the services that pass the call on, the first one first.
    """

    caller: Caller
    service: str
    operation: str
    request: Input
    time: datetime
    request_id: str
    source_ip: str = ""
    user_agent: str = ""
    referer: str = ""
    host: str = ""
    tls: Tls | None = None  # None: not over TLS
    trace_header: str = ""  # X-Amzn-Trace-Id: the trace that the call is part of
    via: tuple[str, ...] = ()


class Authorize(Protocol):
    """Decides whether a call may be made."""

    def __call__(self, call: ApiCall) -> None:
        """Return, or raise AccessDenied with AWS's sentence."""


class MalformedPolicy(ValueError):
    """A text is no policy of the kind that it was given as; the message says why, and where in it."""


class AccessDenied(Exception):
    """The caller may not do that. The gateway answers with the code of the protocol.

    ``encoded`` is what decided that, for sts:DecodeAuthorizationMessage.
    """

    def __init__(self, sentence: str, encoded: str = "") -> None:
        super().__init__(sentence)
        self.encoded = encoded


HANDLERS: dict[tuple[str, str], Handler] = {}
ACCESS: dict[tuple[str, str], Access] = {}
ERROR_CODES: dict[type[Exception], str] = {MalformedPolicy: "MalformedPolicyDocumentException"}


def operation(service: str, name: str, *, quick: bool = False) -> Callable[[HandlerFunction], HandlerFunction]:
    """Register the decorated function as the one that answers ``service``'s operation ``name``."""

    def register(function: HandlerFunction) -> HandlerFunction:
        if (service, name) in HANDLERS:
            raise ValueError(f"{service}:{name} is answered by {HANDLERS[service, name].function} already")
        HANDLERS[service, name] = Handler(service, name, function, inspect.iscoroutinefunction(function), quick)
        return function

    return register


def declare_access(service: str, rows: Mapping[str, Access]) -> None:
    """Say what each operation of a service needs; a test holds the rows against the operations that are answered."""
    ACCESS.update({(service, name): row for name, row in rows.items()})


def declare_errors(codes: Mapping[type[Exception], str]) -> None:
    """Say which AWS error code each of a service's own exceptions is answered with."""
    ERROR_CODES.update(codes)


def error_code(error: Exception) -> str | None:
    """Return the AWS code of a domain exception, or None for one that nobody declared."""
    return next((ERROR_CODES[kind] for kind in type(error).__mro__ if kind in ERROR_CODES), None)
