"""credentials.py and the places it looks in, over real HTTP where they are services."""

import asyncio
import json
import re

import pytest

from skylens_daemon import instance_metadata, profile
from skylens_daemon.config import Config
from skylens_daemon.credentials import Credentials, NoCredentials, assumed, chain, fixed, from_environment
from skylens_daemon.sign import Key
from skylens_daemon.sts import sts_endpoint
from skylens_daemon.transport import Transport

ROLE_ANSWER = json.dumps(
    {"AccessKeyId": "ASIA", "SecretAccessKey": "s", "Token": "t", "Expiration": "2026-11-24T13:00:00Z"}
).encode()
EXPIRES = 1_795_525_200.0

STS_ANSWER = b"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<AssumedRoleUser><AssumedRoleId>AROA:xray-daemon</AssumedRoleId><Arn>arn:aws:sts::1:assumed-role/r/x</Arn></AssumedRoleUser>
<Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
<Expiration>2026-11-24T13:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""
STS_ERROR = b"""<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
<Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"""


@pytest.fixture
async def transport():
    made = Transport(Config(), {})
    yield made
    await made.close()


@pytest.fixture
def found(transport, standing_clock):
    """Look in the usual places of an environment."""

    async def find(environ, **settings):
        return await chain(Config(region="us-east-1", **settings), environ, transport, standing_clock).get()

    return find


def test_the_environment_gives_a_key_when_both_halves_are_there():
    both = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t"}
    assert from_environment(both) == Key("A", "s", "t")
    assert from_environment({"AWS_ACCESS_KEY_ID": "A"}) is None


async def test_the_environment_comes_before_the_shared_files(found, tmp_path):
    shared = tmp_path / "credentials"
    shared.write_text("[default]\naws_access_key_id = FILE\naws_secret_access_key = s%x\n")
    files = {"AWS_SHARED_CREDENTIALS_FILE": str(shared)}
    assert await found(files, local_mode=True) == Key("FILE", "s%x")
    assert (await found(files | {"AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s"})).access_key_id == "ENV"


def test_a_profile_is_read_from_both_files(tmp_path):
    home = tmp_path / ".aws"
    home.mkdir()
    (home / "credentials").write_text("[work]\naws_access_key_id=A\naws_secret_access_key=s\naws_session_token=t\n")
    (home / "config").write_text(
        "[profile work]\nregion=eu-west-1\naws_access_key_id=OTHER\n[default]\nregion=us-east-2\n"
    )
    environ = {"HOME": str(tmp_path), "AWS_PROFILE": "work"}
    assert profile.key(environ) == Key("A", "s", "t")
    assert profile.region(environ) == "eu-west-1"
    assert profile.region({"HOME": str(tmp_path)}) == "us-east-2"
    assert profile.key({}) is None


@pytest.mark.parametrize("way", ["role_arn", "credential_process", "sso_session"])
def test_a_profile_that_needs_what_we_do_not_do_says_so(tmp_path, way):
    (tmp_path / "config").write_text(f"[default]\n{way}=x\n")
    with pytest.raises(ValueError, match=f"gets its key by {way}, which skylens-daemon does not do"):
        profile.key({"AWS_CONFIG_FILE": str(tmp_path / "config")})


async def test_a_named_profile_that_does_not_exist_is_an_error(found):
    with pytest.raises(NoCredentials, match="profile 'gone' is in neither shared file"):
        await found({"AWS_PROFILE": "gone"}, local_mode=True)


async def test_a_container_asks_its_agent_with_its_token(found, sink, tmp_path):
    (tmp_path / "token").write_text("secret-token\n")
    sink.always = sink.Reply(body=ROLE_ANSWER)
    environ = {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{sink.url}/v1/credentials",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(tmp_path / "token"),
    }
    assert await found(environ) == Key("ASIA", "s", "t", EXPIRES)
    assert (sink.seen[0].path, sink.seen[0].headers["Authorization"]) == ("/v1/credentials", "secret-token")


async def test_an_ecs_task_asks_the_agent_of_its_machine(found, sink, monkeypatch):
    monkeypatch.setattr(instance_metadata, "CONTAINER_ENDPOINT", sink.url)
    sink.always = sink.Reply(body=ROLE_ANSWER)
    assert (await found({"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"})).access_key_id == "ASIA"


