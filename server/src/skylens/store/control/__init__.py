"""Control-plane state: rules, groups, keys and whatever else is small and must be right at once."""

from skylens.store.control.database import Control, open_control

__all__ = ["Control", "open_control"]
