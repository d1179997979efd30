"""What an attacker tries who has the keys of one account and wants what is another's: refused, and on record."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from itertools import groupby, product
from typing import Any
from urllib.parse import quote

import planted
import pytest
from account import REGION, Account, Somebody, a_policy, allow, key_of, send, trusting
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from servers import SKYLENS, new_server

from skylens.registry import ACCESS

VICTIM, ATTACKER = "111122223333", "444455556666"
CANARY = "canary7f3a9d51"  # stands in everything of the victim's, and in no name or ARN that an attacker could echo
SERVICES = ("cloudtrail", "cloudtrail-data", "iam", "kms", "sts", "xray")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    started = new_server(tmp_path_factory.mktemp("attacked"))
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def owner(server, eventually):
    account = Account(server, VICTIM, CANARY)
    eventually(lambda: CANARY in account.view()["trace"])
    return account


@pytest.fixture(scope="module")
def attacker(server):
    return Account(server, ATTACKER, "mine")


@pytest.fixture
def untouched(owner):
    """Whatever a test sends: what the victim has is what it had, and all of it is there."""
    before = owner.view()
    assert [name for name, seen in before.items() if CANARY not in seen] == []
    yield
    assert owner.view() == before


@pytest.fixture
def on_record(eventually):
    """Wait until the history of somebody's account holds these request ids; return their records."""

    def wait(somebody: Somebody, ids: set[str]) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}

        def missing() -> set[str]:
            found.update(somebody.history())
            return ids - found.keys()

        eventually(missing, lambda left: not left)
        return [found[each] for each in ids]

    return wait


# Members whose ARN only says what something is about: the call reads and changes nothing there.
ABOUT = {
    "cloudtrail:DescribeTrails trailNameList.member",  # a trail that is none of yours is not among the answered ones
    "iam:SimulateCustomPolicy ResourceArns.member",
    "iam:SimulatePrincipalPolicy ResourceArns.member",
    "kms:CreateGrant Constraints.SourceArn",
    "xray:CreateSamplingRule SamplingRule.ResourceARN",
    "xray:PutTelemetryRecords ResourceARN",
    "xray:UpdateSamplingRule SamplingRuleUpdate.ResourceARN",
}
# How each service refuses what is another account's; denials first, then what a call is told that comes less far.
REFUSALS = {
    "cloudtrail": {
        "AccessDeniedException",
        "InsufficientEncryptionPolicyException",
        "InvalidParameterCombinationException",
    }
    | {
        "EventDataStoreNotFoundException",
        "QueryIdNotFoundException",
        "UnsupportedOperationException",
        "ValidationException",
    },
    "cloudtrail-data": {"AccessDeniedException"},
    "iam": {"AccessDenied", "InvalidInput", "NoSuchEntity"},
    "kms": {"AccessDeniedException", "NotFoundException"},
    "sts": {"AccessDenied", "InvalidIdentityToken", "ValidationError"},
    "xray": {"AccessDeniedException", "InvalidRequestException"},
}


def is_on_record(place):
    """Whether a refused call of this operation belongs in the event history: it is signed, and no data event."""
    access = ACCESS[place.service, place.operation]
    return not access.is_unsigned and not access.data_resource


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("service", SERVICES)
def test_another_account_s_arn(service, owner, attacker, on_record):
    known = attacker.known()
    tried = [
        (
            place,
            attacker.tell(
                service, place.operation, planted.request(place, owner.arns[kind], known | planted.fresh(place))
            ),
        )
        for place, kind in planted.arn_places(service)
    ]
    assert tried
    assert [str(place) for place, answer in tried if CANARY in answer.text] == []
    refused = [(place, answer) for place, answer in tried if str(place) not in ABOUT]
    assert [(str(p), a) for p, a in refused if a.status >= 500 or a.code not in REFUSALS[service]] == []
    records = on_record(attacker, {answer.request_id for place, answer in refused if is_on_record(place)})
    assert {record["recipientAccountId"] for record in records} <= {ATTACKER}  # data events are in no history
    assert all(record["errorCode"] and record["userIdentity"]["type"] == "Root" for record in records)


HOSTILE = (
    "' OR '1'='1' -- {account:String}",
    "\\') UNION ALL SELECT * FROM segments; DROP TABLE segments -- ",
    "%",
)


