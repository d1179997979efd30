"""What can be wrong with channels, the events sent to them, imports and resource policies, and the AWS error each becomes."""

from skylens.registry import declare_errors


class ChannelNotFound(LookupError):
    """The account has no such channel in this region."""

    def __init__(self, given: str) -> None:
        super().__init__(f"Channel not found: {given}")


class InvalidChannelArn(ValueError):
    """Text that is neither the ARN nor the id of a channel."""

    def __init__(self, given: str) -> None:
        super().__init__(f"Invalid channel ARN: {given}")


class ChannelExists(ValueError):
    """The account has a channel of that name in this region."""

    def __init__(self, name: str) -> None:
        super().__init__(f"A channel named {name} already exists")


class TooManyChannels(ValueError):
    """The account has as many channels in this region as it may."""


class InvalidSource(ValueError):
    """Events cannot come from there."""


class InvalidDestination(ValueError):
    """Events cannot go there."""


class StoreHasChannel(ValueError):
    """An event data store that a channel fills cannot be deleted."""

    def __init__(self, arn: str, channel: str) -> None:
        super().__init__(f"The event data store {arn} is a destination of the channel {channel}")


class TargetNotFound(LookupError):
    """Audit events were sent to a channel that is not there."""

    def __init__(self, given: str) -> None:
        super().__init__(f"The channel could not be found: {given}")


class InvalidTargetArn(ValueError):
    """Audit events were sent to something that is no channel's ARN."""

    def __init__(self, given: str) -> None:
        super().__init__(f"The specified channel ARN is not a valid channel ARN: {given}")


class DuplicatedEvent(ValueError):
    """Two audit events of one request have the same id."""

    def __init__(self, given: str) -> None:
        super().__init__(f"Two or more entries in the request have the same event ID: {given}")


class TooMuchEventData(ValueError):
    """The audit events of one request are larger than a request may be."""


class InvalidPolicyTarget(ValueError):
    """Text that is no ARN of CloudTrail's."""

    def __init__(self, given: str) -> None:
        super().__init__(f"Invalid resource ARN: {given}")


class NoPolicyTarget(ValueError):
    """Resources of that type have no policies."""


class PolicyTargetNotFound(LookupError):
    """The account has no such resource in this region."""

    def __init__(self, given: str) -> None:
        super().__init__(f"Resource not found: {given}")


class InvalidResourcePolicy(ValueError):
    """A text that is no policy for that resource; the message says why."""


class ResourcePolicyNotFound(LookupError):
    """The resource has no policy."""

    def __init__(self, arn: str) -> None:
        super().__init__(f"There is no resource policy on {arn}")


class ImportNotFound(LookupError):
    """The account has no such import in this region."""

    def __init__(self, given: str) -> None:
        super().__init__(f"Import not found: {given}")


class ImportUnderWay(ValueError):
    """The account has an import under way in this region."""

    def __init__(self, account: str) -> None:
        super().__init__(f"The account {account} has an import under way; wait for its end, or stop it")


class InvalidImport(ValueError):
    """An import that cannot be asked for so, or that cannot do that in its state."""


class InvalidImportSource(ValueError):
    """Files cannot be imported from there."""


class StoreHasImport(ValueError):
    """An event data store into which events are imported cannot be deleted."""

    def __init__(self, arn: str) -> None:
        super().__init__(f"Events are imported into the event data store {arn}; wait for the end, or stop it")


declare_errors(
    {
        ChannelExists: "ChannelAlreadyExistsException",
        ChannelNotFound: "ChannelNotFoundException",
        DuplicatedEvent: "DuplicatedAuditEventId",
        ImportNotFound: "ImportNotFoundException",
        ImportUnderWay: "AccountHasOngoingImportException",
        InvalidChannelArn: "ChannelARNInvalidException",
        InvalidDestination: "InvalidParameterException",
        InvalidImport: "InvalidParameterException",
        InvalidImportSource: "InvalidImportSourceException",
        InvalidPolicyTarget: "ResourceARNNotValidException",
        InvalidResourcePolicy: "ResourcePolicyNotValidException",
        InvalidSource: "InvalidSourceException",
        InvalidTargetArn: "InvalidChannelARN",
        NoPolicyTarget: "ResourceTypeNotSupportedException",
        PolicyTargetNotFound: "ResourceNotFoundException",
        ResourcePolicyNotFound: "ResourcePolicyNotFoundException",
        StoreHasChannel: "ChannelExistsForEDSException",
        StoreHasImport: "EventDataStoreHasOngoingImportException",
        TargetNotFound: "ChannelNotFound",
        TooManyChannels: "ChannelMaxLimitExceededException",
        TooMuchEventData: "ValidationException",
    }
)
