"""Control: transactions over SQLite (one node) or PostgreSQL (several), write transactions one at a time."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

from sqlalchemy.engine import make_url

from skylens.store.control.migrate import migrate
from skylens.store.control.postgres import PostgresDatabase
from skylens.store.control.revision import Revision
from skylens.store.control.secrets import Secrets, instance_key, key_of_folder
from skylens.store.control.sqlite import SqliteDatabase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlalchemy import Connection


_AWS_KMS: Final = "aws-kms:"


class Database(Protocol):
    """What SQLite and PostgreSQL each do in their own way."""

    def begin(self, *, durable: bool = True) -> AbstractContextManager[Connection]:
        """Open a write transaction that no other overlaps; one that is not durable need not wait for the disk."""

    def read(self) -> AbstractContextManager[Connection]:
        """Open a read transaction that sees one state throughout."""

    def close(self) -> None:
        """Close every connection."""


class Control:
    """Control-plane state. Write transactions are serialised across all nodes: what one reads stays true until it commits."""

    def __init__(self, database: Database, secrets: Secrets, migrated: Sequence[str] = ()) -> None:
        self.secrets = secrets
        self.migrated = tuple(migrated)  # what opening it changed in its schema
        self.revision = Revision()  # of everything that is written durably
        self._database = database

    @contextmanager
    def begin(self, *, durable: bool = True) -> Iterator[Connection]:
        """Open a write transaction; it commits when the block ends and rolls back when it raises.

        ``durable=False`` is for what may be lost in a power cut, because clients report it anew within seconds.
        """
        with self._database.begin(durable=durable) as connection:
            yield connection
        if durable:
            self.revision.changed()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a read transaction: one consistent state, writers are not kept waiting."""
        with self._database.read() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self._database.close()


def open_control(url: str, data: Path) -> Control:
    """Open ``sqlite:///file`` or ``postgresql://…`` and bring its schema up to date.

    The instance key comes from SKYLENS_INSTANCE_KEY, which several nodes over one database share: the key itself, or
    ``aws-kms:`` and the key of AWS KMS that wraps it. Without it the key is in the data folder.
    """
    database = _connect(url)
    try:
        with database.begin() as connection:
            done = migrate(connection)
        return Control(database, Secrets(_instance_key(database, data)), done)
    except BaseException:
        database.close()
        raise


def _instance_key(database: Database, data: Path) -> bytes:
    given = os.environ.get("SKYLENS_INSTANCE_KEY", "").strip()
    if not given.startswith(_AWS_KMS):
        return instance_key(data, given)
    from skylens.store.control import aws_kms  # noqa: PLC0415  # boto3 costs 0.2 s, and few have their key there

    return aws_kms.instance_key(database, given.removeprefix(_AWS_KMS), lambda: key_of_folder(data))


def _connect(url: str) -> Database:
    target = make_url(url)
    match target.get_backend_name():
        case "sqlite":
            return SqliteDatabase(target)
        case "postgresql":
            return PostgresDatabase(target)
    raise ValueError(f"the state is kept in sqlite:///file or postgresql://host/database, not {url!r}")
