"""Authorizer: whether a caller may make a call, by everything that IAM and the resources say about it."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from sqlalchemy import select

from skylens.iam import named, revision
from skylens.iam.call_context import CallContext
from skylens.iam.denial_message import DenialMessages
from skylens.iam.managed import ManagedPolicy
from skylens.iam.policies_of import PrincipalPolicies, policies_of
from skylens.iam.policy.denial import sentence
from skylens.iam.policy.evaluate import Decision, Question, decide
from skylens.iam.policy.named_policy import NamedPolicy
from skylens.iam.policy.policies import Policies, ResourcePolicy, parsed
from skylens.iam.roles import Role
from skylens.iam.session_limits import refuse_beyond_session
from skylens.iam.users import User
from skylens.registry import ACCESS, HANDLERS, AccessDenied, Need
from skylens.store.control.schema.tags import TAGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from skylens.caller import Principal, Session
    from skylens.clock import Clock
    from skylens.iam.named import Named
    from skylens.registry import Access, ApiCall
    from skylens.store.control import Control

logger = logging.getLogger(__name__)

# Finds what is written on the resource of an ARN; None where nothing is. For ``*`` the ARN ends with it: it names the service,
# the region and the account.
FindResourcePolicy: TypeAlias = "Callable[[Control, str], ResourcePolicy | None]"

# How long what another process changed may still be unknown to this one.
_REMEMBERED_SECONDS: Final = 5.0
_MANY: Final = 10_000
_NO_TAGS: Final[Mapping[str, str]] = {}


class _Remembered(NamedTuple):
    """The parsed policies of a principal or a resource, and how long they may be believed."""

    until: float
    revision: int
    policies: Policies
    tags: Mapping[str, str] = _NO_TAGS


class Authorizer:
    """Decides calls. What this process changes is in force with the next call, what others change within seconds.

    ``resource_policies`` has a finder for each action prefix whose resources can have policies (``kms``, ``sts``).
    """

    def __init__(self, control: Control, clock: Clock, resource_policies: Mapping[str, FindResourcePolicy]) -> None:
        self._control, self._clock = control, clock
        self._finders = resource_policies
        self._messages = DenialMessages(control.secrets)
        self._principals: dict[tuple[str, str], _Remembered] = {}
        self._resources: dict[tuple[str, str], _Remembered] = {}
        self._actions: dict[tuple[str, str], str] = {}

    def __call__(self, call: ApiCall) -> None:
        """Return, or raise AccessDenied with AWS's sentence; a call needs every one of its actions allowed."""
        access = ACCESS.get((call.service, call.operation))
        if access is None:
            if (call.service, call.operation) in HANDLERS:
                raise AccessDenied(f"Nothing says what {call.service}:{call.operation} needs")
            return  # what is not built is refused by whoever looks for its handler
        refuse_beyond_session(call)
        if access.is_open:
            return
        for need in self._needs(access, call):
            question, policies = self.asked(call, need)
            decision = decide(question, policies)
            if not decision.is_allowed:
                _log(question, decision)
                raise AccessDenied(sentence(question, decision), self._encoded(question, decision))

    def asked(self, call: ApiCall, need: Need) -> tuple[Question, Policies]:
        """Return the question of one thing that a call needs, and the policies that answer it."""
        principal = call.caller.principal
        identity = self._identity(principal)
        policies = identity.policies
        if principal.session is not None:
            policies = _narrowed(policies, principal)
        if finder := self._finders.get(need.action.partition(":")[0]):
            on_resource = self._on_resource(finder, need.action, _about(call, need))
            if on_resource is not None:
                policies = replace(
                    policies,
                    resource=on_resource.resource,
                    is_resource_mandatory=on_resource.is_resource_mandatory,
                    resource_part=on_resource.resource_part,
                )
        tags = partial(resource_tags, self._control, need.resource)
        context = CallContext(call, need.conditions, identity.tags, tags)
        return Question(principal, need.action, need.resource, context), policies

    def _encoded(self, question: Question, decision: Decision) -> str:
        told = question.context.everything() if isinstance(question.context, CallContext) else {}
        return self._messages.encode(question, decision, told)

    def _needs(self, access: Access, call: ApiCall) -> Iterable[Need]:
        if access.needs is not None:
            return access.needs(self._control, call.caller, call.request)
        key = (call.service, call.operation)
        action = self._actions.get(key)
        if action is None:
            action = self._actions[key] = access.action or f"{call.service}:{call.operation}"
        return _plain_needs(access, call, action)

    def _identity(self, principal: Principal) -> _Remembered:
        key = (principal.type, principal.id) if principal.session is None else _issuer(principal)
        now, revised = self._clock.monotonic(), revision.current()
        known = self._principals.get(key)
        if known is None or known.revision != revised or now > known.until:
            with self._control.read() as connection:
                found = policies_of(connection, principal)
            known = _Remembered(now + _REMEMBERED_SECONDS, revised, _of_identity(found, key), found.tags)
            _remember(self._principals, key, known)
        return known

    def _on_resource(self, finder: FindResourcePolicy, action: str, about: str) -> Policies | None:
        key = (action.partition(":")[0], about)
        now, writes = self._clock.monotonic(), self._control.revision.current()
        known = self._resources.get(key)
        if known is None or known.revision != writes or now > known.until:
            known = _Remembered(now + _REMEMBERED_SECONDS, writes, _of_resource(finder(self._control, about)))
            _remember(self._resources, key, known)
        return known.policies if known.policies is not _NO_RESOURCE_POLICY else None


