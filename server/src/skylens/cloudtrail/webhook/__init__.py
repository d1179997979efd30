"""The webhook: every record that comes, told to one receiver as EventBridge would tell it."""