def is_leaked(text):
    """Whether an answer says anything of the victim's to somebody who named nothing of his."""
    return CANARY in text or VICTIM in text


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("service", SERVICES)
def test_sql_in_every_text_of_every_operation(service, owner, attacker):
    known = attacker.known()
    tried = []
    for operation, places in groupby(planted.places(service), key=lambda place: place.operation):
        # The newest of the server's events is then one of the victim's, and the first that a list without bounds has.
        owner.client("iam").tag_user(UserName="owner", Tags=owner.tags)
        for place, text in product(places, HOSTILE):
            answer = attacker.tell(service, operation, planted.request(place, text, known))
            tried.append((f"{place} {text}", answer))
    assert len(tried) > len(HOSTILE)
    assert [what for what, answer in tried if is_leaked(answer.text)] == []
    assert [(what, answer) for what, answer in tried if not (answer.status == 200 or is_refused(answer.status))] == []


@pytest.mark.usefixtures("untouched")
def test_whatever_reads_reads_what_is_the_caller_s(owner, attacker):
    owner.client("iam").tag_user(UserName="owner", Tags=owner.tags)
    known = attacker.known()
    # The history tells what the attacker asked for, ARNs of the victim's among it: it is looked at by whose the events are.
    reads = [
        key for key, access in ACCESS.items() if access.read_only and key[0] in SERVICES and key[1] != "LookupEvents"
    ]
    told = {key: attacker.tell(*key, planted.plain_request(*key, known)) for key in reads}
    assert sum(answer.status == 200 for answer in told.values()) > len(told) / 2
    assert [key for key, answer in told.items() if is_leaked(answer.text)] == []
    # One test asks for traces of the victim's by what is said in them; no other call of the attacker knows that.
    history = attacker.history().values()
    assert {record["recipientAccountId"] for record in history} == {ATTACKER}
    assert CANARY not in json.dumps([record for record in history if record["eventName"] != "GetTraceSummaries"])


@pytest.mark.usefixtures("untouched")
def test_another_account_s_ids(owner, attacker):
    now = datetime.now(UTC)
    span = {"StartTime": now - timedelta(hours=1), "EndTime": now + timedelta(minutes=1)}
    expression = f'service("{CANARY}")'
    tried = [
        ("xray", "BatchGetTraces", {"TraceIds": [owner.trace_id]}, "Traces"),
        ("xray", "GetTraceGraph", {"TraceIds": [owner.trace_id]}, "Services"),
        ("xray", "GetTraceSummaries", {**span, "FilterExpression": expression}, "TraceSummaries"),
        (
            "cloudtrail",
            "LookupEvents",
            {"LookupAttributes": [by("AccessKeyId", owner.key["aws_access_key_id"])]},
            "Events",
        ),
    ]
    answers = [json.loads(attacker.tell(*call).text)[member] for *call, member in tried]
    assert answers == [[]] * len(tried)
    assert json.loads(owner.tell(*tried[-1][:3]).text)["Events"]
    assert attacker.tell("kms", "Decrypt", {"CiphertextBlob": owner.blob}).code == "AccessDeniedException"


def by(key, value):
    return {"AttributeKey": key, "AttributeValue": value}


def is_refused(status):
    """Whether a status is the caller's fault, or of what is not built; never a failure of ours."""
    return 400 <= status < 500 or status == 501


@pytest.mark.usefixtures("untouched")
def test_sql_and_other_folders_in_what_is_read_from_buckets(owner, attacker):
    (owner.folder.parent.parent / "outside.txt").write_text(CANARY)
    climbs = ("../", "..%2F", "%2e%2e/", "./../", "..%5C", "%00../", "//../", ".skylens/../../")
    elsewhere = [f"{up * depth}{VICTIM}/vault/kept.txt" for up in climbs for depth in (1, 2, 3)]
    outside = [f"{up * depth}outside.txt" for up in climbs for depth in (1, 2, 3)]
    hostile = [quote(text, safe="") for text in HOSTILE]
    paths = [
        f"/vault/{key}" for key in (*elsewhere, *outside, *hostile, quote(str(owner.folder / "kept.txt"), safe=""))
    ]
    paths += [f"/{name}" for name in (*elsewhere, *outside, *hostile, f"..%2F{VICTIM}%2Fvault?list-type=2")]
    members = ("prefix", "marker", "delimiter", "start-after", "continuation-token", "encoding-type")
    listed = [f"/vault?list-type=2&{member}={text}" for member in members for text in (*hostile, *elsewhere)]
    answers = {path: attacker.get(path) for path in (*paths, *listed)}
    assert [path for path, (_, body) in answers.items() if CANARY.encode() in body] == []
    assert [(path, answers[path]) for path in paths if not is_refused(answers[path][0])] == []
    assert [
        (path, answers[path]) for path in listed if not (answers[path][0] == 200 or is_refused(answers[path][0]))
    ] == []
    for headers in ({"Range": text} for text in HOSTILE):
        assert attacker.get("/vault/kept.txt", headers)[0] in {200, 400, 416}


