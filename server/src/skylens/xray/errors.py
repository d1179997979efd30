"""What X-Ray's own code raises, and the AWS error each becomes."""

from skylens.language import LanguageError
from skylens.registry import declare_errors


class InvalidRequest(ValueError):
    """The request asks for something that cannot be; the message says what and, in an expression, where."""


class RuleLimitExceeded(ValueError):
    """There are as many sampling rules as the account may have."""


class ResourceNotFound(LookupError):
    """No group or sampling rule has the ARN; ``resource`` is that ARN."""

    def __init__(self, resource: str) -> None:
        self.resource = resource
        super().__init__(f"Resource not found: {resource}")


class TooManyTags(ValueError):
    """A resource would have more tags than it may; ``resource`` is its ARN."""

    def __init__(self, resource: str, most: int) -> None:
        self.resource = resource
        super().__init__(f"A resource can have at most {most} tags")


class KeyUnusable(ValueError):
    """The key that documents are encrypted with cannot be used now; the message is what KMS says of it."""


class KeyAccessDenied(PermissionError):
    """Whoever asks may not use the key that documents are encrypted with; the message is what KMS says of it."""


class PolicyLocksOut(ValueError):
    """With the policy the caller could not put another one."""


class PolicyTooLarge(ValueError):
    """A resource policy has more bytes than one may."""


class TooManyPolicies(ValueError):
    """There are as many resource policies as an account may have."""


class WrongPolicyRevision(ValueError):
    """Somebody else changed the resource policy meanwhile, or it is not there."""


class Throttled(RuntimeError):
    """The caller sends more than the account's quota or the store can take now."""


declare_errors(
    {
        InvalidRequest: "InvalidRequestException",
        KeyAccessDenied: "AccessDeniedException",
        KeyUnusable: "InvalidRequestException",
        LanguageError: "InvalidRequestException",
        PolicyLocksOut: "LockoutPreventionException",
        PolicyTooLarge: "PolicySizeLimitExceededException",
        ResourceNotFound: "ResourceNotFoundException",
        RuleLimitExceeded: "RuleLimitExceededException",
        Throttled: "ThrottledException",
        TooManyPolicies: "PolicyCountLimitExceededException",
        TooManyTags: "TooManyTagsException",
        WrongPolicyRevision: "InvalidPolicyRevisionIdException",
    }
)
