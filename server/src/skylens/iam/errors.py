"""What IAM's own code raises, and the AWS error each becomes."""

from skylens.registry import declare_errors


class NoSuchEntity(LookupError):
    """Nothing has that name."""


class EntityAlreadyExists(ValueError):
    """Something has that name already."""


class DeleteConflict(ValueError):
    """Something still depends on what is to be deleted."""


class LimitExceeded(ValueError):
    """There would be more than IAM allows."""


class MalformedPolicyDocument(ValueError):
    """The text is no policy, or not one for this place."""


class InvalidInput(ValueError):
    """The request asks for something that cannot be."""


class ValidationError(ValueError):
    """A parameter is not one that IAM takes."""


class UnmodifiableEntity(ValueError):
    """Only the service that it belongs to may change it."""


class PolicyNotAttachable(ValueError):
    """The policy is kept for a service's own roles."""


class ReportNotPresent(LookupError):
    """No report was generated."""


class ReportExpired(LookupError):
    """The report is too old."""


declare_errors(
    {
        NoSuchEntity: "NoSuchEntityException",
        EntityAlreadyExists: "EntityAlreadyExistsException",
        DeleteConflict: "DeleteConflictException",
        LimitExceeded: "LimitExceededException",
        MalformedPolicyDocument: "MalformedPolicyDocumentException",
        InvalidInput: "InvalidInputException",
        ValidationError: "ValidationException",
        UnmodifiableEntity: "UnmodifiableEntityException",
        PolicyNotAttachable: "PolicyNotAttachableException",
        ReportNotPresent: "CredentialReportNotPresentException",
        ReportExpired: "CredentialReportExpiredException",
    }
)
