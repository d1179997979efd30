"""STS through boto3: whoever may become somebody, and what he may do then."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
import zlib
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.exceptions import ClientError
from servers import SKYLENS

OTHER = "777766665555"
READ_ONLY = "arn:aws:iam::aws:policy/AWSXrayReadOnlyAccess"


def a_policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def trusting(principal, *, actions=("sts:AssumeRole",), **more):
    return a_policy({"Effect": "Allow", "Principal": principal, "Action": list(actions), **more})


def code(call, **request):
    with pytest.raises(ClientError) as caught:
        call(**request)
    return caught.value.response["Error"]["Code"]


def key_of(answer):
    credentials = answer["Credentials"]
    return {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials["SessionToken"],
    }


class Account:
    """The root user of an account, who makes others."""

    def __init__(self, skylens, key):
        self.skylens, self.key = skylens, key
        self.iam = skylens.client("iam", **key)
        self.number = skylens.client("sts", **key).get_caller_identity()["Account"]

    def user(self, name, *statements):
        self.iam.create_user(UserName=name)
        if statements:
            self.iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=a_policy(*statements))
        made = self.iam.create_access_key(UserName=name)["AccessKey"]
        return {"aws_access_key_id": made["AccessKeyId"], "aws_secret_access_key": made["SecretAccessKey"]}

    def role(self, name, trust, *statements):
        arn = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        self.iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=a_policy(*statements))
        return arn


@pytest.fixture(scope="session")
def here(skylens):
    return Account(skylens, {})


@pytest.fixture(scope="session")
def there(skylens):
    command = [*SKYLENS, "accounts", "create", OTHER, "--name", "central", "--data", str(skylens.data), "--json"]
    made = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return Account(
        skylens,
        {"aws_access_key_id": made["access_key_id"], "aws_secret_access_key": made["secret_access_key"]},
    )


@pytest.fixture
def name(request):
    return f"n{zlib.crc32(request.node.name.encode())}"


def test_a_role_of_another_account_with_an_external_id(skylens, here, there, name, eventually):
    user = here.user(name, allow("sts:AssumeRole"))
    trust = trusting({"AWS": here.number}, Condition={"StringEquals": {"sts:ExternalId": "secret"}})
    role = there.role(name, trust, allow("xray:Get*"))
    sts = skylens.client("sts", **user)
    assert code(sts.assume_role, RoleArn=role, RoleSessionName="monday") == "AccessDenied"
    assert code(sts.assume_role, RoleArn=f"{role}x", RoleSessionName="monday") == "AccessDenied"
    answer = sts.assume_role(RoleArn=role, RoleSessionName="monday", ExternalId="secret")
    session = key_of(answer)
    identity = skylens.client("sts", **session).get_caller_identity()
    assert (identity["Account"], identity["Arn"]) == (OTHER, answer["AssumedRoleUser"]["Arn"])
    assert skylens.client("xray", **session).get_groups()["Groups"][0]["GroupARN"].split(":")[4] == OTHER
    assert code(skylens.client("xray", **session).create_group, GroupName="x") == "AccessDeniedException"
    records = [record_of(skylens, account, answer, eventually) for account in (here, there)]
    assert records[0]["sharedEventID"] == records[1]["sharedEventID"]
    assert [record["recipientAccountId"] for record in records] == [here.number, OTHER]
    assert [record["userIdentity"]["type"] for record in records] == ["IAMUser", "AWSAccount"]
    assert "secretAccessKey" not in records[0]["responseElements"]["credentials"]


def record_of(skylens, account, answer, eventually):
    trail = skylens.client("cloudtrail", **account.key)
    wanted = [{"AttributeKey": "ResourceName", "AttributeValue": answer["AssumedRoleUser"]["Arn"]}]
    events = eventually(lambda: trail.lookup_events(LookupAttributes=wanted)["Events"])
    return next(
        record
        for record in (json.loads(event["CloudTrailEvent"]) for event in events)
        if record["eventName"] == "AssumeRole"
    )


def test_session_policies_narrow_and_never_widen(skylens, here, name):
    user = here.user(name, allow("sts:AssumeRole"))
    role = here.role(name, trusting({"AWS": here.number}), allow(["xray:GetGroups", "xray:GetSamplingRules"]))
    sts = skylens.client("sts", **user)
    policy = a_policy(allow(["xray:GetGroups", "xray:CreateGroup"]))
    xray = skylens.client("xray", **key_of(sts.assume_role(RoleArn=role, RoleSessionName="s1", Policy=policy)))
    assert xray.get_groups()
    assert code(xray.get_sampling_rules) == "AccessDeniedException"
    assert code(xray.create_group, GroupName="x") == "AccessDeniedException"
    managed = [{"arn": READ_ONLY}]
    xray = skylens.client("xray", **key_of(sts.assume_role(RoleArn=role, RoleSessionName="s2", PolicyArns=managed)))
    assert xray.get_groups()


def test_tags_of_a_session_must_be_allowed_and_count(skylens, here, name):
    user = here.user(name, allow(["sts:AssumeRole", "sts:TagSession"]))
    blue = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}
    role = here.role(name, trusting({"AWS": here.number}), allow("xray:GetGroups", Condition=blue))
    sts = skylens.client("sts", **user)
    asked = {"RoleArn": role, "RoleSessionName": "monday", "Tags": [{"Key": "team", "Value": "blue"}]}
    assert code(sts.assume_role, **asked) == "AccessDenied"
    trust = trusting({"AWS": here.number}, actions=["sts:AssumeRole", "sts:TagSession"])
    here.iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust)
    assert skylens.client("xray", **key_of(sts.assume_role(**asked))).get_groups()
    del asked["Tags"]
    assert code(skylens.client("xray", **key_of(sts.assume_role(**asked))).get_groups) == "AccessDeniedException"


def test_a_role_of_a_profile_as_boto3_assumes_it(skylens, here, name, tmp_path, monkeypatch):
    user = here.user(name, allow("sts:AssumeRole"))
    role = here.role(name, trusting({"AWS": here.number}), allow("xray:Get*"))
    config = tmp_path / "config"
    keys = "".join(f"{each} = {value}\n" for each, value in user.items())
    config.write_text(f"[profile base]\n{keys}\n[profile role]\nrole_arn = {role}\nsource_profile = base\n")
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_ENDPOINT_URL", skylens.endpoint)
    session = boto3.Session(profile_name="role", region_name="us-east-1")
    assert f":assumed-role/{name}/botocore-session-" in session.client("sts").get_caller_identity()["Arn"]
    assert session.client("xray").get_groups()["Groups"]


def test_a_user_s_session_cannot_call_iam(skylens, here, name):
    user = here.user(name, allow("*"))
    session = key_of(skylens.client("sts", **user).get_session_token())
    assert skylens.client("xray", **session).get_groups()
    assert skylens.client("sts", **session).get_caller_identity()["Arn"].endswith(f"user/{name}")
    assert code(skylens.client("iam", **session).list_users) == "AccessDenied"
    assert code(skylens.client("sts", **session).get_session_token) == "AccessDenied"


def test_a_federated_user_does_what_user_and_policy_both_allow(skylens, here, name):
    user = here.user(name, allow(["sts:GetFederationToken", "xray:GetGroups"]))
    sts = skylens.client("sts", **user)
    answer = sts.get_federation_token(Name="guest", Policy=a_policy(allow("xray:*")))
    guest = key_of(answer)
    assert skylens.client("sts", **guest).get_caller_identity()["UserId"] == f"{here.number}:guest"
    assert skylens.client("xray", **guest).get_groups()
    assert code(skylens.client("xray", **guest).create_group, GroupName="x") == "AccessDeniedException"
    without = key_of(sts.get_federation_token(Name="guest"))
    assert code(skylens.client("xray", **without).get_groups) == "AccessDeniedException"


def test_a_token_that_is_missing_changed_or_another_s(skylens, here, name):
    user = here.user(name, allow("sts:AssumeRole"))
    role = here.role(name, trusting({"AWS": here.number}), allow("xray:Get*"))
    sts = skylens.client("sts", **user)
    one, two = (key_of(sts.assume_role(RoleArn=role, RoleSessionName=each)) for each in ("one", "two"))
    token = one["aws_session_token"]
    middle = "B" if token[100] == "A" else "A"
    for wrong in ("", f"{token[:100]}{middle}{token[101:]}", two["aws_session_token"], "AQID"):
        forged = one | {"aws_session_token": wrong or None}
        assert code(skylens.client("sts", **forged).get_caller_identity) == "InvalidClientTokenId"
        assert code(skylens.client("xray", **forged).get_groups) == "UnrecognizedClientException"
        assert code(skylens.client("kms", **forged).list_keys) == "UnrecognizedClientException"


def test_a_revoked_session_is_told_as_expired_and_one_of_a_deleted_role_is_nobody_s(skylens, here, name, eventually):
    user = here.user(name, allow("sts:AssumeRole"))
    role = here.role(name, trusting({"AWS": here.number}), allow("xray:Get*"))
    sts = skylens.client("sts", **user)
    session = skylens.client("xray", **key_of(sts.assume_role(RoleArn=role, RoleSessionName="monday")))
    assert session.get_groups()
    command = [*SKYLENS, "keys", "revoke", name, "--data", str(skylens.data)]
    subprocess.run(command, check=True, capture_output=True)

    def outcome(client):
        try:
            return client.get_groups() and "allowed"
        except ClientError as error:
            return error.response["Error"]["Code"]

    # Another process revoked it: five seconds are what this server may be late.
    assert eventually(lambda: outcome(session), lambda told: told != "allowed") == "ExpiredTokenException"
    later = skylens.client("xray", **key_of(sts.assume_role(RoleArn=role, RoleSessionName="monday")))
    assert later.get_groups()
    here.iam.delete_role_policy(RoleName=name, PolicyName="p")
    here.iam.delete_role(RoleName=name)
    assert outcome(later) == "UnrecognizedClientException"


def test_a_role_s_older_sessions_are_revoked_by_a_policy_as_aws_s_console_writes_it(skylens, here, name):
    user = here.user(name, allow("sts:AssumeRole"))
    role = here.role(name, trusting({"AWS": here.number}), allow("xray:Get*"))
    sts = skylens.client("sts", **user)
    session = skylens.client("xray", **key_of(sts.assume_role(RoleArn=role, RoleSessionName="monday")))
    assert session.get_groups()
    older = {"DateLessThan": {"aws:TokenIssueTime": f"{datetime.now(UTC) + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"}}
    deny = {"Effect": "Deny", "Action": ["*"], "Resource": ["*"], "Condition": older}
    here.iam.put_role_policy(RoleName=name, PolicyName="AWSRevokeOlderSessions", PolicyDocument=a_policy(deny))
    assert code(session.get_groups) == "AccessDeniedException"


def test_who_calls_is_answered_to_everybody_even_presigned(skylens, here, name):
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    sts = skylens.client("sts", **here.user(name, deny))
    assert sts.get_caller_identity()["Arn"].endswith(f":user/{name}")
    url = sts.generate_presigned_url("get_caller_identity", HttpMethod="GET")
    with urllib.request.urlopen(url, timeout=10) as answer:
        assert f":user/{name}</Arn>" in answer.read().decode()
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(url.replace("GetCallerIdentity", "GetSessionToken"), timeout=10)
    with caught.value as error:
        assert error.code == 403


def test_the_rest_of_sts(skylens, here, name):
    sts = skylens.client("sts")
    key = here.user(name)["aws_access_key_id"]
    assert sts.get_access_key_info(AccessKeyId=key)["Account"] == here.number
    assert code(sts.decode_authorization_message, EncodedMessage="x") == "InvalidAuthorizationMessageException"
    assert code(sts.get_web_identity_token, Audience=["x"], SigningAlgorithm="RS256") == "NotImplemented"
    mine = here.user(f"{name}b")
    assert code(skylens.client("sts", **mine).get_access_key_info, AccessKeyId=key) == "AccessDenied"


def test_the_aws_cli_assumes_a_role(skylens, here, name):
    user = here.user(name, allow("sts:AssumeRole"))
    role = here.role(name, trusting({"AWS": here.number}), allow("xray:Get*"))
    environment = skylens.shell() | {each.upper(): value for each, value in user.items()}
    command = [sys.executable, "-m", "awscli", "sts", "assume-role", "--role-arn", role, "--role-session-name", "cli"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["AssumedRoleUser"]["Arn"].endswith(f"{name}/cli"), done.stderr