BUCKETS = (
    "..",
    "../vault",
    f"../{VICTIM}/vault",
    f"{VICTIM}/vault",
    "/etc",
    "vault/..",
    "va..lt",
    "vault\0x",
    "%2e%2e",
    "vault\\..",
)
PREFIXES = ("..", "../..", f"../../{VICTIM}/vault", "a/../../..", "/../x", "..\\..", "a\0b", ".skylens/../..")


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("operation", ["CreateTrail", "UpdateTrail"])
def test_a_trail_writes_to_no_other_folder(operation, owner, attacker, on_record):
    name = {"Name": "climber" if operation == "CreateTrail" else "own"}
    wanted = [{"S3BucketName": bucket} for bucket in BUCKETS]
    wanted += [{"S3BucketName": "vault", "S3KeyPrefix": prefix} for prefix in PREFIXES]
    before = files_of(owner.folder.parent.parent, besides=ATTACKER)
    answers = [attacker.tell("cloudtrail", operation, name | each) for each in wanted]
    codes = {"InvalidS3BucketNameException", "InvalidS3PrefixException", "S3BucketDoesNotExistException"}
    assert [(w, a) for w, a in zip(wanted, answers, strict=True) if a.status != 400 or a.code not in codes] == []
    on_record(attacker, {answer.request_id for answer in answers})
    assert files_of(owner.folder.parent.parent, besides=ATTACKER) == before
    assert "climber" not in attacker.view()["trail"]


def files_of(folder, besides):
    return {path for path in folder.rglob("*") if besides not in path.parts}


FORM = "application/x-www-form-urlencoded; charset=utf-8"
JSON = "application/x-amz-json-1.1"
TARGET = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.ListTrails"
CALLS = {  # path, headers and body of a call that succeeds when it is signed well
    "cloudtrail": ("/", {"Content-Type": JSON, "X-Amz-Target": TARGET}, b"{}"),
    "iam": ("/", {"Content-Type": FORM}, b"Action=ListUsers&Version=2010-05-08"),
    "xray": ("/Groups", {}, b"{}"),
}
UNKNOWN = {
    "cloudtrail": (400, b"UnrecognizedClientException"),
    "iam": (403, b"InvalidClientTokenId"),
    "xray": (403, b"UnrecognizedClientException"),
}
WRONG = {
    "cloudtrail": (400, b"InvalidSignatureException"),
    "iam": (403, b"SignatureDoesNotMatch"),
    "xray": (403, b"InvalidSignatureException"),
}


class Signer(SigV4Auth):
    """Signs as if it were some minutes ago."""

    minutes = 0

    def _modify_request_before_signing(self, request):
        then = datetime.now(UTC) - timedelta(minutes=self.minutes)
        request.context["timestamp"] = f"{then:%Y%m%dT%H%M%SZ}"
        super()._modify_request_before_signing(request)


def signed(server, service, key, secret, minutes=0):
    """Return path, headers and body of a call, signed so many minutes ago."""
    path, headers, body = CALLS[service]
    request = AWSRequest("POST", server.endpoint + path, headers=dict(headers), data=body)
    signer = Signer(Credentials(key, secret), service, REGION)
    signer.minutes = minutes
    signer.add_auth(request)
    return path, dict(request.headers.items()), body


def is_told(answer, status, code):
    """Whether an answer has this status and names this error, in its header or in its body."""
    return answer[0] == status and (code in answer[2] or code == answer[3].encode())


