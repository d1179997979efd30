"""API call events: one API call becomes one event, and a copy for each further account that it concerns.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import msgspec

from skylens.caller import AccountId, Region
from skylens.cloudtrail import redaction, rendering
from skylens.cloudtrail.error_names import error_name, is_denial
from skylens.cloudtrail.event import Event, Resource
from skylens.cloudtrail.key_events import rotation_event
from skylens.cloudtrail.other_event import Origin
from skylens.cloudtrail.record import EVENT_VERSION, LONGEST_TEXT, MOST_BYTES, event_time, tls_details
from skylens.cloudtrail.resources import arn_account, arn_type, resources_of
from skylens.cloudtrail.selector.facts import Facts, Subject
from skylens.cloudtrail.user_identity import foreign_identity, user_identity, username, web_identity
from skylens.registry import ACCESS, Access
from skylens.wire.models import Operation, Shape, load

if TYPE_CHECKING:
    from skylens.api_events import ApiEvent
    from skylens.ids import Ids
    from skylens.registry import ApiCall

OMITTED: Final = msgspec.Raw(b'{"omitted":true}')
_NULL: Final = msgspec.Raw(b"null")
_GLOBAL: Final = frozenset({"iam"})  # services that are in us-east-1 wherever they are called
_GLOBAL_REGION: Final = Region("us-east-1")
_GLOBAL_STS_HOST: Final = "sts.amazonaws.com"
_UNKNOWN: Final = Access()  # an operation without a row is taken for the most that it can be: a write, always recorded
_MANY_IDENTITIES: Final = 1_000
_SHARED: Final = frozenset({"sts", "kms"})  # services whose resources other accounts use
_ROTATION: Final = ("kms", "RotateKeyOnDemand")
_ROOT: Final = re.compile(r"Root=(1-[0-9a-fA-F]{8}-[0-9a-fA-F]{24})")

# The alias of an account, nothing where it has none, None where there is no such account.
AliasOf: TypeAlias = Callable[[str], str | None]


class _Side(NamedTuple):
    """How one half of a call is written: its request or its answer."""

    renderer: Callable[[Operation, Shape], rendering.Render]
    changes: Mapping[tuple[str, str], redaction.Change]


_REQUEST: Final = _Side(lambda _, shape: rendering.of_request(shape), redaction.REQUESTS)
_ANSWER: Final = _Side(
    lambda op, shape: rendering.of_answer(shape, dates_as_text="query" in op.service.protocols), redaction.ANSWERS
)


def access_of(call: ApiCall) -> Access:
    """Return how the trail files a call."""
    return ACCESS.get((call.service, call.operation), _UNKNOWN)


@cache
def event_source(service: str) -> str:
    """Return what records call a service.

    >>> event_source("cloudwatch"), event_source("xray")
    ('monitoring.amazonaws.com', 'xray.amazonaws.com')
    """
    return f"{load(service).endpoint_prefix}.amazonaws.com"


def region_of(call: ApiCall) -> Region:
    """Return the region in whose history a call stands."""
    is_global = call.service in _GLOBAL or call.host.partition(":")[0] == _GLOBAL_STS_HOST
    return _GLOBAL_REGION if is_global else call.caller.region


def facts_of(happened: ApiEvent, access: Access) -> Facts:
    """Return what selectors may ask of a call."""
    call = happened.call
    arns = tuple(access.resources(call.caller, call.request)) if access.resources else ()
    session = call.caller.principal.session
    return Facts(
        category="Data" if access.data_resource else "Management",
        source=event_source(call.service),
        name=call.operation,
        read_only=access.read_only,
        subjects=tuple(Subject(access.data_resource or arn_type(arn), arn) for arn in arns or ("",)),
        user_arn=call.caller.arn,
        error_code=error_name(call.service, happened.error_code) if happened.error_code else "",
        is_from_console=session is not None and session.is_from_console,
    )


def owners_of(happened: ApiEvent, access: Access) -> list[AccountId]:
    """Return the other accounts whose resources of data a call used; one that was refused did not reach them."""
    if happened.output is None or not access.data_resource:
        return []
    return _owners(_used_arns(happened, access), happened.call.caller.account)


class ApiCallEvents:
    """Makes events of calls. Identities are kept as the JSON they are written as: most calls are of few callers."""

    def __init__(self, ids: Ids, alias_of: AliasOf = lambda _: "") -> None:
        self._ids = ids
        self._alias_of = alias_of
        self._identities: dict[tuple[str, ...], msgspec.Raw] = {}

    def of(self, happened: ApiEvent, access: Access) -> list[Event]:
        """Return the event of a call, the caller's account first, then the copies for accounts whose resources it used."""
        call = happened.call
        account = self._account(call, access)
        used = _used_arns(happened, access)
        owners = _owners(used, account) if happened.output is not None else []
        shared = self._ids.uuid() if owners else ""
        content = _content(happened, access, used)
        # The caller's own record has the id of its request: a trace's aws.request_id leads to it without a search.
        events = [self._own(content, account, shared)] if account else []
        for owner in owners:
            identity = _raw(foreign_identity(call.caller))
            events.append(_event(content, _Copy(owner, self._ids.uuid(), identity, shared), is_own=False))
        return events + self._consequences(happened, used)

    def _consequences(self, happened: ApiEvent, used: Sequence[str]) -> list[Event]:
        """Return the events of what a service did because of a call: KMS has rotated a key that was asked to rotate now."""
        call = happened.call
        if (call.service, call.operation) != _ROTATION or happened.output is None:
            return []
        origin = Origin(call.caller.account, region_of(call), happened.completed, self._ids.uuid())
        return [rotation_event(origin, arn, "ON_DEMAND") for arn in used]

    def _account(self, call: ApiCall, access: Access) -> AccountId:
        """Return in whose history a call stands: the caller's, or of one who is nobody yet the role's it asks for.

        Nobody gets on record with anything else: an unsigned request could be anyone's, about any account.
        """
        if call.caller.principal.type != "Anonymous":
            return call.caller.account
        account = arn_account(call.request.get("RoleArn", "")) if access.is_unsigned else ""
        return AccountId(account if account and self._alias_of(account) is not None else "")

    def _own(self, content: _Content, account: AccountId, shared: str) -> Event:
        identity = self._identity(content.happened, account)
        return _event(content, _Copy(account, content.happened.call.request_id, identity, shared), is_own=True)

    def _identity(self, happened: ApiEvent, account: AccountId) -> msgspec.Raw:
        call = happened.call
        caller = call.caller
        if caller.principal.type == "Anonymous":
            return _raw(web_identity(happened.output, call.request.get("ProviderId", "")))
        alias = (self._alias_of(account) or "") if caller.principal.type == "Root" else ""
        invoked_by = call.via[-1] if call.via else caller.invoked_by
        key = (caller.principal.arn, caller.principal.id, caller.access_key_id, invoked_by, alias)
        known = self._identities.get(key)
        if known is None:
            if len(self._identities) >= _MANY_IDENTITIES:
                self._identities.clear()
            invoked = {"invokedBy": invoked_by} if invoked_by else {}
            known = self._identities[key] = _raw(user_identity(caller, alias=alias) | invoked)
        return known


