"""Whoever an OpenID Connect provider knows becomes a role: unmodified SDKs, no key of ours, a provider over real TLS."""

import json
import subprocess
import sys
from datetime import UTC, datetime

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from identity_provider import identity_provider
from servers import Skylens, new_server

PROGRAM = """
import boto3
print(boto3.client("sts").get_caller_identity()["Arn"])
boto3.client("xray").get_groups()
"""


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    with identity_provider(tmp_path_factory.mktemp("provider")) as running:
        yield running


@pytest.fixture(scope="module")
def server(provider, tmp_path_factory):
    """A server that believes the provider's certificate."""
    running = new_server(tmp_path_factory.mktemp("skylens"))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SSL_CERT_FILE", str(provider.certificate))
        running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def trust(server, provider):
    """Let the role ``ci`` trust alice, under further conditions; returns its ARN."""
    iam = server.client("iam")
    known = iam.create_open_id_connect_provider(
        Url=f"https://{provider.url}", ClientIDList=["app"], ThumbprintList=["0" * 40]
    )["OpenIDConnectProviderArn"]

    def document(**conditions):
        statement = {
            "Effect": "Allow",
            "Principal": {"Federated": known},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {f"{provider.url}:sub": "alice"}, **conditions},
        }
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    arn = iam.create_role(RoleName="ci", AssumeRolePolicyDocument=document())["Role"]["Arn"]
    iam.attach_role_policy(RoleName="ci", PolicyArn="arn:aws:iam::aws:policy/AWSXrayReadOnlyAccess")

    def change(**conditions):
        iam.update_assume_role_policy(RoleName="ci", PolicyDocument=document(**conditions))
        return arn

    return change


def assume(server: Skylens, role: str, token: str):
    """Ask as somebody without any key: the SDK signs nothing."""
    nobody = boto3.Session(aws_access_key_id="", aws_secret_access_key="")
    once = Config(retries={"total_max_attempts": 1})
    sts = nobody.client("sts", endpoint_url=server.endpoint, region_name="us-east-1", config=once)
    return sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="build", WebIdentityToken=token)


def test_a_program_with_a_token_and_no_key_works_as_the_role(server, provider, trust, tmp_path):
    role = trust()
    (tmp_path / "token").write_text(provider.token(datetime.now(UTC)))
    kept = {name: value for name, value in server.shell().items() if not name.startswith("AWS_")}
    told = {
        "AWS_ENDPOINT_URL": server.endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ROLE_ARN": role,
        "AWS_ROLE_SESSION_NAME": "build",
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / "token"),
    }
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=kept | told)
    assert done.stdout.strip() == "arn:aws:sts::000000000000:assumed-role/ci/build"


def test_it_is_on_record_in_the_account_of_the_role(server, provider, trust, eventually):
    answer = assume(server, trust(), provider.token(datetime.now(UTC)))
    wanted = [{"AttributeKey": "EventId", "AttributeValue": answer["ResponseMetadata"]["RequestId"]}]
    cloudtrail = server.client("cloudtrail")
    [event] = eventually(lambda: cloudtrail.lookup_events(LookupAttributes=wanted)["Events"])
    record = json.loads(event["CloudTrailEvent"])
    assert (event["Username"], record["userIdentity"]["type"]) == ("alice", "WebIdentityUser")
    assert record["responseElements"]["credentials"]["accessKeyId"] == answer["Credentials"]["AccessKeyId"]


def test_conditions_of_the_trust_policy_see_the_call(server, provider, trust):
    role = trust(
        IpAddress={"aws:SourceIp": "127.0.0.0/8"},
        StringLike={"aws:UserAgent": "Boto3/*"},
        DateGreaterThan={"aws:CurrentTime": "2026-01-01T00:00:00Z"},
        Bool={"aws:SecureTransport": "false"},
    )
    assert assume(server, role, provider.token(datetime.now(UTC)))["SubjectFromWebIdentityToken"] == "alice"
    for condition in (
        {"NotIpAddress": {"aws:SourceIp": "127.0.0.0/8"}},
        {"StringNotLike": {"aws:UserAgent": "Boto3/*"}},
        {"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}},
        {"Bool": {"aws:SecureTransport": "true"}},
    ):
        trust(**condition)
        with pytest.raises(ClientError, match="Not authorized to perform sts:AssumeRoleWithWebIdentity"):
            assume(server, role, provider.token(datetime.now(UTC)))
