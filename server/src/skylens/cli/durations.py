"""Spans of time as people type them."""

import re
from typing import Final

import typer

SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(text: str) -> int:
    """Return the seconds that ``15m``, ``2h`` or ``1d`` stands for; ValueError with what was expected otherwise.

    >>> seconds("15m")
    900
    """
    found = re.fullmatch(r"(\d+)([smhd])", text.strip())
    if not found or not int(found[1]):
        raise ValueError(f"{text!r} is no span of time; write it as 30s, 15m, 2h or 1d")
    return int(found[1]) * SECONDS[found[2]]


def since_seconds(text: str, option: str = "--since") -> int:
    """Return how many seconds an option looks back; what is no span of time is told as a wrong option."""
    try:
        return seconds(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error
