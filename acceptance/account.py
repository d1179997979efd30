"""An account with one of everything, and whoever calls with a key: for tests of what one may see of another's."""

import http.client
import json
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore import xform_name
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from documents import a_segment, put
from servers import SKYLENS, Skylens

REGION = "us-east-1"
NO_RETRIES = Config(retries={"total_max_attempts": 1}, parameter_validation=False)


def a_policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def trusting(principal):
    return a_policy({"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"})


@dataclass(frozen=True)
class Answer:
    """What a call was told: status, error code (empty: none), request id, and all of it as text."""

    status: int
    code: str
    request_id: str
    text: str


class Somebody:
    """Whoever has this key: an account's root user, or a user."""

    def __init__(self, server: Skylens, key: dict[str, str], region: str = REGION) -> None:
        self.server, self.key, self.region = server, key, region
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self.server.client(service, config=NO_RETRIES, region_name=self.region, **self.key)
        return self._clients[service]

    def tell(self, service: str, operation: str, request: dict[str, Any]) -> Answer:
        """Make a call and return what it was told, whether or not it was refused."""
        try:
            told = getattr(self.client(service), xform_name(operation))(**request)
        except ClientError as refused:
            told = refused.response
        about = told.pop("ResponseMetadata")
        code = told.get("Error", {}).get("Code", "") if about["HTTPStatusCode"] >= 400 else ""
        return Answer(about["HTTPStatusCode"], code, about.get("RequestId", ""), json.dumps(told, default=str))

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Read from the S3 endpoint, the path exactly as it is given."""
        asked = AWSRequest("GET", self.server.endpoint + path, headers=headers or {})
        signer = S3SigV4Auth(Credentials(*list(self.key.values())[:2]), "s3", self.region)
        signer.add_auth(asked)
        status, _, body, _ = send(self.server, "GET", path, dict(asked.headers.items()))
        return status, body

    def history(self) -> dict[str, dict[str, Any]]:
        """Return the records of the account's event history by request id."""
        pages = self.client("cloudtrail").get_paginator("lookup_events").paginate()
        records = [json.loads(event["CloudTrailEvent"]) for page in pages for event in page["Events"]]
        return {record["requestID"]: record for record in records if record.get("requestID")}