async def test_a_token_is_not_sent_in_clear_text_to_strangers(found):
    with pytest.raises(NoCredentials, match="not fetched in clear text from example"):
        await found({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.com/x"})


async def test_an_instance_asks_imds_version_two(found, sink):
    sink.by_path = {
        "/latest/api/token": sink.Reply(body=b"imds-token"),
        "/latest/meta-data/iam/security-credentials/": sink.Reply(body=b"role-name\n"),
        "/latest/meta-data/iam/security-credentials/role-name": sink.Reply(body=ROLE_ANSWER),
    }
    environ = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": sink.url}
    assert await found(environ) == Key("ASIA", "s", "t", EXPIRES)
    assert sink.seen[0].method == "PUT"
    asked = [seen.headers.get("X-aws-ec2-metadata-token") for seen in sink.seen if seen.method == "GET"]
    assert asked == ["imds-token", "imds-token"]


async def test_local_mode_asks_no_instance(found, sink):
    with pytest.raises(NoCredentials, match="no credentials in the environment"):
        await found({"AWS_EC2_METADATA_SERVICE_ENDPOINT": sink.url}, local_mode=True)
    assert sink.seen == []


async def test_disabled_instance_metadata_is_not_asked(found, sink):
    with pytest.raises(NoCredentials):
        await found({"AWS_EC2_METADATA_SERVICE_ENDPOINT": sink.url, "AWS_EC2_METADATA_DISABLED": "true"})
    assert sink.seen == []


async def test_a_service_account_gets_its_role_by_web_identity(found, sink, tmp_path):
    (tmp_path / "token").write_text("ey.token")
    sink.always = sink.Reply(body=STS_ANSWER)
    environ = {
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / "token"),
        "AWS_ROLE_ARN": "arn:aws:iam::1:role/r",
        "AWS_ENDPOINT_URL_STS": sink.url,
    }
    assert await found(environ) == Key("ASIA", "s", "t", EXPIRES)
    assert b"Action=AssumeRoleWithWebIdentity" in sink.seen[0].body
    assert b"WebIdentityToken=ey.token" in sink.seen[0].body
    assert "Authorization" not in sink.seen[0].headers


async def test_a_role_is_assumed_with_the_base_key_at_the_configured_endpoint(sink, transport, standing_clock):
    sink.always = sink.Reply(body=STS_ANSWER)
    config = Config(region="us-east-1", endpoint=sink.url, role_arn="arn:aws:iam::1:role/r")
    keys = assumed(fixed(Key("BASE", "x"), standing_clock), config, {}, transport, standing_clock)
    assert await keys.get() == Key("ASIA", "s", "t", EXPIRES)
    seen = sink.seen[0]
    assert (seen.method, seen.path) == ("POST", "/")
    assert seen.body == (
        b"Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=xray-daemon"
    )
    assert "Credential=BASE/20261124/us-east-1/sts/aws4_request" in seen.headers["Authorization"]


async def test_a_refused_role_says_why(sink, transport, standing_clock):
    sink.always = sink.Reply(403, STS_ERROR)
    config = Config(region="us-east-1", endpoint=sink.url, role_arn="arn")
    keys = assumed(fixed(Key("BASE", "x"), standing_clock), config, {}, transport, standing_clock)
    with pytest.raises(NoCredentials, match="STS answered 403: AccessDenied no"):
        await keys.get()


async def test_an_answer_that_is_no_xml_says_so(sink, transport, standing_clock):
    sink.always = sink.Reply(200, b"{}")
    config = Config(region="us-east-1", endpoint=sink.url, role_arn="arn")
    keys = assumed(fixed(Key("BASE", "x"), standing_clock), config, {}, transport, standing_clock)
    with pytest.raises(NoCredentials, match="STS answered no XML"):
        await keys.get()


async def test_segments_are_signed_with_the_role(start_daemon, sink, sender, until):
    sink.by_path["/"] = sink.Reply(body=STS_ANSWER.replace(b"2026", b"2099"))
    daemon = await start_daemon(role_arn="arn:aws:iam::1:role/r")
    sender(daemon).documents(*["{}"] * 50)
    await until(lambda: daemon.counts.sent == 50)
    headers = sink.to("/TraceSegments")[0].headers
    assert re.search(r"Credential=ASIA/", headers["Authorization"])
    assert headers["X-Amz-Security-Token"] == "t"


@pytest.mark.parametrize(
    ("settings", "environ", "expected"),
    [
        ({}, {}, "https://sts.eu-west-1.amazonaws.com/"),
        ({"endpoint": "http://127.0.0.1:8000"}, {}, "http://127.0.0.1:8000/"),
        ({"endpoint": "https://xray.eu-west-1.amazonaws.com"}, {}, "https://sts.eu-west-1.amazonaws.com/"),
        ({"endpoint": "http://a:1"}, {"AWS_ENDPOINT_URL_STS": "http://b:2/"}, "http://b:2/"),
        ({}, {"AWS_ENDPOINT_URL": "http://c:3"}, "http://c:3/"),
        ({"region": "cn-north-1"}, {}, "https://sts.cn-north-1.amazonaws.com.cn/"),
    ],
)
def test_sts_is_where_the_person_said_else_with_the_endpoint_else_at_aws(settings, environ, expected):
    assert sts_endpoint(Config(**({"region": "eu-west-1"} | settings)), environ) == expected


class Fetches:
    """A source that counts how often it is asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.count = 0

    async def __call__(self):
        self.count += 1
        await asyncio.sleep(0)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


async def test_many_askers_cause_one_fetch(standing_clock):
    source = Fetches(Key("A", "s"))
    keys = Credentials([source], standing_clock)
    await asyncio.gather(*[keys.get() for _ in range(20)])
    assert source.count == 1


async def test_a_key_is_fetched_anew_before_it_expires(standing_clock):
    now = standing_clock.now()
    keys = Credentials([Fetches(Key("A", "s", "", now + 1000), Key("B", "s", "", now + 5000))], standing_clock)
    assert (await keys.get()).access_key_id == "A"
    standing_clock.time += 701
    assert (await keys.get()).access_key_id == "B"


async def test_a_key_is_kept_while_it_is_good_and_no_new_one_can_be_had(standing_clock):
    keys = Credentials([Fetches(Key("A", "s", "", standing_clock.now() + 1000), OSError("away"))], standing_clock)
    await keys.get()
    standing_clock.time += 900
    assert (await keys.get()).access_key_id == "A"
    standing_clock.time += 101
    with pytest.raises(NoCredentials, match="away"):
        await keys.get()
