"""The engines that tests share: the one embedded engine of a test process, emptied between tests."""

import shutil
import tempfile
from pathlib import Path

from skylens.clock import Clock
from skylens.sql import Sql
from skylens.store.engine import Engine
from skylens.store.migrate import migrate
from skylens.store.store import open_engine


def emptied(engine: Engine) -> Engine:
    """Return the engine with every table of ours empty."""
    used = "SELECT name FROM system.tables WHERE database = currentDatabase() AND total_rows > 0"
    for (table,) in engine.read(Sql(f"{used} AND name != 'schema_record'")):
        engine.command(Sql(f"TRUNCATE TABLE {table}"))
    return engine


class EmbeddedEngine:
    """The one embedded engine of this test process: opened at first use, emptied between tests.

    chDB has one data folder per process, so a test that opens a folder of its own must close this one before.
    """

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._folder: Path | None = None

    def fresh(self, clock: Clock) -> Engine:
        """Return the engine, migrated, with every table empty."""
        if self._engine is None:
            self._folder = Path(tempfile.mkdtemp(prefix="skylens-test-store-"))
            self._engine = open_engine(f"chdb://{self._folder}")
            migrate(self._engine, clock)
        return emptied(self._engine)

    def close(self) -> None:
        """Close the engine, so that another folder can be opened."""
        if self._engine is not None and self._folder is not None:
            self._engine.close()
            shutil.rmtree(self._folder)
            self._engine = self._folder = None


EMBEDDED = EmbeddedEngine()
