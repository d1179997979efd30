"""What can be wrong with a request about trails, and the AWS error each becomes."""

from skylens.cloudtrail.selector.invalid import InvalidInsightSelectors, InvalidSelectors
from skylens.registry import declare_errors


class InvalidTrailName(ValueError):
    """A trail cannot be called so."""


class InvalidTrailArn(ValueError):
    """An ARN that is no trail's."""

    def __init__(self, arn: str) -> None:
        super().__init__(f"Invalid CloudTrail ARN: {arn}")


class TrailNotFound(LookupError):
    """The account has no such trail in this region."""

    def __init__(self, given: str, account: str) -> None:
        super().__init__(f"Unknown trail: {given} for the user: {account}")


class TrailExists(ValueError):
    """The account has a trail of that name in this region."""

    def __init__(self, name: str, account: str) -> None:
        super().__init__(f"Trail {name} already exists for customer: {account}")


class TooManyTrails(ValueError):
    """The account has as many trails in a region as it may have."""

    def __init__(self, account: str, most: int, region: str) -> None:
        super().__init__(f"User: {account} already has {most} trails in {region}.")


class NotHomeRegion(ValueError):
    """A trail can be changed in its home region only."""

    def __init__(self, arn: str, home: str) -> None:
        super().__init__(f"Trail {arn} can be changed in its home Region only, which is {home}")


class TrailChanged(RuntimeError):
    """Somebody else changed the trail between the checks and the write."""


class ImpossibleCombination(ValueError):
    """Parameters that cannot stand together."""


class InvalidPrefix(ValueError):
    """Keys cannot begin so."""


class InvalidBucketName(ValueError):
    """A bucket cannot be called so."""


class BucketMissing(LookupError):
    """There is no such bucket."""

    def __init__(self, bucket: str) -> None:
        super().__init__(
            f"S3 bucket {bucket} does not exist! Here a bucket is a folder, or one behind the configured S3 endpoint."
        )


class BucketRefused(ValueError):
    """The bucket cannot be written to."""

    def __init__(self, bucket: str, reason: str) -> None:
        super().__init__(f"Incorrect S3 bucket policy is detected for bucket: {bucket}: {reason}")


class InvalidTopicName(ValueError):
    """A topic cannot be called so, or not be a trail's."""


class TopicRefused(ValueError):
    """The topic cannot be published to."""


class LogGroupRefused(ValueError):
    """The log group cannot be written to."""


class LogRoleRefused(ValueError):
    """The role that writes to the log group is none."""


class InvalidKeyId(ValueError):
    """That names no KMS key."""


class KeyMissing(LookupError):
    """There is no such KMS key."""


class KeyRefused(ValueError):
    """The KMS key cannot be used for a trail."""


class KeyUnusable(ValueError):
    """The KMS key is there and disabled, or about to be deleted."""


class OrganizationsNotInUse(ValueError):
    """There are no organizations here."""


class InvalidTag(ValueError):
    """A tag that a user cannot give."""


class TooManyTags(ValueError):
    """A resource would have more tags than it may."""


class TaggedResourceMissing(LookupError):
    """There is no resource of that ARN to be tagged."""


class NotTaggable(ValueError):
    """Resources of that type have no tags."""


class InvalidToken(ValueError):
    """A page token that was never given out."""


declare_errors(
    {
        BucketMissing: "S3BucketDoesNotExistException",
        BucketRefused: "InsufficientS3BucketPolicyException",
        ImpossibleCombination: "InvalidParameterCombinationException",
        InvalidBucketName: "InvalidS3BucketNameException",
        InvalidInsightSelectors: "InvalidInsightSelectorsException",
        InvalidKeyId: "InvalidKmsKeyIdException",
        InvalidPrefix: "InvalidS3PrefixException",
        InvalidSelectors: "InvalidEventSelectorsException",
        InvalidTag: "InvalidTagParameterException",
        InvalidToken: "InvalidTokenException",
        InvalidTopicName: "InvalidSnsTopicNameException",
        InvalidTrailArn: "CloudTrailARNInvalidException",
        InvalidTrailName: "InvalidTrailNameException",
        KeyMissing: "KmsKeyNotFoundException",
        KeyRefused: "InsufficientEncryptionPolicyException",
        KeyUnusable: "KmsException",
        LogGroupRefused: "InvalidCloudWatchLogsLogGroupArnException",
        LogRoleRefused: "InvalidCloudWatchLogsRoleArnException",
        NotHomeRegion: "InvalidHomeRegionException",
        NotTaggable: "ResourceTypeNotSupportedException",
        OrganizationsNotInUse: "OrganizationsNotInUseException",
        TaggedResourceMissing: "ResourceNotFoundException",
        TooManyTags: "TagsLimitExceededException",
        TooManyTrails: "MaximumNumberOfTrailsExceededException",
        TopicRefused: "InsufficientSnsTopicPolicyException",
        TrailChanged: "ConflictException",
        TrailExists: "TrailAlreadyExistsException",
        TrailNotFound: "TrailNotFoundException",
    }
)
