"""Pre-flight checks: what a trail needs is tried before the trail is stored, in AWS's order. Nothing is stored if one fails.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html#API_CreateTrail_Errors
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from skylens.buckets.all_buckets import is_bucket_name
from skylens.buckets.bucket import BucketError
from skylens.buckets.folder_bucket import FolderBucket
from skylens.buckets.object_key import is_file_key
from skylens.cloudtrail.delivery import object_names
from skylens.cloudtrail.trail_errors import (
    BucketMissing,
    BucketRefused,
    ImpossibleCombination,
    InvalidBucketName,
    InvalidKeyId,
    InvalidPrefix,
    InvalidTopicName,
    KeyMissing,
    KeyRefused,
    KeyUnusable,
    LogGroupRefused,
    LogRoleRefused,
    OrganizationsNotInUse,
    TopicRefused,
)
from skylens.cloudtrail.trail_name import check_name
from skylens.wire.errors import ServiceError

if TYPE_CHECKING:
    from skylens.cloudtrail.trail_deliveries import Kind
    from skylens.cloudtrail.trails import Trail
    from skylens.registry import Call, Input

_LONGEST_PREFIX: Final = 200
_LONGEST_TOPIC: Final = 256
_TOPIC: Final = re.compile(r"(?:arn:aws:sns:[a-z0-9-]+:[0-9]{12}:)?[A-Za-z0-9_-]+")
_LOG_GROUP: Final = re.compile(r"arn:aws:logs:([a-z0-9-]+):([0-9]{12}):log-group:([A-Za-z0-9._/#-]{1,512}):\*")
_ROLE: Final = re.compile(r"arn:aws:iam::[0-9]{12}:role/\S+")
_KEY_ARN: Final = re.compile(r"arn:aws:kms:[a-z0-9-]+:[0-9]{12}:key/\S+")
# Not built yet is no mistake of the caller's: the trail is stored, and GetTrailStatus says that it cannot deliver there.
_NOT_BUILT: Final = "NotImplementedException"
_ACCESS_DENIED: Final = "Access denied."  # what Terraform waits for to become better


@dataclass(frozen=True, slots=True)
class Checked:
    """A trail that can be stored, its key by its ARN, and the errors of services that are not built."""

    trail: Trail
    failures: dict[Kind, str]


def check(call: Call, trail: Trail, before: Trail | None = None) -> Checked:
    """Return the trail as it can be stored, or raise what keeps it from delivering.

    ``before`` is the trail as it was: where nothing changed, nobody is sent another message to see whether it arrives.
    """
    check_syntax(trail)
    check_bucket(call, trail)
    failures: dict[Kind, str] = {}
    if trail.topic and (before is None or before.topic != trail.topic):
        failures["notification"] = _check_topic(call, trail)
    if _has_new_log_group(trail, before):
        failures["logs"] = _check_log_group(call, trail)
    resolved = replace(trail, kms_key_arn=_checked_key(call, trail))
    return Checked(resolved, {kind: code for kind, code in failures.items() if code})


def check_syntax(trail: Trail) -> None:
    """Raise what is wrong with the names and combinations that a request gives, before anybody is asked."""
    check_name(trail.name)
    if trail.is_multi_region and not trail.has_global_events:
        raise ImpossibleCombination("Multi-Region trail must include global service events.")
    if len(trail.prefix) > _LONGEST_PREFIX:
        raise InvalidPrefix(f"S3 prefix is longer than the maximum length: {_LONGEST_PREFIX} characters")
    if trail.prefix and not is_file_key(trail.prefix):
        raise InvalidPrefix(
            f"S3 prefix {trail.prefix!r} is not valid: names between slashes, none of them empty or dots"
        )
    if not is_bucket_name(trail.bucket):
        raise InvalidBucketName(f"Bucket name {trail.bucket!r} is not valid")
    if trail.topic:
        _check_topic_name(trail.topic)
    if bool(trail.log_group_arn) != bool(trail.log_role_arn):
        raise ImpossibleCombination("You must specify both a log group ARN and a role ARN, or neither.")


def refuse_organization(request: Input) -> None:
    """Raise where a trail of an organization is asked for."""
    if request.get("IsOrganizationTrail"):
        raise OrganizationsNotInUse("This account is not a member of an organization: there are none here.")


def check_bucket(call: Call, trail: Trail) -> None:
    """Raise where the bucket is missing or cannot be written to. What is written stays: the marker of the log folder."""
    bucket = call.buckets.find(trail.account, trail.bucket)
    try:
        bucket.check()
        bucket.put(object_names.marker(trail), b"")
    except BucketError as error:
        if error.code == "NoSuchBucket":
            raise BucketMissing(trail.bucket) from error
        raise BucketRefused(trail.bucket, f"{error.code}, {error}") from error


def _check_topic_name(topic: str) -> None:
    if topic.endswith(".fifo"):
        raise InvalidTopicName("FIFO topics are not supported")
    if len(topic) > _LONGEST_TOPIC or not _TOPIC.fullmatch(topic):
        raise InvalidTopicName(f"SNS topic name {topic!r} is not valid")


def _check_topic(call: Call, trail: Trail) -> str:
    try:
        call.invoke_as_service(
            "sns", "Publish", {"TopicArn": trail.topic_arn, "Message": "CloudTrail validation message."}
        )
    except ServiceError as error:
        if error.code == _NOT_BUILT:
            return error.code
        raise TopicRefused("SNS Topic does not exist or the topic policy is incorrect!") from error
    return ""


def _has_new_log_group(trail: Trail, before: Trail | None) -> bool:
    old = (before.log_group_arn, before.log_role_arn) if before else ("", "")
    return bool(trail.log_group_arn) and (trail.log_group_arn, trail.log_role_arn) != old


def _check_log_group(call: Call, trail: Trail) -> str:
    found = _LOG_GROUP.fullmatch(trail.log_group_arn)
    if found is None or found[1] != trail.region or found[2] != trail.account:
        raise LogGroupRefused(
            f"{trail.log_group_arn!r} is no log group of this account and Region; its ARN ends in ':*'."
        )
    if not _ROLE.fullmatch(trail.log_role_arn):
        raise LogRoleRefused(f"{trail.log_role_arn!r} is not the ARN of a role.")
    stream = {"logGroupName": found[3], "logStreamName": object_names.log_stream(trail, trail.region)}
    try:
        call.invoke_as_service("logs", "CreateLogStream", stream)
    except ServiceError as error:
        if error.code == _NOT_BUILT:
            return error.code
        if error.code != "ResourceAlreadyExistsException":
            raise LogGroupRefused(_ACCESS_DENIED) from error
    return ""


def _checked_key(call: Call, trail: Trail) -> str:
    """Return the ARN of the trail's KMS key. One of ours is tried; that of a bucket elsewhere belongs to a KMS elsewhere."""
    if not trail.kms_key_arn:
        return ""
    if not isinstance(call.buckets.find(trail.account, trail.bucket), FolderBucket):
        if not _KEY_ARN.fullmatch(trail.kms_key_arn):
            raise InvalidKeyId(f"KmsKeyId must be a key ARN of the bucket's own KMS, not {trail.kms_key_arn!r}")
        return trail.kms_key_arn
    try:
        described = call.invoke_as_service("kms", "DescribeKey", {"KeyId": trail.kms_key_arn})
        arn: str = described["KeyMetadata"]["Arn"]
        request = {"KeyId": arn, "KeySpec": "AES_256", "EncryptionContext": {"aws:cloudtrail:arn": trail.arn}}
        call.invoke_as_service("kms", "GenerateDataKey", request)
    except ServiceError as error:
        raise _key_error(error, trail) from error
    return arn


def _key_error(error: ServiceError, trail: Trail) -> Exception:
    match error.code:
        case "NotFoundException":
            return KeyMissing(f"KMS key {trail.kms_key_arn} does not exist in {trail.region}.")
        case "InvalidArnException" | "ValidationException":
            return InvalidKeyId(f"{trail.kms_key_arn!r} names no KMS key.")
        case "DisabledException" | "KMSInvalidStateException" | "InvalidKeyUsageException":
            return KeyUnusable(error.message)
    return KeyRefused(
        f"Insufficient permissions to access KMS key {trail.kms_key_arn}: its policy must let cloudtrail.amazonaws.com "
        f"do kms:DescribeKey and kms:GenerateDataKey. {error.message}"
    )


def log_group_name(arn: str) -> str:
    """Return the name in a log group's ARN.

    >>> log_group_name("arn:aws:logs:us-east-1:111122223333:log-group:trail:*")
    'trail'
    """
    found = _LOG_GROUP.fullmatch(arn)
    return found[3] if found else ""
