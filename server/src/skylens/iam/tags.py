"""Tags of IAM's entities. Those of users and roles do not tell case in their keys; those of all others do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from skylens.iam.errors import InvalidInput, LimitExceeded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST: Final = 50
_SYSTEM: Final = "aws:"


def from_documents(documents: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the tags by key, if a user may give them.

    >>> from_documents([{"Key": "Team", "Value": "blue"}])
    {'Team': 'blue'}
    """
    tags: dict[str, str] = {}
    for document in documents:
        key = document["Key"]
        if key.lower().startswith(_SYSTEM):
            raise InvalidInput(f"Tag keys that begin with {_SYSTEM!r} are the system's own: {key}")
        if key.lower() in {other.lower() for other in tags}:
            raise InvalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
        tags[key] = document["Value"]
    return tags


def added(tags: Mapping[str, str], new: Mapping[str, str], *, tells_case: bool) -> dict[str, str]:
    """Return the tags with new ones, which take the place of those with their keys.

    >>> added({"Team": "blue"}, {"team": "red"}, tells_case=False)
    {'team': 'red'}
    """
    together = {**removed(tags, new, tells_case=tells_case), **new}
    if len(together) > MOST:
        raise LimitExceeded(f"Cannot exceed quota for TagsPerResource: {MOST}")
    return together


def removed(tags: Mapping[str, str], keys: Iterable[str], *, tells_case: bool) -> dict[str, str]:
    """Return the tags without those of the keys."""
    gone = {key if tells_case else key.lower() for key in keys}
    return {key: value for key, value in tags.items() if (key if tells_case else key.lower()) not in gone}


def documents(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the tags as IAM answers them, by key."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]
