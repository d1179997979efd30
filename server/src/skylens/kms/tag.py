"""Tags of keys: what a tag may be, and which ones a key has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select

from skylens.kms.errors import InvalidTag, LimitExceeded
from skylens.store.control.schema.tags import TAGS
from skylens.store.control.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from skylens.kms.key import Key

_SYSTEM: Final = "aws:"


def from_documents(documents: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the tags by key, if each may be given by a user.

    >>> from_documents([{"TagKey": "Stage", "TagValue": "prod"}])
    {'Stage': 'prod'}
    """
    tags: dict[str, str] = {}
    for document in documents:
        key = document["TagKey"]
        if key in tags:
            raise InvalidTag("Duplicate tag keys")
        if key.lower().startswith(_SYSTEM):
            raise InvalidTag("User-defined tag keys cannot begin with aws:")
        tags[key] = document["TagValue"]
    return tags


def add(connection: Connection, key: Key, tags: Mapping[str, str], *, most: int) -> None:
    """Give a key the tags, if it then has not more than it may; those of a tag key it has are replaced."""
    if len(of(connection, key).keys() | tags.keys()) > most:
        raise LimitExceeded("Too many tags")
    upsert(connection, TAGS, [{"resource": key.arn, "key": name, "value": value} for name, value in tags.items()])


def remove(connection: Connection, key: Key, names: Iterable[str]) -> None:
    """Take the tags of these names from a key, those it has."""
    connection.execute(delete(TAGS).where(TAGS.c.resource == key.arn, TAGS.c.key.in_(list(names))))


def of(connection: Connection, key: Key) -> dict[str, str]:
    """Return a key's tags by their names, in order."""
    rows = connection.execute(select(TAGS).where(TAGS.c.resource == key.arn).order_by(TAGS.c.key))
    return {row.key: row.value for row in rows}


def forget(connection: Connection, key: Key) -> None:
    """Remove the tags of a key that is no more."""
    connection.execute(delete(TAGS).where(TAGS.c.resource == key.arn))
