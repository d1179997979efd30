"""Control tests run on SQLite and on a PostgreSQL server of their own, where one can be started."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres import running_postgres
from sqlalchemy import create_engine, text

from skylens.store.control import Control, open_control


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server that lives as long as the tests."""
    with running_postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def control_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'state.sqlite'}"
        return
    server = request.getfixturevalue("postgres_server")
    admin = create_engine(
        f"{server.replace('postgresql:', 'postgresql+psycopg:')}/postgres", isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS skylens_test WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE skylens_test"))
    yield f"{server}/skylens_test"
    admin.dispose()


@pytest.fixture
def control(control_url: str, tmp_path: Path) -> Iterator[Control]:
    opened = open_control(control_url, tmp_path)
    yield opened
    opened.close()
