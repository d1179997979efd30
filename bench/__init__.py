"""Speed and memory, measured in one run against a yardstick of the same machine and held against budgets.toml."""
