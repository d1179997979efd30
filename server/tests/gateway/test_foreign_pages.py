"""With authentication off: programs are answered under any name, pages of other sites under none."""

from dataclasses import replace

import pytest

import skylens.iam.access  # registers what only reads
import skylens.sts.access  # noqa: F401  # the same
from skylens.wire.http import WireRequest

GROUPS = ("xray", "GetGroups")
IDENTITY = ("sts", "GetCallerIdentity")
CALL = WireRequest("POST", "/Groups", headers={"content-type": "application/json"}, body=b"{}")
READ = WireRequest("GET", "/", "Action=GetCallerIdentity&Version=2011-06-15")
HERE = "127.0.0.1:8000"
SIGNED = {"authorization": "AWS4-HMAC-SHA256 Credential=a/20260701/us-east-1/sts/aws4_request"}


@pytest.fixture
def ask(gateway):
    """Ask a server without authentication; return the status of the answer."""
    handlers = {
        GROUPS: lambda _call, _request: {"Groups": []},
        IDENTITY: lambda _call, _request: {},
        ("iam", "DeleteUser"): lambda _call, _request: {},
    }

    async def send(request, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        server = gateway(handlers, auth="off")
        return await server.send(replace(request, headers={**request.headers, **named})), server

    return send


@pytest.mark.parametrize(
    "host", [HERE, "localhost:8000", "[::1]:8000", "skylens:8000", "172.17.0.2:8000", "host.docker.internal:8000"]
)
@pytest.mark.parametrize("request_", [CALL, replace(READ, headers=SIGNED), READ])
async def test_programs_are_answered_under_the_names_that_a_machine_has(ask, host, request_):
    answer, _ = await ask(request_, host=host)
    assert answer.status == 200


async def test_programs_may_call_by_any_name_but_for_reads_that_a_page_could_make(ask):
    assert (await ask(CALL, host="skylens.example.com"))[0].status == 200
    assert (await ask(replace(READ, headers=SIGNED), host="skylens.example.com"))[0].status == 403


@pytest.mark.parametrize("host", [HERE, "localhost:8000", "127.0.0.1"])
async def test_our_own_pages_are_answered(ask, host):
    answer, _ = await ask(CALL, host=host, origin=f"http://{host}", sec_fetch_site="same-origin")
    assert answer.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"host": HERE, "origin": "https://evil.example"},
        {"host": HERE, "origin": "null"},
        {"host": HERE, "origin": "http://localhost:8000"},
        {"host": HERE, "origin": "http://127.0.0.1:3000"},
        {"host": "evil.example:8000", "origin": "http://evil.example:8000"},
        {"host": "evil.example:8000", "origin": "http://evil.example:8000", "sec_fetch_site": "same-origin"},
        {"host": "127.0.0.1.evil.example", "origin": "http://127.0.0.1.evil.example"},
        {"host": HERE, "sec_fetch_site": "cross-site"},
        {"host": HERE, "sec_fetch_site": "same-site"},
        {"host": "evil.example", "sec_fetch_site": "none"},
    ],
)
@pytest.mark.parametrize("request_", [CALL, replace(READ, headers=SIGNED), READ])
async def test_pages_of_other_sites_are_refused(ask, headers, request_):
    answer, server = await ask(request_, **headers)
    assert answer.status in {400, 403}
    assert b"This may have been sent by a page of" in answer.body
    assert [event.error_code for event in server.recorded] == ["AccessDeniedException"]


@pytest.mark.parametrize("host", ["evil.example:8000", "EVIL.example.", "127.0.0.1.nip.io"])
async def test_a_page_whose_name_was_given_our_address_reads_nothing(ask, host):
    answer, _ = await ask(replace(READ, headers=SIGNED), host=host)
    assert answer.status == 403


async def test_an_image_on_a_page_changes_nothing(ask):
    delete = replace(READ, query="Action=DeleteUser&UserName=bob&Version=2010-05-08")
    forged = replace(
        delete, query=f"{delete.query}&X-Amz-Signature=0&X-Amz-Credential=a%2F20260701%2Fx%2Fiam%2Faws4_request"
    )
    for request in (delete, forged):
        answer, _ = await ask(request)
        assert (answer.status, b"a link or an image" in answer.body) == (403, True)
    program = replace(delete, headers={"authorization": SIGNED["authorization"].replace("sts", "iam")})
    assert (await ask(program))[0].status == 200


async def test_with_authentication_the_signature_alone_decides(gateway, signed):
    server = gateway({GROUPS: lambda _call, _request: {"Groups": []}})
    request = signed(CALL)
    request = replace(request, headers={**request.headers, "origin": "https://dashboard.example"})
    assert (await server.send(request)).status == 200
