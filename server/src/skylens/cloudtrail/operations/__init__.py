"""CloudTrail's operations, one file per resource noun. Importing this package registers them all."""

from skylens.cloudtrail.operations import event_history

__all__ = ["event_history"]
