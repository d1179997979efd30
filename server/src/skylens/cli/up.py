"""`skylens up`: start the server and say how to use it."""

from __future__ import annotations

import gc
import logging
import os
import shlex
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.markup import escape

from skylens import __version__
from skylens.cli.running import Note, leave, noted
from skylens.cli.settings import Chosen, with_settings
from skylens.config import SETTING_NAMES, Settings

if TYPE_CHECKING:
    from pathlib import Path

    from skylens.app import Running


@with_settings(*SETTING_NAMES)
def up(chosen: Chosen) -> None:
    """Start Skylens and run until Ctrl-C or SIGTERM."""
    gc.disable()  # while it loads there is hardly any garbage to find, and looking takes a fifth of a second; serve() enables it
    from skylens.app import CannotStart, serve  # the databases take a moment to load; --help should not

    settings = Settings(**chosen)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # The daemon and uvicorn tell at this level what the start text says better.
    for name in ("skylens_daemon", "uvicorn", "clickhouse_connect", "httpx"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        with noted(settings.data) as path:
            serve(settings, announce=lambda running: _announce(running, path))
    except CannotStart as error:
        Console(stderr=True).print(f"[red]Skylens cannot start:[/] {error}", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from error


def _announce(running: Running, note_at: Path) -> None:
    note = Note(
        running.endpoint,
        running.daemon_address,
        running.settings.region,
        running.root_key.account,
        os.getpid(),
        running.ca_bundle,
    )
    leave(note_at, note)
    Console().print(start_text(running), highlight=False, soft_wrap=True)


def start_text(running: Running) -> str:
    """Return what a user wants to know first, in rich's markup: where it is and how to use it."""
    settings = running.settings
    flags = "" if settings.data == Settings().data else f" --data {shlex.quote(str(settings.data))}"
    lines = {
        "console": f"[bold]{running.console}[/]" if running.console else "not built: [bold]make console[/] builds it",
        "use it": f'[bold]eval "$(skylens env{escape(flags)})"[/]   then any AWS SDK, the aws CLI, skylens traces',
        "X-Ray daemon": running.daemon_address or "off",
        "account": f"{running.root_key.account}, region {settings.region}",
        "data": escape(settings.store or str(settings.data)),
        "stop": "Ctrl-C",
    }
    if settings.auth == "off":
        lines["auth"] = "[yellow]off: any key is taken, a key of twelve digits names its account[/]"
    told = "\n".join(f"  [dim]{name:<14}[/]{text}" for name, text in lines.items())
    return f"\n  [bold]Skylens[/] {__version__} answers at [bold green]{running.endpoint}[/]\n\n{told}\n"
