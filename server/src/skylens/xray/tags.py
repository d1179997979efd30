"""Tags of groups and sampling rules: what a tag may be, and which ones a resource has."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select

from skylens.store.control.schema.tags import TAGS
from skylens.store.control.upsert import upsert
from skylens.xray.errors import InvalidRequest, TooManyTags

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

_SPECIAL: Final = frozenset("_.:/=+-@")
_SYSTEM: Final = "aws:"


def from_documents(documents: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the tags by key, if each may be given by a user.

    >>> from_documents([{"Key": "Stage", "Value": "prod"}])
    {'Stage': 'prod'}
    """
    tags: dict[str, str] = {}
    for document in documents:
        key, value = document["Key"], document["Value"]
        if key in tags:
            raise InvalidRequest(f"The tag key {key!r} is given twice")
        _check_key(key)
        _check_characters(value)
        tags[key] = value
    return tags


def give(connection: Connection, resource: str, tags: Mapping[str, str], *, most: int) -> None:
    """Give a resource that is being created its tags; creating declares no error of its own for too many."""
    try:
        add(connection, resource, tags, most=most)
    except TooManyTags as too_many:
        raise InvalidRequest(str(too_many)) from too_many


def add(connection: Connection, resource: str, tags: Mapping[str, str], *, most: int) -> None:
    """Give a resource the tags, if it then has not more than it may; those of a key it has are replaced."""
    if len(of(connection, resource).keys() | tags.keys()) > most:
        raise TooManyTags(resource, most)
    upsert(connection, TAGS, [{"resource": resource, "key": key, "value": value} for key, value in tags.items()])


def remove(connection: Connection, resource: str, keys: Iterable[str]) -> None:
    """Take the tags of these keys from a resource, those it has."""
    wanted = list(keys)
    for key in wanted:
        _check_key(key)
    connection.execute(delete(TAGS).where(TAGS.c.resource == resource, TAGS.c.key.in_(wanted)))


def of(connection: Connection, resource: str) -> dict[str, str]:
    """Return a resource's tags by key, in the order of their keys."""
    rows = connection.execute(select(TAGS).where(TAGS.c.resource == resource).order_by(TAGS.c.key))
    return {row.key: row.value for row in rows}


def forget(connection: Connection, resource: str) -> None:
    """Remove the tags of a resource that is no more."""
    connection.execute(delete(TAGS).where(TAGS.c.resource == resource))


def _check_key(key: str) -> None:
    if key.lower().startswith(_SYSTEM):
        raise InvalidRequest(f"Tag keys that begin with {_SYSTEM!r} are the system's own: {key!r}")
    _check_characters(key)


def _check_characters(text: str) -> None:
    for at, character in enumerate(text):
        if character not in _SPECIAL and unicodedata.category(character)[0] not in "LNZ":
            raise InvalidRequest(f"The character {character!r} at {at} cannot stand in a tag: {text!r}")
