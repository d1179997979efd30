"""Free ports for the programs that tests start."""

import secrets
import socket

# Linux gives connections their ports from 32768 up: below, none is taken between the choice and the program's start. Chance
# keeps apart the tests that run at the same time; it is the system's, because random draws alike in each of their processes.
CHOICE = range(12_000, 32_000)


def free_port() -> int:
    """Return a port of 127.0.0.1 that is free for TCP and for UDP."""
    while True:
        port = secrets.choice(CHOICE)
        if _is_free(port, socket.SOCK_STREAM) and _is_free(port, socket.SOCK_DGRAM):
            return port


def _is_free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
