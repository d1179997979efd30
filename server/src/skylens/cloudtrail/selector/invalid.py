"""InvalidSelectors: what is wrong with a list of selectors, and where in it."""


class InvalidSelectors(ValueError):
    """Selectors that cannot be; ``at`` is the place in the request, ``AdvancedEventSelectors[0].FieldSelectors[2]``."""

    def __init__(self, reason: str, *, at: str = "") -> None:
        self.reason, self.at = reason, at
        super().__init__(f"{reason} at {at}" if at else reason)


class InvalidInsightSelectors(InvalidSelectors):
    """Insight selectors that cannot be, or not with what the trail or event data store logs."""
