"""Changes: a table of an earlier release becomes today's, with its rows."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from skylens.clock import ManualClock
from skylens.sql import Sql
from skylens.store.engine import Engine
from skylens.store.migrate import Schema, migrate
from skylens.store.store import open_engine
from skylens.store.tables import Definition, definitions

TODAY = next(definition for definition in definitions() if definition.name == "api_events")
GIVEN_TODAY = next(definition for definition in definitions() if definition.name == "lake_events")
RECORD = '{"userIdentity":{"type":"Root","sessionContext":{"attributes":{"mfaAuthenticated":"true"}}},"requestParameters":{"a":1}}'


def before_facts() -> Definition:
    """What the table of events was before it had facts."""
    text = re.sub(r"\n    may_repeat .*?(?=\n    INDEX by_key)", "", TODAY.statement, flags=re.DOTALL)
    return Definition(TODAY.name, text.replace(",\n    INDEX by_repeat may_repeat TYPE minmax GRANULARITY 1000", ""))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"chdb://{tmp_path / 'store'}")
    yield opened
    opened.close()


def before_identities() -> Definition:
    """What the table of events from outside was before it had more of a record beside it than facts and objects."""
    text = re.sub(r",\n    user_identity .*?(?=\n\)\nENGINE)", "", GIVEN_TODAY.statement, flags=re.DOTALL)
    return Definition(GIVEN_TODAY.name, text)


def columns(engine: Engine, table: str = "api_events") -> list[tuple[str, ...]]:
    wanted = "name, replaceRegexpAll(type, '\\\\s+', ' '), default_kind, default_expression, compression_codec"
    return engine.read(Sql(f"SELECT {wanted} FROM system.columns WHERE table = '{table}' ORDER BY position"))  # noqa: S608


@pytest.mark.usefixtures("no_embedded_engine")
def test_events_of_before_have_facts_and_may_repeat(engine: Engine, clock: ManualClock) -> None:
    migrate(engine, clock, Schema((), (before_facts(),)))
    assert "facts" not in [name for name, *_ in columns(engine)]
    engine.command(Sql(f"INSERT INTO api_events (account, event_name, record) SELECT '1', 'GetGroup', '{RECORD}'"))
    assert migrate(engine, clock)[0] == "changed api_events: 001-api-events-get-facts.sql"
    asked = "facts.userIdentity.type, facts.userIdentity.sessionContext.attributes.mfaAuthenticated, request_parameters, may_repeat"
    assert engine.read(Sql(f"SELECT {asked} FROM api_events")) == [("Root", "true", '{"a":1}', True)]  # noqa: S608
    changed = columns(engine)
    engine.command(Sql("DROP TABLE api_events SYNC"))
    engine.command(Sql(TODAY.statement))
    fresh = columns(engine)
    assert [column for column in changed if column[0] != "may_repeat"] == [c for c in fresh if c[0] != "may_repeat"]
    assert [name for name, *_ in changed] == [name for name, *_ in fresh]


@pytest.mark.usefixtures("no_embedded_engine")
def test_events_from_outside_have_what_is_asked_of_them_beside_their_records(
    engine: Engine, clock: ManualClock
) -> None:
    migrate(engine, clock, Schema((), (before_identities(),)))
    assert "user_identity" not in [name for name, *_ in columns(engine, "lake_events")]
    engine.command(Sql(f"INSERT INTO lake_events (store, record) SELECT '1', '{RECORD}'"))
    assert "changed lake_events: 003-lake-events-get-identities.sql" in migrate(engine, clock)
    assert engine.read(Sql("SELECT JSONExtractString(user_identity, 'type'), request_id, rare FROM lake_events")) == [
        ("Root", None, "")
    ]
    changed = columns(engine, "lake_events")
    engine.command(Sql("DROP TABLE lake_events SYNC"))
    engine.command(Sql(GIVEN_TODAY.statement))
    assert changed == columns(engine, "lake_events")
