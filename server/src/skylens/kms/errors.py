"""What KMS's own code raises, and the AWS error each becomes."""

from skylens.registry import declare_errors


class InvalidRequest(ValueError):
    """The request asks for something that cannot be."""


class NotFound(LookupError):
    """There is no such key, alias or grant, or the caller's account may not know of it."""


class InvalidArn(ValueError):
    """An ARN that is none, or one of something that the operation does not take."""


class KeyDisabled(RuntimeError):
    """The key is disabled."""


class InvalidState(RuntimeError):
    """The key is in a state in which the operation cannot be done."""


class InvalidKeyUsage(ValueError):
    """The key is for something else, or not for this algorithm."""


class InvalidCiphertext(ValueError):
    """The ciphertext is none of ours, or damaged, or its encryption context is another. AWS says no more, nor do we."""


class IncorrectKey(ValueError):
    """The ciphertext was encrypted with another key than the one that was named."""

    def __init__(self) -> None:
        super().__init__("The key ID in the request does not identify a CMK that can perform this operation.")


class InvalidSignature(ValueError):
    """The signature is not that of the message with this key and algorithm."""


class InvalidMac(ValueError):
    """The code is not that of the message with this key and algorithm."""


class AlreadyExists(ValueError):
    """There is an alias of that name."""


class Unsupported(ValueError):
    """KMS, or this KMS, does not do that with such a key."""


class LimitExceeded(ValueError):
    """There would be more of something than there may be."""


class InvalidTag(ValueError):
    """The tags are none that a user can give."""


class LocksOut(ValueError):
    """With the key policy its author could not put another one."""

    def __init__(self) -> None:
        super().__init__("The new key policy will not allow you to update the key policy in the future.")


class InvalidMarker(ValueError):
    """The marker is not one that the list gave."""


class InvalidGrantId(ValueError):
    """The grant's id is none."""


class InvalidGrantToken(ValueError):
    """The grant token is none."""


class DryRun(Exception):
    """All is well, and nothing was done, as was asked."""

    def __init__(self) -> None:
        super().__init__("The request would have succeeded, but the DryRun option is set.")


declare_errors(
    {
        AlreadyExists: "AlreadyExistsException",
        DryRun: "DryRunOperationException",
        IncorrectKey: "IncorrectKeyException",
        InvalidArn: "InvalidArnException",
        InvalidCiphertext: "InvalidCiphertextException",
        InvalidGrantId: "InvalidGrantIdException",
        InvalidGrantToken: "InvalidGrantTokenException",
        InvalidKeyUsage: "InvalidKeyUsageException",
        InvalidMac: "KMSInvalidMacException",
        InvalidMarker: "InvalidMarkerException",
        InvalidRequest: "ValidationException",
        InvalidSignature: "KMSInvalidSignatureException",
        InvalidState: "KMSInvalidStateException",
        InvalidTag: "TagException",
        KeyDisabled: "DisabledException",
        LimitExceeded: "LimitExceededException",
        LocksOut: "MalformedPolicyDocumentException",
        NotFound: "NotFoundException",
        Unsupported: "UnsupportedOperationException",
    }
)
