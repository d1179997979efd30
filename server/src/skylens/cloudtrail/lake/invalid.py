"""InvalidQuery: what is wrong with a query, in words for the person who wrote it."""


class InvalidQuery(ValueError):
    """A statement that is no SELECT of this dialect."""


class UnknownStore(LookupError):
    """A query names an event data store that the caller does not have in this region."""
