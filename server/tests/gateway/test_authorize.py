"""A denial in each protocol, and calls that nobody signed."""

import pytest
from gateway.test_steps import GROUPS, IDENTITY, LOOKUP, REQUEST, error_name, no_groups, told

from skylens.gateway.authenticate import _has_unsigned_operations
from skylens.registry import ACCESS, Access, AccessDenied, ApiCall
from skylens.wire.errors import ServiceError

SENTENCE = "User: me is not authorized to perform: that"


def denies(_call):
    raise AccessDenied(SENTENCE)


@pytest.mark.parametrize(
    ("service", "request_", "expected"),
    [
        ("xray", REQUEST, (403, "AccessDeniedException")),
        ("cloudtrail", LOOKUP, (400, "AccessDeniedException")),
        ("sts", IDENTITY, (403, "AccessDenied")),
    ],
)
async def test_a_denial_in_each_protocol(gateway, signed, service, request_, expected):
    response = await gateway(authorize=denies).send(signed(request_, service=service))
    assert (response.status, error_name(response)) == expected
    assert SENTENCE in response.body.decode()


async def test_a_denied_call_reaches_no_handler_and_is_on_record(gateway, signed):
    server = gateway({GROUPS: lambda *_: pytest.fail("it ran")}, authorize=denies)
    await server.send(signed(REQUEST))
    (event,) = server.recorded
    assert (event.error_code, event.error_message, event.output) == ("AccessDeniedException", SENTENCE, None)


async def test_the_decision_is_about_the_whole_call(gateway, signed):
    asked = []
    await gateway({GROUPS: no_groups}, authorize=asked.append).send(signed(REQUEST))
    (call,) = asked
    assert isinstance(call, ApiCall)
    assert (call.service, call.operation, call.caller.account, call.via) == ("xray", "GetGroups", "123456789012", ())


async def test_a_defect_of_the_authorizer_lets_nobody_in(gateway, signed):
    def broken(_call):
        raise ZeroDivisionError

    response = await gateway({GROUPS: no_groups}, authorize=broken).send(signed(REQUEST))
    assert (response.status, told(response)[0]) == (500, "InternalFailure")


@pytest.fixture
def unsigned_operation(monkeypatch):
    """Let anybody call GetGroups, as STS lets anybody call AssumeRoleWithWebIdentity."""
    monkeypatch.setitem(ACCESS, GROUPS, Access(is_unsigned=True))
    _has_unsigned_operations.cache_clear()
    yield
    _has_unsigned_operations.cache_clear()


@pytest.mark.usefixtures("unsigned_operation")
async def test_an_operation_that_needs_no_signature_is_called_by_nobody(gateway):
    seen = []
    server = gateway({GROUPS: lambda call, _: seen.append(call.caller) or {"Groups": []}}, authorize=denies)
    assert (await server.send(REQUEST)).status == 200
    (caller,) = seen
    assert (caller.principal.type, caller.account, caller.arn) == ("Anonymous", "", "")


@pytest.mark.usefixtures("unsigned_operation")
async def test_the_other_operations_of_its_service_still_need_one(gateway, monkeypatch):
    monkeypatch.setitem(ACCESS, ("xray", "GetTraceSummaries"), Access(is_unsigned=True))
    monkeypatch.setitem(ACCESS, GROUPS, Access())
    response = await gateway({GROUPS: no_groups}).send(REQUEST)
    assert told(response)[0] == "MissingAuthenticationTokenException"


@pytest.mark.usefixtures("unsigned_operation")
async def test_a_wrong_signature_is_refused_even_there(gateway, signed):
    from dataclasses import replace

    request = signed(REQUEST)
    response = await gateway({GROUPS: no_groups}).send(replace(request, body=b'{"NextToken": "x"}'))
    assert told(response)[0] == "InvalidSignatureException"


async def test_a_call_that_a_service_passes_on_is_decided_by_itself(gateway, signed):
    asked = []

    def allows_outer_only(call):
        asked.append((call.operation, call.via, call.caller.invoked_by))
        if call.via:
            raise AccessDenied(SENTENCE)

    def passes_on(call, _request):
        with pytest.raises(ServiceError, match=SENTENCE):
            call.invoke("xray", "GetGroup", {})
        return {"Groups": []}

    handlers = {GROUPS: passes_on, ("xray", "GetGroup"): lambda *_: pytest.fail("it ran")}
    server = gateway(handlers, authorize=allows_outer_only)
    assert (await server.send(signed(REQUEST))).status == 200
    source = ("xray.amazonaws.com",)
    assert asked == [("GetGroups", (), ""), ("GetGroup", source, source[0])]
    assert {event.call.operation: event.error_code for event in server.recorded} == {
        "GetGroup": "AccessDeniedException",
        "GetGroups": "",
    }


async def test_the_services_on_the_way_are_named_in_order(gateway, signed):
    asked = []
    handlers = {
        GROUPS: lambda call, _: call.invoke("xray", "GetGroup", {}) and {"Groups": []},
        ("xray", "GetGroup"): lambda call, _: call.invoke("kms", "ListKeys", {}) and {"Group": {}},
        ("kms", "ListKeys"): lambda *_: {"Keys": [], "Truncated": False},
    }
    await gateway(handlers, authorize=lambda call: asked.append((call.operation, call.via))).send(signed(REQUEST))
    assert asked[-1] == ("ListKeys", ("xray.amazonaws.com", "xray.amazonaws.com"))
