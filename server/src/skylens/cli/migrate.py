"""`skylens migrate`: bring the databases to this release's schema, and say what was done."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from skylens.cli.settings import Chosen, with_settings
from skylens.clock import SystemClock
from skylens.config import Settings


@with_settings("data", "store", "state", "cluster")
def migrate(
    given: Chosen, *, as_json: Annotated[bool, typer.Option("--json", help="Print what was done as JSON.")] = False
) -> None:
    """Create what is missing and change what is older; stop the server first where the store is embedded."""
    from sqlalchemy.exc import SQLAlchemyError

    from skylens.store.control import open_control
    from skylens.store.errors import StoreError
    from skylens.store.migrate import migrate as migrate_store
    from skylens.store.store import open_engine

    settings = Settings(**given)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    console = Console()
    try:
        control = open_control(settings.state_url, settings.data)
        control.close()
        engine = open_engine(settings.store_url, settings.cluster)
        try:
            done = [*control.migrated, *migrate_store(engine, SystemClock())]
        finally:
            engine.close()
    except (StoreError, SQLAlchemyError, OSError, ValueError) as error:
        advice = "Is a server running on it? Stop it first."
        Console(stderr=True).print(
            f"[red]Not migrated:[/] {escape(str(error))}\n{advice}", highlight=False, soft_wrap=True
        )
        raise typer.Exit(1) from error
    if as_json:
        print(json.dumps({"done": done}, indent=2))
        return
    for line in done:
        console.print(f"[green]✓[/] {line}", highlight=False)
    if not done:
        console.print("both databases are up to date")
