"""What CloudTrail's own code raises, and the AWS error each becomes."""

from skylens.registry import declare_errors


class InvalidLookupAttributes(ValueError):
    """The attributes of a look-up cannot be used: too many, too long, or not for this category of events."""


class InvalidTimeRange(ValueError):
    """A range of time ends before it begins."""


class InvalidNextToken(ValueError):
    """A token that this request was never answered with."""


declare_errors(
    {
        InvalidLookupAttributes: "InvalidLookupAttributesException",
        InvalidNextToken: "InvalidNextTokenException",
        InvalidTimeRange: "InvalidTimeRangeException",
    }
)
