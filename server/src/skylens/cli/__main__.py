"""``python -m skylens.cli``."""

from skylens.cli import main

main()