_NO_RESOURCE_POLICY: Final = Policies()


def everything_allowed(call: ApiCall) -> None:
    """Let every call pass: what stands in the authorizer's place where authentication is off."""


def resource_tags(control: Control, arn: str) -> Mapping[str, str]:
    """Return the tags of whatever an ARN names; nothing for what has none."""
    with control.read() as connection:
        if arn.startswith("arn:aws:iam:"):
            kinds: tuple[type[Named], ...] = (User, Role, ManagedPolicy)
            found = (named.by_arn(connection, kind, arn) for kind in kinds)
            return next((one.tags for one in found if isinstance(one, User | Role | ManagedPolicy)), _NO_TAGS)
        rows = connection.execute(select(TAGS.c.key, TAGS.c.value).where(TAGS.c.resource == arn))
        return {name: value for name, value in rows}  # noqa: C416  # rows are no pairs to dict()


def _about(call: ApiCall, need: Need) -> str:
    if need.resource != "*":
        return need.resource
    return f"arn:aws:{need.action.partition(':')[0]}:{call.caller.region}:{call.caller.account}:*"


def _plain_needs(access: Access, call: ApiCall, action: str) -> Iterator[Need]:
    conditions = access.conditions(call.caller, call.request) if access.conditions else {}
    resources = access.resources(call.caller, call.request) if access.resources else ("*",)
    has_resource = False
    for resource in resources:
        has_resource = True
        yield Need(action, resource, conditions)
    if not has_resource:
        yield Need(action, "*", conditions)
    if access.also is not None:
        for other, resource in access.also(call.caller, call.request):
            yield Need(other, resource, conditions)


def _issuer(principal: Principal) -> tuple[str, str]:
    if principal.session is None:
        raise AssertionError("only sessions have an issuer")
    issuer = principal.session.issuer
    return issuer.type, issuer.principal_id


def _of_identity(found: PrincipalPolicies, key: tuple[str, str]) -> Policies:
    boundary = parsed([found.boundary])[0] if found.boundary else None
    return Policies(parsed(found.identity), boundary, is_root=key[0] == "Root")


def _of_resource(found: ResourcePolicy | None) -> Policies:
    if found is None:
        return _NO_RESOURCE_POLICY
    return Policies(resource=parsed(found.policies), is_resource_mandatory=found.is_mandatory, resource_part=found.part)


def _narrowed(policies: Policies, principal: Principal) -> Policies:
    session = principal.session
    is_bound = principal.type == "FederatedUser"
    if session is None or not (session.policies or is_bound):
        return policies
    return replace(policies, session=parsed(_session_policies(session)), is_session_bound=is_bound)


def _session_policies(session: Session) -> Iterable[NamedPolicy]:
    return (NamedPolicy(text, f"session policy {number}") for number, text in enumerate(session.policies, 1))


def _remember(memory: dict[tuple[str, str], _Remembered], key: tuple[str, str], known: _Remembered) -> None:
    if len(memory) >= _MANY:
        memory.clear()
    memory[key] = known


def _log(question: Question, decision: Decision) -> None:
    places = ",".join(f"{m.parsed.named.name}:{m.statement.start.line}" for m in decision.matched) or "none"
    logger.info(
        "event=access_denied principal=%s action=%s resource=%s by=%s explicit=%s statement=%s",
        question.principal.arn,
        question.action,
        question.resource,
        decision.part,
        decision.is_explicit,
        places,
    )
