"""What can be wrong with a request about Insights, and the AWS error each becomes."""

from skylens.registry import declare_errors


class InsightsNotEnabled(LookupError):
    """A trail or an event data store that wants no Insights; the sentence is AWS's."""

    def __init__(self, what: str, arn: str, settings: str) -> None:
        super().__init__(
            f"{what} {arn} does not have Insights enabled. "
            f"Edit the {settings} settings to enable Insights, and then try the operation again."
        )


class InvalidInsightQuestion(ValueError):
    """A question about Insights that cannot be answered as it is asked."""


declare_errors(
    {
        InsightsNotEnabled: "InsightNotEnabledException",
        InvalidInsightQuestion: "InvalidParameterException",
    }
)
