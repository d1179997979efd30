"""Signing in and out over sockets: keys, tokens, cookies, and what is on record of it."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from console.conftest import ACCOUNT

from skylens.api_events import NotRecorded
from skylens.caller import Session
from skylens.console import attempts, sessions, sign_in, sign_in_tokens
from skylens.iam import access_keys, revision
from skylens.sts.credentials import new
from skylens.sts.operations.session_tokens import issuer_of


def records(console):
    return [json.loads(event.record) for event in console.recorded]


async def test_a_key_signs_in(console, user_key):
    async with console() as it:
        answer = await it.sign_in(user_key)
        document = (await it.browser.get("/console/session")).json()
        origin = it.origin
    assert (answer.status_code, answer.content) == (204, b"")
    credentials = document.pop("Credentials")
    assert document == {
        "AccountId": ACCOUNT,
        "Arn": f"arn:aws:iam::{ACCOUNT}:user/erin",
        "UserName": "erin",
        "Region": "us-east-1",
        "DaemonAddress": "127.0.0.1:2000",
        "Auth": "required",
        "Version": "0.1.0",
        "Endpoint": origin,
    }
    assert credentials["Expiration"] == "2026-07-01T13:00:00Z"
    assert it.recorded[0].access_key_id == user_key.access_key_id


async def test_the_credentials_are_a_session_of_the_console(console, user_key):
    async with console() as it:
        await it.sign_in(user_key)
        given = (await it.browser.get("/console/session")).json()["Credentials"]
        found = it.world.find_credential(given["AccessKeyId"], given["SessionToken"])
        again = (await it.browser.get("/console/session")).json()["Credentials"]
    assert found.secret == given["SecretAccessKey"]
    assert found.principal.arn == user_key.principal.arn
    assert found.principal.session.is_from_console
    assert again["AccessKeyId"] != given["AccessKeyId"]


async def test_the_cookie_is_for_the_console_of_this_server_only(console, key):
    async with console() as it:
        cookie = (await it.sign_in(key)).headers["set-cookie"]
        by_token = await it.browser.get(sign_in_tokens.path(it.token(key)))
    for each in (cookie, by_token.headers["set-cookie"]):
        name, *attributes = each.split("; ")
        assert name.partition("=")[0].startswith("skylens-")
        assert set(attributes) == {"HttpOnly", "Max-Age=43200", "Path=/console/", "SameSite=strict"}


@pytest.mark.parametrize("header", [{"x-forwarded-proto": "https"}, {"origin": "https://{host}"}])
async def test_behind_tls_the_cookie_never_goes_without_it(console, key, header):
    async with console() as it:
        host = it.origin.removeprefix("http://")
        headers = {"origin": it.origin} | {name: value.format(host=host) for name, value in header.items()}
        given = {"AccessKeyId": key.access_key_id, "SecretAccessKey": key.secret}
        answer = await it.browser.post("/console/session", json=given, headers=headers)
    assert "Secure" in answer.headers["set-cookie"].split("; ")


async def test_a_sign_in_is_on_record_before_it_is_answered(console, key):
    async with console() as it:
        answer = await it.browser.post(
            "/console/session",
            json={"AccessKeyId": key.access_key_id, "SecretAccessKey": key.secret},
            headers=it.own(**{"user-agent": "Mozilla/5.0"}),
        )
        [record] = records(it)
    assert answer.status_code == 204
    assert (record["eventSource"], record["eventName"]) == ("signin.amazonaws.com", "ConsoleLogin")
    assert (record["eventType"], record["responseElements"]) == ("AwsConsoleSignIn", {"ConsoleLogin": "Success"})
    assert record["additionalEventData"] == {
        "LoginTo": f"{it.origin}/console/",
        "MobileVersion": "No",
        "MFAUsed": "No",
    }
    assert (record["sourceIPAddress"], record["userAgent"]) == ("127.0.0.1", "Mozilla/5.0")
    assert (record["userIdentity"]["type"], record["recipientAccountId"]) == ("Root", ACCOUNT)


async def test_a_sign_in_that_cannot_be_recorded_does_not_happen(console, key):
    async def full(_events):
        raise NotRecorded("the disk is full")

    async with console(record=full) as it:
        by_key = await it.sign_in(key)
        by_token = await it.browser.get(sign_in_tokens.path(it.token(key)))
    assert [each.status_code for each in (by_key, by_token)] == [503, 503]
    assert "set-cookie" not in {*by_key.headers, *by_token.headers}


async def test_a_wrong_secret_and_an_unknown_key_are_told_alike_and_recorded_apart(console, key):
    async with console() as it:
        wrong = await it.sign_in(replace(key, secret="0" * 40))
        umlaut = await it.sign_in(replace(key, secret="ü"))
        unknown = await it.sign_in(replace(key, access_key_id="AKIAQAAAAAAAAAAAAAAB"))
        no_key = await it.sign_in(replace(key, access_key_id="my-password"))
    answers = [wrong, umlaut, unknown, no_key]
    assert [each.status_code for each in answers] == [401] * 4
    assert len({each.text for each in answers}) == 1
    assert all("set-cookie" not in each.headers for each in answers)
    told = [(each["errorMessage"], each["userIdentity"].get("userName")) for each in records(it)]
    hidden = ("No username found in supplied account", "HIDDEN_DUE_TO_SECURITY_REASONS")
    assert told == [("Failed authentication", None)] * 2 + [hidden] * 2
    assert all(each["responseElements"] == {"ConsoleLogin": "Failure"} for each in records(it))
    assert "my-password" not in str(records(it))


async def test_a_key_that_nobody_has_is_on_record_in_the_account_that_it_names(console, key, clock, ids):
    other = "111122223333"
    assert key.account == ACCOUNT
    async with console() as it:
        theirs = access_keys.ensure_root_key(it.world.control, other, ids=ids, clock=clock)
        with revision.writing(it.world.control) as connection:
            access_keys.delete(connection, theirs)
        await it.sign_in(theirs)
        await it.sign_in(replace(theirs, access_key_id=access_keys.new_access_key_id("999999999999", ids)))
    assert [event.account for event in it.recorded] == [other, ACCOUNT]


async def test_the_secret_is_compared_in_constant_time(console, key, monkeypatch):
    compared = []

    class Watched:
        @staticmethod
        def compare_digest(one, other):
            compared.append(other)
            return one == other

    monkeypatch.setattr(sign_in, "hmac", Watched)
    async with console() as it:
        await it.sign_in(key)
        await it.sign_in(replace(key, access_key_id="AKIAQAAAAAAAAAAAAAAB"))
    assert compared == [key.secret.encode()] * 2


async def test_a_token_signs_in_once(console, key):
    async with console() as it:
        address = sign_in_tokens.path(it.token(key))
        first = await it.browser.get(address)
        it.browser.cookies.clear()
        second = await it.browser.get(address)
        signed_out = await it.browser.get("/console/session")
    assert (first.status_code, first.headers["location"]) == (303, "/console/")
    assert (second.status_code, second.headers["location"]) == (303, "/console/#/sign-in?problem=token")
    assert "set-cookie" in first.headers
    assert "set-cookie" not in second.headers
    assert signed_out.status_code == 401
    assert [each["responseElements"]["ConsoleLogin"] for each in records(it)] == ["Success", "Failure"]
    assert records(it)[1]["errorMessage"] == "Failed authentication"


@pytest.mark.parametrize(("seconds", "leads_to"), [(599, "/console/"), (600, "/console/#/sign-in?problem=token")])
async def test_a_token_is_good_for_ten_minutes(console, key, clock, seconds, leads_to):
    async with console() as it:
        address = sign_in_tokens.path(it.token(key))
        clock.advance(seconds)
        answer = await it.browser.get(address)
    assert answer.headers["location"] == leads_to


async def test_looking_at_a_link_does_not_use_it_up(console, key):
    async with console() as it:
        address = sign_in_tokens.path(it.token(key))
        looked = await it.browser.head(address)
        answer = await it.browser.get(address)
    assert (looked.status_code, answer.headers["location"]) == (405, "/console/")


@pytest.mark.parametrize("token", ["", "0", "ü", "0" * 64, "%00"])
async def test_what_is_no_token_signs_nobody_in(console, key, token):
    async with console() as it:
        answer = await it.browser.get(f"/console/sign-in?token={token}")
    assert answer.headers["location"] == "/console/#/sign-in?problem=token"
    assert [(event.account, event.username) for event in it.recorded] == [(ACCOUNT, "HIDDEN_DUE_TO_SECURITY_REASONS")]
    assert key.account == ACCOUNT


async def test_a_token_of_a_key_that_is_no_more_signs_nobody_in(console, user_key):
    async with console() as it:
        address = sign_in_tokens.path(it.token(user_key))
        with revision.writing(it.world.control) as connection:
            access_keys.set_status(connection, user_key, "Inactive")
        answer = await it.browser.get(address)
    assert answer.headers["location"] == "/console/#/sign-in?problem=token"


async def test_only_hashes_of_tokens_and_sessions_are_kept(console, key, tmp_path):
    async with console() as it:
        token = it.token(key)
        await it.sign_in(key)
        session_id = next(iter(it.browser.cookies.values()))
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("state.sqlite*"))
    assert b"console_sessions" in kept
    assert token.encode() not in kept
    assert session_id.encode() not in kept


async def test_a_session_ends_when_its_key_is_deactivated(console, user_key):
    async with console() as it:
        await it.sign_in(user_key)
        before = await it.browser.get("/console/session")
        with revision.writing(it.world.control) as connection:
            access_keys.set_status(connection, user_key, "Inactive")
        after = await it.browser.get("/console/session")
    assert [before.status_code, after.status_code] == [200, 401]


@pytest.mark.parametrize(("seconds", "status"), [(sessions.SECONDS - 1, 200), (sessions.SECONDS, 401)])
async def test_a_session_ends_after_twelve_hours(console, key, clock, seconds, status):
    async with console() as it:
        await it.sign_in(key)
        clock.advance(seconds)
        assert (await it.browser.get("/console/session")).status_code == status


async def test_credentials_never_outlive_the_session(console, key, clock):
    async with console() as it:
        await it.sign_in(key)
        clock.advance(sessions.SECONDS - 60)
        given = (await it.browser.get("/console/session")).json()["Credentials"]
    assert given["Expiration"] == "2026-07-02T00:00:00Z"


async def test_signing_out_ends_the_session_on_the_server(console, key):
    async with console() as it:
        await it.sign_in(key)
        kept = dict(it.browser.cookies)
        answer = await it.browser.delete("/console/session", headers=it.own())
        again = await it.browser.get("/console/session", headers={"cookie": "; ".join(map("=".join, kept.items()))})
    assert answer.status_code == 204
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert again.status_code == 401


async def test_all_sessions_of_an_account_can_be_ended(console, key):
    async with console() as it:
        await it.sign_in(key)
        with it.world.control.begin() as connection:
            assert sessions.end_all(connection, "999999999999") == 0
            assert sessions.end_all(connection, ACCOUNT) == 1
        assert (await it.browser.get("/console/session")).status_code == 401


async def test_a_temporary_key_signs_in_for_as_long_as_it_lasts(console, user_key, clock):
    async with console() as it:
        principal = replace(user_key.principal, session=Session(issuer_of(user_key.principal), clock.now()))
        ends_at = clock.now() + timedelta(minutes=30)
        made = new(it.world.control.secrets, it.world.ids, principal, ends_at)
        temporary = replace(user_key, access_key_id=made.access_key_id, secret=made.secret)
        without_token = await it.sign_in(temporary)
        answer = await it.sign_in(temporary, SessionToken=made.token)
        document = (await it.browser.get("/console/session")).json()
        clock.advance(1800)
        after = await it.browser.get("/console/session")
    assert (without_token.status_code, answer.status_code, after.status_code) == (401, 204, 401)
    assert document["Credentials"] == {
        "AccessKeyId": made.access_key_id,
        "SecretAccessKey": made.secret,
        "SessionToken": made.token,
        "Expiration": "2026-07-01T12:30:00Z",
    }


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "http://127.0.0.1", "http://localhost:{port}"])
async def test_another_sites_page_cannot_sign_in_or_out(console, key, origin):
    async with console() as it:
        await it.sign_in(key)
        headers = {"origin": origin.format(port=it.origin.rpartition(":")[2])}
        given = {"AccessKeyId": key.access_key_id, "SecretAccessKey": key.secret}
        answers = [
            await it.browser.post("/console/session", json=given, headers=headers),
            await it.browser.delete("/console/session", headers=headers),
            await it.browser.post("/console/session", json=given),
        ]
        still = await it.browser.get("/console/session")
    assert [each.status_code for each in answers] == [403] * 3
    assert (still.status_code, len(it.recorded)) == (200, 1)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("AccessKeyId=a&SecretAccessKey=b", "application/x-www-form-urlencoded", 415),
        ('{"AccessKeyId":"a","SecretAccessKey":"b"}', "text/plain", 415),
        ("{", "application/json", 400),
        ("[]", "application/json", 400),
        ("null", "application/json", 400),
        ('{"AccessKeyId":"a"}', "application/json", 400),
        ('{"AccessKeyId":1,"SecretAccessKey":"b"}', "application/json", 400),
        (b"\xff", "application/json", 400),
        ("[" * 20_000, "application/json", 400),
        ('{"x":' + "[" * 20_000, "application/json", 400),
        (" " * 40_000, "application/json", 413),
    ],
)
async def test_what_is_no_key_is_refused(console, body, content_type, status):
    async with console() as it:
        headers = it.own(**{"content-type": content_type})
        answer = await it.browser.post("/console/session", content=body, headers=headers)
    assert (answer.status_code, it.recorded) == (status, [])
    assert answer.json()["message"]


async def test_an_address_that_fails_often_must_wait(console, key, clock):
    async with console() as it:
        wrong = replace(key, secret="0" * 40)
        failed = [(await it.sign_in(wrong)).status_code for _ in range(attempts.MOST + 2)]
        right = await it.sign_in(key)
        token = await it.browser.get(sign_in_tokens.path(it.token(key)))
        clock.advance(attempts.EVERY_SECONDS)
        later = await it.sign_in(key)
    assert failed == [401] * attempts.MOST + [429] * 2
    assert (right.status_code, token.headers["location"]) == (429, "/console/#/sign-in?problem=token")
    assert later.status_code == 204
    assert len(it.recorded) == attempts.MOST + 1


async def test_many_at_the_same_time_are_no_way_around(console, key):
    async with console() as it:
        wrong = replace(key, secret="0" * 40)
        answers = await asyncio.gather(*(it.sign_in(wrong) for _ in range(3 * attempts.MOST)))
    assert sorted(each.status_code for each in answers) == [401] * attempts.MOST + [429] * 2 * attempts.MOST


async def test_signing_in_well_is_never_throttled(console, key):
    async with console() as it:
        assert {(await it.sign_in(key)).status_code for _ in range(2 * attempts.MOST)} == {204}


async def test_without_authentication_everybody_is_the_root_user(console, key):
    async with console(auth="off") as it:
        document = (await it.browser.get("/console/session")).json()
    assert (document["Arn"], document["Auth"]) == (key.principal.arn, "off")
    assert document["Credentials"]["SecretAccessKey"]


async def test_without_authentication_a_name_from_elsewhere_is_told_nothing(console, key):
    async with console(auth="off") as it:
        answer = await it.browser.get("/console/session", headers={"host": "rebound.example:8000"})
        here = await it.browser.get("/console/session", headers={"host": "localhost:8000"})
    assert (answer.status_code, here.status_code) == (403, 200)
    assert key.secret not in answer.text
