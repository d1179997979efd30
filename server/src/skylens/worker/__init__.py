"""Worker: what Skylens does by itself, at its own time."""
