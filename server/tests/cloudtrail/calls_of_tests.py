"""API calls for tests of the trail, with every value a test does not care about already chosen."""

from datetime import UTC, datetime
from typing import Any

from skylens.api_events import ApiEvent
from skylens.caller import AccountId, Caller, Issuer, Principal, Region, Session, root_of
from skylens.registry import ApiCall

NOW = datetime(2026, 7, 1, 12, 0, 0, 250_000, tzinfo=UTC)
ACCOUNT = AccountId("111122223333")
OTHER = AccountId("444455556666")
REGION = Region("eu-west-1")
ERIN = Principal(ACCOUNT, "arn:aws:iam::111122223333:user/ops/erin", "IAMUser", "AIDAEXAMPLE", "erin")
DEPLOYER = Issuer("Role", "AROAEXAMPLE", "arn:aws:iam::111122223333:role/ops/Deployer", ACCOUNT, "Deployer")


def a_session(issuer: Issuer = DEPLOYER, **fields: Any) -> Session:
    return Session(issuer, NOW, **fields)


def an_assumed_role(**session: Any) -> Principal:
    arn = "arn:aws:sts::111122223333:assumed-role/Deployer/ci-42"
    return Principal(ACCOUNT, arn, "AssumedRole", "AROAEXAMPLE:ci-42", "ci-42", a_session(**session))


def a_call(
    operation: str = "CreateGroup",
    service: str = "xray",
    request: Any = None,
    *,
    principal: Principal = ERIN,
    **fields: Any,
) -> ApiCall:
    """A call of erin's; fields of the ApiCall, or ``key=`` and ``invoked_by=`` of its caller."""
    caller = Caller(
        principal,
        fields.pop("region", REGION),
        fields.pop("key", "AKIAEXAMPLE"),
        fields.pop("invoked_by", ""),
    )
    given = {"time": NOW, "request_id": "00000000-0000-0000-0000-0000000000aa", "source_ip": "192.0.2.7"}
    return ApiCall(
        caller=caller,
        service=service,
        operation=operation,
        request={"GroupName": "checkout"} if request is None else request,
        **{**given, "user_agent": "Boto3/1", **fields},
    )


def an_outcome(call: ApiCall | None = None, output: Any = None, error: str = "", message: str = "") -> ApiEvent:
    """What became of a call: an empty answer, unless told otherwise."""
    answer = None if error else output or {}
    return ApiEvent(call or a_call(), NOW, answer, error, message)


def a_root(account: str = ACCOUNT) -> Principal:
    return root_of(account)
