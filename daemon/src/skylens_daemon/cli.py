"""``skylens-daemon``: the command line of the original."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Mapping, Sequence

from skylens_daemon import COMPATIBLE_VERSION, __version__, config, flags, log
from skylens_daemon.app import Daemon
from skylens_daemon.config import Config
from skylens_daemon.errors import ConfigError, HelpAsked, UsageError

logger = logging.getLogger("skylens_daemon")


def main() -> None:
    """Run until SIGTERM or SIGINT and exit with the original's status."""
    sys.exit(run(sys.argv[1:], os.environ))


def run(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Return the exit status: 0, 1 for a setting that cannot be used, 2 for a command line that cannot be read."""
    try:
        given = flags.parse(arguments, config.OPTIONS)
    except HelpAsked:
        _print(flags.usage(config.OPTIONS))
        return 0
    except UsageError as exc:
        sys.stderr.write(f"{exc}\n")
        _print(flags.usage(config.OPTIONS))
        return 2
    if given.get("version"):
        _print(f"skylens-daemon version: {__version__} (AWS X-Ray daemon version: {COMPATIBLE_VERSION})")
        return 0
    try:
        chosen, warnings = config.load(arguments, environ)
    except ConfigError as exc:
        _complain(str(exc), str(given.get("log_path", "")))
        return 1
    return _serve(chosen, warnings, environ)


def _serve(chosen: Config, warnings: Sequence[str], environ: Mapping[str, str]) -> int:
    try:
        _configure_log(chosen)
    except OSError as exc:
        _complain(f"log file: {exc}", "")
        return 1
    for warning in warnings:
        logger.warning("%s", warning)
    try:
        asyncio.run(_until_stopped(Daemon(chosen, environ=environ)))
    except (ConfigError, OSError) as exc:
        logger.error("%s", exc)  # noqa: TRY400  # a sentence for the user, no defect
        return 1
    return 0


async def _until_stopped(daemon: Daemon) -> None:
    stopped = asyncio.Event()
    await daemon.start()
    logger.info("Listening on %s", daemon.addresses.for_sdks)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, number, stopped)
    await stopped.wait()
    await daemon.stop()


def _stop(number: signal.Signals, stopped: asyncio.Event) -> None:
    logger.info("Got shutdown signal: %s", number.name)
    stopped.set()


def _configure_log(chosen: Config) -> None:
    logger.handlers = [log.handler(chosen.log_path, rotate=chosen.log_rotation)]
    logger.propagate = False
    logger.setLevel(log.LEVELS.get(chosen.log_level, logging.INFO))
    if chosen.log_level not in log.LEVELS:
        logger.warning("Unknown log level %r, using prod. Known: %s", chosen.log_level, ", ".join(log.LEVELS))


def _complain(text: str, log_path: str) -> None:
    """Say why nothing starts, on standard error and in the log file when the command line names one."""
    handlers = [log.handler("", rotate=False, stream=sys.stderr)]
    if log_path:
        with contextlib.suppress(OSError):  # the sentence stands on standard error
            handlers.append(log.handler(log_path, rotate=False))
    record = logger.makeRecord(logger.name, logging.ERROR, "", 0, text, (), None)
    for handler in handlers:
        handler.handle(record)
        handler.close()


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
