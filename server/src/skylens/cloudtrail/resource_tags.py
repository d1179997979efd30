"""Tags of trails and of whatever else CloudTrail has: what a tag may be, and which ones a resource has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select

from skylens.cloudtrail.trail_errors import InvalidTag, TooManyTags
from skylens.store.control.schema.tags import TAGS
from skylens.store.control.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

_SYSTEM: Final = "aws:"


def from_documents(documents: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the tags by key; a tag without a value has the empty one.

    >>> from_documents([{"Key": "stage", "Value": "prod"}, {"Key": "audit"}])
    {'stage': 'prod', 'audit': ''}
    """
    tags: dict[str, str] = {}
    for document in documents:
        key = document["Key"]
        if key in tags:
            raise InvalidTag(f"The tag key {key!r} is given twice")
        if key.lower().startswith(_SYSTEM):
            raise InvalidTag(f"Tag keys that begin with {_SYSTEM!r} are the system's own: {key!r}")
        tags[key] = document.get("Value", "")
    return tags


def add(connection: Connection, resource: str, tags: Mapping[str, str], *, most: int) -> None:
    """Give a resource the tags, if it then has not more than it may; those of a key it has are replaced."""
    if len(of(connection, resource).keys() | tags.keys()) > most:
        raise TooManyTags(f"A resource can have at most {most} tags: {resource}")
    upsert(connection, TAGS, [{"resource": resource, "key": key, "value": value} for key, value in tags.items()])


def remove(connection: Connection, resource: str, tags: Mapping[str, str]) -> None:
    """Take the tags of these keys from a resource; where a value is given too, only if it is the tag's."""
    for key, value in tags.items():
        same = (TAGS.c.resource == resource) & (TAGS.c.key == key)
        connection.execute(delete(TAGS).where(same & (TAGS.c.value == value) if value else same))


def of(connection: Connection, resource: str) -> dict[str, str]:
    """Return a resource's tags by key, in the order of their keys."""
    rows = connection.execute(select(TAGS).where(TAGS.c.resource == resource).order_by(TAGS.c.key))
    return {row.key: row.value for row in rows}


def forget(connection: Connection, resource: str) -> None:
    """Remove the tags of a resource that is no more."""
    connection.execute(delete(TAGS).where(TAGS.c.resource == resource))
