"""Calls of CloudTrail's operations for tests: requests are validated and answers written by AWS's model, as the gateway does."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import skylens.cloudtrail.operations  # noqa: F401  # registers the handlers
from skylens.registry import HANDLERS, error_code
from skylens.wire import json_body
from skylens.wire.document import read_input, write_output
from skylens.wire.errors import ServiceError
from skylens.wire.models import load
from skylens.wire.scalars import JSON

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCOUNT, OTHER_ACCOUNT = "000000000000", "111111111111"


class Account:
    """One account's calls in one region: ``cloudtrail("CreateTrail", Name="main", S3BucketName="audit")``."""

    def __init__(self, make_call: Any, folder: Path, account: str = ACCOUNT, region: str = "us-east-1", **fields: Any):
        self.make_call, self.folder = make_call, folder
        self.where = {"account": account, "region": region, **fields}

    def __call__(self, operation: str, **request: Any) -> dict[str, Any]:
        op = load("cloudtrail").operations[operation]
        call = self.make_call("cloudtrail", operation, **self.where)
        output = HANDLERS["cloudtrail", operation].function(call, read_input(op, request, JSON))
        document = write_output(op.output, output, JSON) if op.output else {}
        written: dict[str, Any] = json.loads(json_body.encode(document))
        return written

    def refusal(self, operation: str, **request: Any) -> tuple[str, str]:
        """Return the code and the message of the error that a call ends with."""
        try:
            answer = self(operation, **request)
        except ServiceError as error:
            return error.code, error.message
        except Exception as error:
            code = error_code(error)
            if code is None:
                raise
            declared: Mapping[str, Any] = load("cloudtrail").errors
            assert code in declared
            return code, str(error)
        raise AssertionError(f"{operation} answered {answer}")

    def elsewhere(self, **fields: Any) -> "Account":
        """Return the same caller in another region, or another account."""
        return Account(self.make_call, self.folder, **{**self.where, **fields})

    def bucket(self, name: str = "audit") -> Path:
        """Make a bucket and return its folder."""
        folder = self.folder / self.where["account"] / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def trail(self, name: str = "main", **fields: Any) -> str:
        """Create a trail with its bucket and return its ARN."""
        self.bucket(fields.get("S3BucketName", "audit"))
        arn: str = self("CreateTrail", **{"Name": name, "S3BucketName": "audit", **fields})["TrailARN"]
        return arn
