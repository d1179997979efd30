"""What can be wrong with a request about event data stores, their queries and channels, and the AWS error each becomes."""

from skylens.cloudtrail.lake.invalid import InvalidQuery, UnknownStore
from skylens.registry import declare_errors


class StoreNotFound(LookupError):
    """The account has no such event data store in this region."""

    def __init__(self, given: str) -> None:
        super().__init__(f"Event data store not found: {given}")


class InvalidStoreArn(ValueError):
    """Text that is neither the ARN nor the id of an event data store."""

    def __init__(self, given: str) -> None:
        super().__init__(f"Invalid event data store ARN: {given}")


class StoreExists(ValueError):
    """The account has an event data store of that name in this region."""

    def __init__(self, name: str) -> None:
        super().__init__(f"An event data store named {name} already exists")


class TooManyStores(ValueError):
    """The account has as many event data stores in this region as it may."""


class StoreProtected(ValueError):
    """An event data store that is protected against deletion."""

    def __init__(self, arn: str) -> None:
        super().__init__(f"Termination protection is enabled for {arn}; disable it with UpdateEventDataStore first")


class StoreInactive(ValueError):
    """An event data store that waits to be deleted."""

    def __init__(self, arn: str) -> None:
        super().__init__(f"The event data store is pending deletion: {arn}")


class InvalidStoreStatus(ValueError):
    """An operation that an event data store in this status does not bear."""


class InvalidStoreCategory(ValueError):
    """Events of a category that an event data store cannot have here, or cannot do that with."""


class InvalidStoreSettings(ValueError):
    """A setting that an event data store cannot have."""


class QueryNotFound(LookupError):
    """The account has no such query in this region, or its results have expired."""

    def __init__(self, given: str) -> None:
        super().__init__(f"Query not found: {given}")


class QueryInactive(ValueError):
    """A query that is over cannot be cancelled."""

    def __init__(self, query: str, status: str) -> None:
        super().__init__(f"The query {query} is {status}")


class TooManyQueries(RuntimeError):
    """The account runs as many queries as it may."""


class InvalidDateRange(ValueError):
    """A range of time that ends before it begins."""


class Unsupported(ValueError):
    """The operation is there, this part of it is not; the message says why."""


declare_errors(
    {
        InvalidDateRange: "InvalidDateRangeException",
        InvalidQuery: "InvalidQueryStatementException",
        InvalidStoreArn: "EventDataStoreARNInvalidException",
        InvalidStoreCategory: "InvalidEventDataStoreCategoryException",
        InvalidStoreSettings: "InvalidParameterException",
        InvalidStoreStatus: "InvalidEventDataStoreStatusException",
        QueryInactive: "InactiveQueryException",
        QueryNotFound: "QueryIdNotFoundException",
        StoreExists: "EventDataStoreAlreadyExistsException",
        StoreInactive: "InactiveEventDataStoreException",
        StoreNotFound: "EventDataStoreNotFoundException",
        StoreProtected: "EventDataStoreTerminationProtectedException",
        TooManyQueries: "MaxConcurrentQueriesException",
        TooManyStores: "EventDataStoreMaxLimitExceededException",
        Unsupported: "UnsupportedOperationException",
        UnknownStore: "EventDataStoreNotFoundException",
    }
)
