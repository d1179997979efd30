"""What STS's own code raises, and the AWS error each becomes."""

from skylens.registry import declare_errors


class ValidationError(ValueError):
    """A parameter is not one that STS takes."""


class InvalidParameterValue(ValueError):
    """Parameters that cannot be together."""


class MalformedPolicyDocument(ValueError):
    """The text is no session policy."""


class PackedPolicyTooLarge(ValueError):
    """Session policies and tags do not fit into a token."""


class InvalidIdentityToken(ValueError):
    """The token of a web identity is not one of a provider that the role's account takes."""


class ExpiredIdentityToken(ValueError):
    """The token of a web identity has expired."""


class IdpRejectedClaim(ValueError):
    """The provider does not stand for what the token says."""


class IdpCommunicationError(RuntimeError):
    """The provider's keys could not be read."""


class InvalidAuthorizationMessage(ValueError):
    """A message that was not encoded here, or for another account."""


declare_errors(
    {
        ValidationError: "ValidationException",
        InvalidParameterValue: "InvalidParameterValue",
        MalformedPolicyDocument: "MalformedPolicyDocumentException",
        PackedPolicyTooLarge: "PackedPolicyTooLargeException",
        InvalidIdentityToken: "InvalidIdentityTokenException",
        ExpiredIdentityToken: "ExpiredTokenException",
        IdpRejectedClaim: "IDPRejectedClaimException",
        IdpCommunicationError: "IDPCommunicationErrorException",
        InvalidAuthorizationMessage: "InvalidAuthorizationMessageException",
    }
)
