"""What can go wrong with the store, in the store's own words; services map these to their AWS codes."""


class StoreError(Exception):
    """The store could not do what it was asked."""


class StoreBusy(StoreError):
    """More rows wait for their commit than the store holds in memory: the caller should come again later."""


class StoreFull(StoreError):
    """There is no room left on the disk. Nothing is lost; writing works again when there is room."""


class StoreUnavailable(StoreError):
    """The engine is closed, cannot be reached, or failed."""


class RowsRefused(StoreError):
    """The rows themselves cannot be stored: a value of the wrong type, or days too far apart for one insert."""


class ReadLimitExceeded(StoreError):
    """A read took more time, memory or rows than it was given."""


class QueryCancelled(StoreError):
    """A read was stopped by somebody else."""
