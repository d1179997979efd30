"""Trail name: what a trail may be called, and the ARN that names it everywhere.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-naming-requirements.html
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final, NamedTuple

from skylens.cloudtrail.trail_errors import InvalidTrailArn, InvalidTrailName

_SHORTEST: Final = 3
_LONGEST: Final = 128
_LETTERS: Final = re.compile(r"[A-Za-z0-9._-]+")
_ARN: Final = re.compile(r"arn:aws:cloudtrail:([a-z0-9-]+):([0-9]{12}):trail/(.+)", re.DOTALL)


class TrailName(NamedTuple):
    """Where a trail's home is, whose it is, and what it is called."""

    region: str
    account: str
    name: str

    @property
    def arn(self) -> str:
        """The trail's ARN."""
        return f"arn:aws:cloudtrail:{self.region}:{self.account}:trail/{self.name}"


def is_arn(text: str) -> bool:
    """Say whether somebody means an ARN."""
    return text.startswith("arn:")


def from_arn(arn: str) -> TrailName:
    """Return what a trail's ARN says, or raise InvalidTrailArn."""
    found = _ARN.fullmatch(arn)
    if found is None:
        raise InvalidTrailArn(arn)
    check_name(found[3])
    return TrailName(*found.groups())


def check_name(name: str) -> None:
    """Raise InvalidTrailName, in AWS's words, for what a trail cannot be called.

    >>> check_name("main-trail")
    """
    if reason := _complaint(name):
        raise InvalidTrailName(reason)


def _complaint(name: str) -> str:
    length = f"characters. Specified name length: {len(name)} characters."
    if len(name) < _SHORTEST:
        return f"Trail name too short. Minimum allowed length: {_SHORTEST} {length}"
    if len(name) > _LONGEST:
        return f"Trail name too long. Maximum allowed length: {_LONGEST} {length}"
    if not _is_letter_or_number(name[0]):
        return "Trail name must starts with a letter or number."
    if not _is_letter_or_number(name[-1]):
        return "Trail name must ends with a letter or number."
    if not _LETTERS.fullmatch(name):
        return (
            "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), "
            "hyphens (-), and underscores (_)."
        )
    if re.search(r"[._-]{2}", name):
        return "Trail name cannot have adjacent periods (.), hyphens (-), or underscores (_)."
    return "Trail name must not be formatted as an IP address." if _is_ip_address(name) else ""


def _is_letter_or_number(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _is_ip_address(name: str) -> bool:
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return True