@pytest.mark.parametrize("service", sorted(CALLS))
def test_calls_that_prove_nobody_are_refused_and_in_nobody_s_history(server, service, owner, attacker, on_record):
    key, secret = attacker.key.values()
    path, headers, body = signed(server, service, key, secret)
    fine = send(server, "POST", path, headers, body)
    assert fine[0] == 200
    wrong = {
        "a key that nobody has": (UNKNOWN, signed(server, service, "AKIAIOSFODNN7EXAMPLE", secret)),
        "another's secret": (WRONG, signed(server, service, owner.key["aws_access_key_id"], secret)),
        "a secret cut short": (WRONG, signed(server, service, key, secret[:-1])),
        "a replay after the skew": (WRONG, signed(server, service, key, secret, minutes=16)),
        "a call of the future": (WRONG, signed(server, service, key, secret, minutes=-16)),
        "another body under the same signature": (WRONG, (path, headers, body + b" ")),
    }
    answers = {what: send(server, "POST", *sent) for what, (_, sent) in wrong.items()}
    told = {what: is_told(answers[what], *codes[service]) for what, (codes, _) in wrong.items()}
    assert [(what, answers[what]) for what, is_right in told.items() if not is_right] == []
    on_record(attacker, {fine[1]})
    ids = {answer[1] for answer in answers.values()}
    assert len(ids) == len(answers)
    assert not ids & (attacker.history().keys() | owner.history().keys())


def test_the_operator_sees_calls_that_prove_nobody_and_whose_key_they_name(server, owner, eventually):
    theirs = owner.key["aws_access_key_id"]
    for key in (theirs, theirs, "AKIAIOSFODNN7EXAMPLE"):
        path, headers, body = signed(server, "iam", key, "guessed")
        send(server, "POST", path, {**headers, "User-Agent": "guesser"}, body)
    send(server, "POST", "/Groups", {"User-Agent": "guesser"}, b"{}")

    def noted() -> dict[tuple[str, str], dict[str, Any]]:
        command = [*SKYLENS, "audit", "unattributed", "--json", "--data", str(server.data)]
        told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        return {(each["reason"], each["access_key_id"]): each for each in told if each["user_agent"] == "guesser"}

    found = eventually(noted, lambda seen: len(seen) == 3)
    assert found["wrong signature", theirs]["calls"] >= 2
    assert found["wrong signature", theirs]["key_of"] == f"arn:aws:iam::{owner.number}:root"
    assert found["unknown key", "AKIAIOSFODNN7EXAMPLE"]["key_of"] is None
    assert {each["source_ip"] for each in found.values()} == {"127.0.0.1"}


ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
READ_ONLY = "arn:aws:iam::aws:policy/AWSXrayReadOnlyAccess"


@pytest.fixture(scope="module")
def delegate(attacker):
    """A user who may manage others within limits: every permission here is one that careless policies give in full."""
    iam, number = attacker.client("iam"), attacker.number
    boundary = {"StringEquals": {"iam:PermissionsBoundary": READ_ONLY}}
    to_lambda = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    limits = a_policy(
        allow(["iam:CreateUser", "iam:CreateRole", "iam:PutUserPermissionsBoundary"], Condition=boundary),
        allow("iam:Attach*Policy", Condition={"ArnEquals": {"iam:PolicyARN": READ_ONLY}}),
        allow("iam:CreateAccessKey", f"arn:aws:iam::{number}:user/${{aws:username}}"),
        allow(["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"], f"arn:aws:iam::{number}:policy/team-*"),
        allow(
            ["iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile", "cloudtrail:UpdateTrail", "sts:AssumeRole"]
        ),
        allow("iam:PassRole", f"arn:aws:iam::{number}:role/admin", Condition=to_lambda),
        allow(["xray:*", "kms:DescribeKey"]),
        {"Effect": "Deny", "Action": "xray:PutResourcePolicy", "Resource": "*"},
    )
    iam.create_user(UserName="delegate")
    iam.put_user_policy(UserName="delegate", PolicyName="limits", PolicyDocument=limits)
    iam.create_role(RoleName="admin", AssumeRolePolicyDocument=trusting(f"arn:aws:iam::{number}:user/owner"))
    iam.attach_role_policy(RoleName="admin", PolicyArn=ADMIN)
    iam.create_group(GroupName="admins")
    iam.attach_group_policy(GroupName="admins", PolicyArn=ADMIN)
    return Somebody(attacker.server, key_of(iam.create_access_key(UserName="delegate")["AccessKey"]))


