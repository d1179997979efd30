"""Service graph: who called whom, how often, how long it took and how it ended."""
