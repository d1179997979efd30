"""A world to import from: buckets with files as AWS writes them, a role that reads them, and the job."""
# ruff: noqa: S608  # these queries are what is tested

import gzip
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cloudtrail.lake.lake_of_tests import Lake

from skylens.app import RESOURCE_POLICIES  # and every service is registered
from skylens.buckets.all_buckets import AllBuckets
from skylens.caller import Caller
from skylens.cloudtrail.ingestion.import_source import ImportRoles
from skylens.cloudtrail.ingestion.importing import Importer
from skylens.iam.authorization import Authorizer
from skylens.registry import HANDLERS, AccessDenied, ApiCall, error_code
from skylens.sts.sessions import Sessions
from skylens.wire.errors import ServiceError

STRANGER = "123456789012"  # whose trail is imported
ROLE = "arn:aws:iam::000000000000:role/importer"
TRUST = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "sts:AssumeRole"}
READ = {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": "*"}


def a_record(number: int, time: str, **fields: Any) -> dict[str, Any]:
    """A record as AWS wrote it."""
    return {
        "eventVersion": "1.08",
        "userIdentity": {"type": "IAMUser", "accountId": STRANGER, "arn": f"arn:aws:iam::{STRANGER}:user/anna"},
        "eventTime": time,
        "eventSource": "ec2.amazonaws.com",
        "eventName": "RunInstances",
        "awsRegion": "eu-central-1",
        "sourceIPAddress": "198.51.100.7",
        "requestParameters": {"instanceType": "t3.micro"},
        "responseElements": None,
        "eventID": f"0aaaaaaa-0000-4000-8000-{number:012x}",
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": STRANGER,
        "eventCategory": "Management",
        **fields,
    }


def a_key(time: datetime, name: str = "A1b2C3d4E5f6G7h8", folder: str = "CloudTrail") -> str:
    """The key of a file that was written then."""
    day = f"AWSLogs/{STRANGER}/{folder}/eu-central-1/{time:%Y/%m/%d}"
    return f"{day}/{STRANGER}_CloudTrail_eu-central-1_{time:%Y%m%dT%H%M}Z_{name}.json.gz"


def a_policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


class Killed(BaseException):
    """What ends a job as kill -9 would, between two steps."""


class ImportWorld(Lake):
    """An event data store, a bucket, and imports; ``importer`` is the job."""

    def __init__(self, cloudtrail: Any, store: Any, control: Any, clock: Any, folder: Path) -> None:
        super().__init__(cloudtrail, store, control, clock)
        self.folder = cloudtrail.bucket("audit")
        self.authorize = Authorizer(control, clock, RESOURCE_POLICIES)
        self.invoked: list[str] = []
        self.buckets = AllBuckets(folder)
        self.id = self.new_store()

        def find_principal(key: str, token: str) -> Any:
            found = Sessions(control, clock).find(key, token)
            return found.principal if found else None

        self.importer = Importer(
            store, control, self.buckets, clock, ImportRoles(self.invoke_as, find_principal, clock)
        )

    def invoke_as(self, caller: Caller, source: str) -> Any:
        """Call operations as the dispatcher does: authorised, and told in the service's words."""

        def invoke(service: str, operation: str, request: Any) -> Any:
            made = self.cloudtrail.make_call(service, operation, invoke=invoke)
            self.invoked.append(f"{operation} {request.get('Key', '')}".strip())
            asked = ApiCall(caller, service, operation, request, made.now, made.request_id, via=(source,))
            try:
                self.authorize(asked)
                return HANDLERS[service, operation].function(replace(made, api_call=asked), request)
            except AccessDenied as error:
                raise ServiceError("AccessDenied", str(error)) from error
            except ServiceError:
                raise
            except Exception as error:
                if (code := error_code(error)) is None:
                    raise
                raise ServiceError(code, str(error)) from error

        return invoke

    def role(self, *statements: dict[str, Any], trust: dict[str, Any] = TRUST) -> None:
        """Make the role that reads, or give it other policies."""
        account = self.cloudtrail.make_call("iam", "CreateRole")
        ask = lambda operation, **request: HANDLERS["iam", operation].function(account, request)  # noqa: E731
        try:
            ask("CreateRole", RoleName="importer", Path="/", AssumeRolePolicyDocument=a_policy(trust))
        except Exception as error:
            if error_code(error) != "EntityAlreadyExistsException":
                raise
            ask("UpdateAssumeRolePolicy", RoleName="importer", PolicyDocument=a_policy(trust))
        ask("PutRolePolicy", RoleName="importer", PolicyName="read", PolicyDocument=a_policy(*(statements or (READ,))))

    def file(self, key: str, content: Iterable[Any] | bytes) -> str:
        """Write a file of records, or of whatever bytes."""
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        body = content if isinstance(content, bytes) else gzip.compress(json.dumps({"Records": list(content)}).encode())
        path.write_bytes(body)
        return f"s3://audit/{key}"

    def day(self, days_ago: int, hour: int = 10) -> datetime:
        """A time some days ago."""
        now: datetime = self.clock.now()
        return (now - timedelta(days=days_ago)).replace(hour=hour)

    def hours(self, days_ago: int, events: int = 3, *, first: int = 0, hours: Iterable[int] = (10, 11)) -> list[str]:
        """Write a file for each hour of a day, with so many events each; the ids of the events."""
        ids = []
        for hour in hours:
            time = self.day(days_ago, hour)
            numbers = range(first, first := first + events)
            records = [a_record(number, f"{time:%Y-%m-%dT%H:%M:%SZ}") for number in numbers]
            self.file(a_key(time + timedelta(minutes=5)), records)
            ids += [record["eventID"] for record in records]
        return ids

    def begin(self, location: str = "s3://audit/", **more: Any) -> str:
        """Start an import and return its id."""
        source = {"S3LocationUri": location, "S3BucketRegion": "us-east-1", "S3BucketAccessRoleArn": ROLE}
        given = {"Destinations": [self.arn], "ImportSource": {"S3": source}, **more}
        answer: str = self.cloudtrail("StartImport", **given)["ImportId"]
        return answer

    @property
    def arn(self) -> str:
        """The store's ARN."""
        return f"arn:aws:cloudtrail:us-east-1:000000000000:eventdatastore/{self.id}"

    def turn(self) -> None:
        """Let the job have its turn."""
        self.importer.run(self.clock.now())

    def done(self, import_id: str) -> dict[str, Any]:
        """Let the job run until an import ends, and return what GetImport says then."""
        for _ in range(50):
            found: dict[str, Any] = self.cloudtrail("GetImport", ImportId=import_id)
            if found["ImportStatus"] not in {"INITIALIZING", "IN_PROGRESS"}:
                return found
            self.turn()
        raise AssertionError(f"the import does not end: {found}")

    def failures(self, import_id: str) -> list[tuple[str, str, str]]:
        """Where an import failed, what came of it, and why."""
        found = self.cloudtrail("ListImportFailures", ImportId=import_id)["Failures"]
        return [(failure["Location"], failure["Status"], failure["ErrorType"]) for failure in found]

    def event_ids(self) -> list[str]:
        """The ids of the store's events, as often as a query counts them."""
        return [row[0] for row in self.cells(f"SELECT eventid FROM {self.id} ORDER BY eventid")]