class _Copy(NamedTuple):
    """What is one account's own in its copy of a record."""

    account: AccountId
    event_id: str
    identity: msgspec.Raw
    shared: str  # "": there is no other copy


class _Content(NamedTuple):
    """What every copy of a call's record has in common, worked out once."""

    happened: ApiEvent
    access: Access
    region: Region
    error: str
    request: msgspec.Raw
    answer: msgspec.Raw
    resources: tuple[Resource, ...]
    used: list[dict[str, str]]


def _content(happened: ApiEvent, access: Access, used: Sequence[str]) -> _Content:
    call = happened.call
    op = load(call.service).operations[call.operation]
    is_shown = not access.read_only or (call.service, call.operation) in redaction.SHOWN_READS
    # A denied caller may have asked for anything: as in AWS's records, only the error says for what.
    request = {} if is_denial(happened.error_code) else call.request
    answer = happened.output if is_shown else None
    return _Content(
        happened,
        access,
        region_of(call),
        error_name(call.service, happened.error_code) if happened.error_code else "",
        _shown(op, request, _REQUEST),
        _shown(op, answer, _ANSWER) if answer else _NULL,
        _looked_up(call, resources_of(op, request, answer), used),
        _record_resources(access, used),
    )


def _shown(op: Operation, value: Mapping[str, Any], side: _Side) -> msgspec.Raw:
    """Return a request or an answer as a record has it: null where there is nothing, a mark where there is too much."""
    shape = op.input if side is _REQUEST else op.output
    if not value or shape is None:
        return _NULL
    shown = side.renderer(op, shape)(value)
    change = side.changes.get((op.service.name, op.name))
    if change is not None:
        shown = change(shown)
    if not shown:
        return _NULL
    text = msgspec.json.encode(shown)
    return msgspec.Raw(text) if len(text) <= MOST_BYTES else OMITTED


