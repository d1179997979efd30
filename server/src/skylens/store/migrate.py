"""Bring a telemetry database to the schema of this release: changes by number, then the tables that are not there yet.

schema/<table>.sql says what a table is today. When a release alters a table that an earlier one created, a file
schema/changes/<number>-<what>.sql says how; a line names the table (``-- changes segments``). Its statements are written so
that they can run twice (ADD COLUMN IF NOT EXISTS), because a process may die between them. A fresh database is created as
it is today and needs no change.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from skylens.clock import Clock
from skylens.sql import Param, Sql
from skylens.store.engine import Engine
from skylens.store.errors import StoreUnavailable
from skylens.store.tables import Definition, definitions

# One row for each change that was applied and for each definition that a table was created from.
_RECORD = """
-- sharded by cityHash64(name)
CREATE TABLE schema_record (
    kind LowCardinality(String),
    name String,
    definition String,
    applied_at DateTime('UTC')
)
ENGINE = ReplacingMergeTree(applied_at)
ORDER BY (kind, name)
"""
_CHANGE_NAME = re.compile(r"^(\d{3})-[a-z0-9-]+\.sql$")
_CHANGED_TABLE = re.compile(r"^-- changes (\w+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Change:
    """One numbered change of one table."""

    name: str
    table: str
    statements: tuple[str, ...]


@cache
def changes() -> tuple[Change, ...]:
    """Return every change of schema/changes/, by number."""
    folder = files(__package__) / "schema" / "changes"
    found = [path for path in folder.iterdir() if path.name.endswith(".sql")] if folder.is_dir() else []
    return tuple(_change(path.name, path.read_text(encoding="utf-8")) for path in sorted(found, key=lambda p: p.name))


def _change(name: str, text: str) -> Change:
    table = _CHANGED_TABLE.search(text)
    if not _CHANGE_NAME.match(name) or table is None:
        raise ValueError(f"{name}: expected NNN-what.sql with a line '-- changes <table>'")
    statements = [piece.strip() for piece in re.sub(r"--[^\n]*", "", text).split(";")]
    return Change(name, table[1], tuple(piece for piece in statements if piece))


@dataclass(frozen=True, slots=True)
class Schema:
    """What a database is brought to."""

    changes: tuple[Change, ...]
    definitions: tuple[Definition, ...]


def migrate(engine: Engine, clock: Clock, schema: Schema | None = None) -> list[str]:
    """Bring the database up to date and return what was done, in order; nothing when it is."""
    schema = schema or Schema(changes(), definitions())
    existing = _tables(engine)
    if "schema_record" not in existing:
        _create(engine, _RECORD)
    record = _record(engine)
    done = []
    for change in schema.changes:
        if ("change", change.name) in record:
            continue
        if change.table in existing:
            _apply(engine, change, schema)
            done.append(f"changed {change.table}: {change.name}")
            record["table", change.table] = ""  # whatever it was, it is today's now
        _note(engine, "change", change.name, "", clock)
    for definition in schema.definitions:
        if definition.name not in existing:
            _create(engine, definition.statement)
            done.append(f"created {definition.name}")
        else:
            _compare(definition, record)
        if record.get(("table", definition.name)) != definition.essence:
            _note(engine, "table", definition.name, definition.essence, clock)
    return done


def _apply(engine: Engine, change: Change, schema: Schema) -> None:
    """Run the statements on the table that has the rows; a distributed one above it is made anew."""
    for statement in change.statements:
        engine.command(
            Sql(statement.replace(f"TABLE {change.table}", f"TABLE {engine.dialect.target(change.table)}", 1))
        )
    [today] = [definition.statement for definition in schema.definitions if definition.name == change.table]
    for statement in engine.dialect.renew(change.table, today):
        engine.command(Sql(statement))


def _compare(definition: Definition, record: Mapping[tuple[str, str], str]) -> None:
    """Refuse a table that this release would read wrongly."""
    known = record.get(("table", definition.name), "")
    if known and known != definition.essence:
        raise StoreUnavailable(
            f"table {definition.name} was created from another definition and no numbered change explains it: "
            "use the release that wrote this data folder, or a new folder"
        )


def _tables(engine: Engine) -> set[str]:
    return {name for (name,) in engine.read(Sql("SELECT name FROM system.tables WHERE database = currentDatabase()"))}


def _record(engine: Engine) -> dict[tuple[str, str], str]:
    rows = engine.read(Sql("SELECT kind, name, definition FROM schema_record FINAL"))
    return {(kind, name): definition for kind, name, definition in rows}


def _note(engine: Engine, kind: str, name: str, definition: str, clock: Clock) -> None:
    values = (Param("String", kind), Param("String", name), Param("String", definition))
    at = Param("DateTime('UTC')", clock.now())
    engine.command(Sql("INSERT INTO schema_record SELECT ?, ?, ?, ?", (*values, at)))


def _create(engine: Engine, statement: str) -> None:
    for piece in engine.dialect.create(statement):
        engine.command(Sql(piece))