def send(
    server: Skylens, method: str, path: str, headers: dict[str, str], body: bytes = b""
) -> tuple[int, str, bytes, str]:
    """Send a request as it is; return status, request id, body and error type of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        told = answer.headers
        return answer.status, told["x-amzn-RequestId"], answer.read(), told.get("x-amzn-ErrorType", "")
    finally:
        connection.close()


def key_of(made: dict[str, str]) -> dict[str, str]:
    return {
        "aws_access_key_id": made.get("access_key_id") or made["AccessKeyId"],
        "aws_secret_access_key": made.get("secret_access_key") or made["SecretAccessKey"],
    }


class Account(Somebody):
    """An account's root user, who owns one of everything; ``secret`` is said in all of it."""

    def __init__(self, server: Skylens, number: str, secret: str) -> None:
        command = [*SKYLENS, "accounts", "create", number, "--name", number, "--data", str(server.data), "--json"]
        made = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        super().__init__(server, key_of(made))
        self.number, self.secret = number, secret
        self.tags = [{"Key": "secret", "Value": secret}]
        self.folder = server.data / "buckets" / number / "vault"
        self.folder.mkdir(parents=True)
        (self.folder / "kept.txt").write_text(secret)
        self.document = a_policy(allow("s3:GetObject", f"arn:aws:s3:::{secret}/*"))
        self.arns = {**self._iam(), **self._kms(), **self._xray(), **self._cloudtrail()}

    def _iam(self) -> dict[str, str]:
        iam = self.client("iam")
        user = iam.create_user(UserName="owner", Tags=self.tags)["User"]["Arn"]
        iam.put_user_policy(UserName="owner", PolicyName="inline", PolicyDocument=self.document)
        iam.create_group(GroupName="own")
        iam.put_group_policy(GroupName="own", PolicyName="inline", PolicyDocument=self.document)
        policy = iam.create_policy(PolicyName="own", PolicyDocument=self.document, Description=self.secret)["Policy"][
            "Arn"
        ]
        trust = trusting(f"arn:aws:iam::{self.number}:user/owner")
        role = iam.create_role(RoleName="own", AssumeRolePolicyDocument=trust, Description=self.secret)["Role"]["Arn"]
        iam.create_instance_profile(InstanceProfileName="own", Tags=self.tags)
        provider = iam.create_open_id_connect_provider(
            Url="https://login.test/own", ClientIDList=[self.secret], ThumbprintList=["0" * 40]
        )
        return {"user": user, "policy": policy, "role": role, "provider": provider["OpenIDConnectProviderArn"]}

    def _kms(self) -> dict[str, str]:
        kms = self.client("kms")
        key = kms.create_key(Description=self.secret)["KeyMetadata"]["Arn"]
        kms.create_alias(AliasName="alias/own", TargetKeyId=key)
        self.blob = kms.encrypt(KeyId=key, Plaintext=self.secret.encode())["CiphertextBlob"]
        return {"key": key, "alias": f"arn:aws:kms:{REGION}:{self.number}:alias/own"}

    def _xray(self) -> dict[str, str]:
        xray = self.client("xray")
        group = xray.create_group(GroupName="own", FilterExpression=f'service("{self.secret}")', Tags=self.tags)[
            "Group"
        ]
        rule = {"RuleName": "own", "Priority": 7, "FixedRate": 0.5, "ReservoirSize": 1, "Version": 1}
        rule |= {
            "ServiceName": self.secret,
            **dict.fromkeys(("ServiceType", "Host", "ResourceARN", "HTTPMethod", "URLPath"), "*"),
        }
        made = xray.create_sampling_rule(SamplingRule=rule, Tags=self.tags)["SamplingRuleRecord"]["SamplingRule"]
        segment = a_segment(self.secret)
        assert put(xray, segment) == []
        self.trace_id = segment["trace_id"]
        return {"xray group": group["GroupARN"], "rule": made["RuleARN"]}

    def _cloudtrail(self) -> dict[str, str]:
        cloudtrail = self.client("cloudtrail")
        trail = cloudtrail.create_trail(Name="own", S3BucketName="vault", S3KeyPrefix=self.secret, TagsList=self.tags)
        store = cloudtrail.create_event_data_store(Name=f"store-{self.secret}", TagsList=self.tags)["EventDataStoreArn"]
        selectors = [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["ActivityAuditLog"]}]}]
        audited = cloudtrail.create_event_data_store(Name=f"own-{self.secret}", AdvancedEventSelectors=selectors)
        audit_store = audited["EventDataStoreArn"]
        channel = cloudtrail.create_channel(
            Name=f"channel-{self.secret}",
            Source="Custom",
            Destinations=[{"Type": "EVENT_DATA_STORE", "Location": audit_store}],
            Tags=self.tags,
        )["ChannelArn"]
        statement = allow("cloudtrail-data:PutAuditEvents", channel, Principal={"AWS": self.number}, Sid=self.secret)
        cloudtrail.put_resource_policy(ResourceArn=channel, ResourcePolicy=a_policy(statement))
        return {"trail": trail["TrailARN"], "store": store, "audit store": audit_store, "channel": channel}

    def view(self) -> dict[str, Any]:
        """Return what the account has, as it sees it itself."""
        iam, kms, xray, cloudtrail = (self.client(name) for name in ("iam", "kms", "xray", "cloudtrail"))
        arns = self.arns
        seen = {
            "iam": iam.get_account_authorization_details(),
            "provider": iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arns["provider"]),
            "profile": iam.list_instance_profile_tags(InstanceProfileName="own"),
            "key": kms.describe_key(KeyId=arns["alias"]),
            "ciphertext": str(kms.decrypt(CiphertextBlob=self.blob)["Plaintext"]),
            "group": xray.get_group(GroupARN=arns["xray group"]),
            "group tags": xray.list_tags_for_resource(ResourceARN=arns["xray group"]),
            "rule": xray.get_sampling_rules(),
            "trace": xray.batch_get_traces(TraceIds=[self.trace_id]),
            "trail": cloudtrail.describe_trails(),
            "trail tags": cloudtrail.list_tags(ResourceIdList=[arns["trail"]]),
            "store": cloudtrail.get_event_data_store(EventDataStore=arns["store"]),
            "channel": cloudtrail.get_channel(Channel=arns["channel"]),
            "channel policy": cloudtrail.get_resource_policy(ResourceArn=arns["channel"]),
            "file": self.get("/vault/kept.txt")[1].decode(),
        }
        return {name: _plain(answer) for name, answer in seen.items()}

    def known(self) -> dict[str, Any]:
        """Return values of this account's for members that have to be there beside what a test plants."""
        now, arns = datetime.now(UTC), self.arns
        trust = trusting(f"arn:aws:iam::{self.number}:root")
        names = {
            "UserName": "owner",
            "GroupName": "own",
            "RoleName": "own",
            "InstanceProfileName": "own",
            "RuleName": "own",
        }
        documents = {"PolicyDocument": self.document, "AssumeRolePolicyDocument": trust, "PolicyName": "more"}
        keys = dict.fromkeys(("KeyId", "TargetKeyId", "DestinationKeyId"), arns["key"])
        trails = {"Name": "own", "TrailName": "own", "ResourceId": arns["trail"], "ResourceIdList": [arns["trail"]]}
        more = {"EventDataStore": arns["store"], "S3BucketName": "vault", "KeyPairSpec": "ECC_NIST_P256", "Version": 1}
        destinations = [{"Type": "EVENT_DATA_STORE", "Location": arns["audit store"]}]
        statement = allow("cloudtrail-data:PutAuditEvents", arns["channel"], Principal={"AWS": self.number})
        more |= {"Channel": arns["channel"], "ResourceArn": arns["channel"], "ResourcePolicy": a_policy(statement)}
        more |= {"Source": "Custom", "Destinations": destinations, "channelArn": arns["channel"]}
        more |= {"S3LocationUri": "s3://vault/", "S3BucketRegion": REGION, "S3BucketAccessRoleArn": arns["role"]}
        others = {"PolicyArn": arns["policy"], "ResourceARN": arns["xray group"], "RoleArn": arns["role"]}
        times = {"StartTime": now - timedelta(hours=1), "EndTime": now}
        return {
            **names,
            **documents,
            **keys,
            **trails,
            **more,
            **others,
            **times,
            "TraceIds": [self.trace_id],
            "Type": "KMS",
        }


def _plain(answer: Any) -> str:
    kept = {k: v for k, v in answer.items() if k != "ResponseMetadata"} if isinstance(answer, dict) else answer
    return json.dumps(kept, default=str, sort_keys=True)
