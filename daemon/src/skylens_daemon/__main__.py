"""``python -m skylens_daemon``."""

from skylens_daemon.cli import main

main()