def _event(content: _Content, copy: _Copy, *, is_own: bool) -> Event:
    happened, access = content.happened, content.access
    call = happened.call
    return Event(
        account=copy.account,
        region=content.region,
        category="Data" if access.data_resource else "Management",
        time=happened.completed,
        id=copy.event_id,
        source=event_source(call.service),
        name=call.operation,
        read_only=access.read_only,
        record=msgspec.json.encode(_record(content, copy)).decode(),
        username=_username(happened) if is_own else "",
        access_key_id=call.caller.access_key_id if is_own else "",
        error_code=content.error,
        resources=content.resources,
    )


def _record(content: _Content, copy: _Copy) -> dict[str, Any]:
    """Return the record; its fields stand in the order in which AWS's guide lists them."""
    happened, access = content.happened, content.access
    call = happened.call
    record: dict[str, Any] = {
        "eventVersion": EVENT_VERSION,
        "userIdentity": copy.identity,
        "eventTime": event_time(happened.completed),
        "eventSource": event_source(call.service),
        "eventName": call.operation,
        "awsRegion": content.region,
        "sourceIPAddress": call.source_ip,
        "userAgent": call.user_agent[:LONGEST_TEXT],
    }
    if content.error:
        record["errorCode"] = content.error
        record["errorMessage"] = happened.error_message[:LONGEST_TEXT]
    record["requestParameters"] = content.request
    record["responseElements"] = content.answer
    if extra := _additional(happened):
        record["additionalEventData"] = extra
    record["requestID"] = call.request_id
    record["eventID"] = copy.event_id
    record["readOnly"] = access.read_only
    if content.used:
        record["resources"] = content.used
    record["eventType"] = "AwsApiCall"
    record["managementEvent"] = not access.data_resource
    record["recipientAccountId"] = copy.account
    if copy.shared:
        record["sharedEventID"] = copy.shared
    record["eventCategory"] = "Data" if access.data_resource else "Management"
    session = call.caller.principal.session
    if session is not None and session.is_from_console:
        record["sessionCredentialFromConsole"] = "true"
    if call.tls is not None and not call.via:
        record["tlsDetails"] = tls_details(call.tls, call.host)
    return record


def _additional(happened: ApiEvent) -> dict[str, Any]:
    """Return what is ours to add: the trace that the call is part of, and with what material a key worked."""
    call, output = happened.call, happened.output or {}
    extra = {}
    if call.service == "kms" and "KeyMaterialId" in output:
        extra["keyMaterialId"] = output["KeyMaterialId"]
    if found := _ROOT.search(call.trace_header):
        extra["xRayTraceId"] = found[1]
    return extra


def _owners(used: Sequence[str], account: str) -> list[AccountId]:
    return list(dict.fromkeys(AccountId(owner) for arn in used if (owner := arn_account(arn)) not in {"", account}))


def _used_arns(happened: ApiEvent, access: Access) -> list[str]:
    """Return the keys, roles and resources of data that a call is about, and that its record names with their owner."""
    call, output = happened.call, happened.output
    if access.data_resource:
        return list(access.resources(call.caller, call.request)) if access.resources else []
    if call.service not in _SHARED or output is None:
        return []
    # The answer of KMS names the key behind an alias; "resources" always has the key.
    described = output.get("KeyMetadata") or {}
    answers = (output.get("KeyId"), output.get("SourceKeyId"), described.get("Arn"))
    answered = [_key_arn(call, answer) for answer in answers if answer]
    asked = [] if answered else [call.request.get("RoleArn", ""), _key_arn(call, call.request.get("KeyId", ""))]
    return [arn for arn in dict.fromkeys([*answered, *asked]) if arn_type(arn)]


def _key_arn(call: ApiCall, named: str) -> str:
    """Return the ARN of a key that is named by its id, which only a key of the caller's account and region can be."""
    is_id = named and ":" not in named and not named.startswith("alias/")
    return f"arn:aws:kms:{call.caller.region}:{call.caller.account}:key/{named}" if is_id else named


def _looked_up(call: ApiCall, named: tuple[Resource, ...], used: Sequence[str]) -> tuple[Resource, ...]:
    """Return what a call is found by: what it named, and a key's ARN however it was named."""
    keys = [Resource(arn_type(arn), arn) for arn in used] if call.service == "kms" else []
    return tuple(dict.fromkeys([*named, *keys]))


def _record_resources(access: Access, used: Sequence[str]) -> list[dict[str, str]]:
    named = [
        {"accountId": arn_account(arn), "type": access.data_resource or arn_type(arn), "ARN": arn}
        for arn in used
        if arn_account(arn)
    ]
    return named or ([{"type": access.data_resource}] if access.data_resource else [])


def _username(happened: ApiEvent) -> str:
    if happened.call.caller.principal.type == "Anonymous":
        return str((happened.output or {}).get("SubjectFromWebIdentityToken", ""))
    return username(happened.call.caller)


def _raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))
