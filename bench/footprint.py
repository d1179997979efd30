"""What a server takes before it has anything to do: time until it is ready, and memory."""

import tempfile
import time
from pathlib import Path

from bench.server import running

IDLE_SECONDS = 5


def measure() -> dict[str, float]:
    """Return seconds to the first 200 on a second start, and resident megabytes after some idle seconds."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        with running(data) as server:
            first = server.start_seconds
        with running(data) as server:
            time.sleep(IDLE_SECONDS)
            return {"first_start_seconds": first, "start_seconds": server.start_seconds, "idle_rss_mb": server.rss_mb}