def steps_up(account):
    """Return calls each of which would give the delegate more than it has, or hide what it does."""
    role, everything = f"arn:aws:iam::{account.number}:role/admin", a_policy(allow("*"))
    me = {"UserName": "delegate"}
    trust = trusting(f"arn:aws:iam::{account.number}:user/delegate")
    policy, key = account.arns["policy"], account.arns["key"]
    return [
        ("iam", "CreateUser", {"UserName": "free"}),
        ("iam", "CreateUser", {"UserName": "free", "PermissionsBoundary": ADMIN}),
        ("iam", "CreateRole", {"RoleName": "free", "AssumeRolePolicyDocument": trust}),
        ("iam", "PutUserPermissionsBoundary", {**me, "PermissionsBoundary": ADMIN}),
        ("iam", "AttachUserPolicy", {**me, "PolicyArn": ADMIN}),
        ("iam", "AttachRolePolicy", {"RoleName": "own", "PolicyArn": ADMIN}),
        ("iam", "PutUserPolicy", {**me, "PolicyName": "limits", "PolicyDocument": everything}),
        ("iam", "DeleteUserPolicy", {**me, "PolicyName": "limits"}),
        ("iam", "PutGroupPolicy", {"GroupName": "own", "PolicyName": "inline", "PolicyDocument": everything}),
        ("iam", "CreateAccessKey", {"UserName": "owner"}),
        ("iam", "AddUserToGroup", {**me, "GroupName": "admins"}),
        ("iam", "CreatePolicyVersion", {"PolicyArn": policy, "PolicyDocument": everything, "SetAsDefault": True}),
        ("iam", "SetDefaultPolicyVersion", {"PolicyArn": policy, "VersionId": "v1"}),
        ("iam", "UpdateAssumeRolePolicy", {"RoleName": "admin", "PolicyDocument": trust}),
        ("iam", "TagUser", {**me, "Tags": [{"Key": "team", "Value": "admins"}]}),
        ("iam", "AddRoleToInstanceProfile", {"InstanceProfileName": "own", "RoleName": "admin"}),
        ("sts", "AssumeRole", {"RoleArn": role, "RoleSessionName": "up"}),
        ("cloudtrail", "UpdateTrail", {"Name": "own", "CloudWatchLogsRoleArn": role}),
        ("cloudtrail", "StopLogging", {"Name": "own"}),
        ("cloudtrail", "DeleteTrail", {"Name": "own"}),
        ("cloudtrail", "DeleteEventDataStore", {"EventDataStore": account.arns["store"]}),
        ("kms", "PutKeyPolicy", {"KeyId": key, "PolicyName": "default", "Policy": everything}),
        (
            "kms",
            "CreateGrant",
            {"KeyId": key, "GranteePrincipal": f"{role[:26]}user/delegate", "Operations": ["Decrypt"]},
        ),
        ("kms", "Decrypt", {"CiphertextBlob": account.blob}),
        ("xray", "PutResourcePolicy", {"PolicyName": "open", "PolicyDocument": everything}),
    ]


def test_who_manages_others_within_limits_gets_no_further(attacker, delegate, on_record):
    fine = [
        ("iam", "CreateUser", {"UserName": "bound", "PermissionsBoundary": READ_ONLY}),
        ("iam", "AttachUserPolicy", {"UserName": "bound", "PolicyArn": READ_ONLY}),
        ("xray", "GetGroups", {}),
        ("kms", "DescribeKey", {"KeyId": attacker.arns["key"]}),
    ]
    assert [delegate.tell(*call).code for call in fine] == [""] * len(fine)
    before = attacker.view()
    told = [(call, delegate.tell(*call)) for call in steps_up(attacker)]
    denied = {"AccessDenied", "AccessDeniedException"}
    assert [
        (call, answer) for call, answer in told if answer.code not in denied or "user/delegate" not in answer.text
    ] == []
    records = on_record(attacker, {answer.request_id for _, answer in told})
    assert {(record["userIdentity"]["userName"], record["errorCode"] in denied) for record in records} == {
        ("delegate", True)
    }
    assert attacker.view() == before
