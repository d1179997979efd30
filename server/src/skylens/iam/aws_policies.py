"""The policies that AWS manages: names and actions are AWS's, texts are ours. One file each in managed_policies/."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCOUNT: Final = "aws"
_ID_LETTERS = 17


@dataclass(frozen=True, slots=True)
class AwsPolicy:
    """A policy under the name that AWS gave it. ``written_at`` tells when we wrote this text of it."""

    name: str
    path: str
    description: str
    version: int
    written_at: datetime
    text: str = field(repr=False)

    @property
    def arn(self) -> str:
        """Name of it in every account."""
        return f"arn:aws:iam::{ACCOUNT}:policy{self.path}{self.name}"

    @property
    def id(self) -> str:
        """An id that is the same on every installation."""
        digest = base64.b32encode(hashlib.sha256(self.arn.encode()).digest()).decode()
        return f"ANPA{digest[:_ID_LETTERS]}"


@cache
def everything() -> Mapping[str, AwsPolicy]:
    """Return all of them by ARN."""
    folder = files("skylens.iam") / "managed_policies"
    found = [_read(entry.name.removesuffix(".json"), entry.read_text(encoding="utf-8")) for entry in folder.iterdir()]
    return {policy.arn: policy for policy in sorted(found, key=lambda policy: policy.arn)}


def _read(name: str, text: str) -> AwsPolicy:
    told = json.loads(text)
    written_at = datetime.fromisoformat(told["written"]).replace(tzinfo=UTC)
    document = json.dumps(told["document"], indent=4)
    return AwsPolicy(name, told["path"], told["description"], told["version"], written_at, document)
