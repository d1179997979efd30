"""Who may call: so far the root key of each account."""
