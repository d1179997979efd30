"""`skylens migrate`: bring the databases to this release's schema, and say what was done."""

from __future__ import annotations

from rich.console import Console

from skylens.cli.settings import Chosen, with_settings
from skylens.clock import SystemClock
from skylens.config import Settings


@with_settings("data", "store", "state", "cluster")
def migrate(given: Chosen) -> None:
    """Create what is missing and change what is older; stop the server first where the store is embedded."""
    from skylens.store.control import open_control
    from skylens.store.migrate import migrate as migrate_store
    from skylens.store.store import open_engine

    settings = Settings(**given)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    control = open_control(settings.state_url, settings.data)
    control.close()
    engine = open_engine(settings.store_url, settings.cluster)
    try:
        done = migrate_store(engine, SystemClock())
    finally:
        engine.close()
    console = Console()
    for line in [*control.migrated, *done]:
        console.print(f"[green]✓[/] {line}", highlight=False)
    if not control.migrated and not done:
        console.print("both databases are up to date")
