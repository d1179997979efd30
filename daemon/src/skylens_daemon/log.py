"""Log lines as the original writes them: ``2026-05-21T10:00:00Z [Info] text``."""

import logging
import sys
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from typing import TextIO

ROTATION_BYTES = 50 * 1024 * 1024
KEPT_FILES = 1

LEVELS = {
    "dev": logging.DEBUG,
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "error": logging.ERROR,
    "prod": logging.INFO,
}
_NAMES = {
    logging.DEBUG: "Debug",
    logging.INFO: "Info",
    logging.WARNING: "Warn",
    logging.ERROR: "Error",
    logging.CRITICAL: "Critical",
}


class Formatter(logging.Formatter):
    """The original's line, in the machine's time zone."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        local = datetime.fromtimestamp(record.created, UTC).astimezone()
        text = record.getMessage()
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return f"{stamp(local)} [{_NAMES.get(record.levelno, record.levelname)}] {text}"


def stamp(moment: datetime) -> str:
    """Return Go's 2006-01-02T15:04:05Z07:00.

    >>> stamp(datetime(2026, 5, 21, 10, tzinfo=UTC))
    '2026-05-21T10:00:00Z'
    """
    text = moment.isoformat(timespec="seconds")
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def handler(path: str, *, rotate: bool, stream: TextIO | None = None) -> logging.Handler:
    """Return where lines go: the file, starting anew at 50 MB with one old file kept, or the stream."""
    made: logging.Handler
    if not path:
        made = logging.StreamHandler(stream or sys.stdout)
    elif rotate:
        made = RotatingFileHandler(path, maxBytes=ROTATION_BYTES, backupCount=KEPT_FILES, encoding="utf-8")
    else:
        made = logging.FileHandler(path, encoding="utf-8")
    made.setFormatter(Formatter())
    return made
