"""Users: people and programs with access keys of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

from skylens.caller import AccountId, Principal
from skylens.iam.named import Named
from skylens.store.control.schema.iam_users import IAM_USERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Table


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class User(Named):
    """A user; what it may do is written in its policies and those of its groups."""

    TABLE: ClassVar[Table] = IAM_USERS
    RESOURCE: ClassVar[Literal["user"]] = "user"
    ID_PREFIX: ClassVar[str] = "AIDA"
    MISSING: ClassVar[str] = "The user with name {} cannot be found."
    EXISTING: ClassVar[str] = "User with name {} already exists."
    QUOTA: ClassVar[tuple[str, int]] = ("UsersPerAccount", 5_000)

    boundary_arn: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def principal(self) -> Principal:
        """The user as a caller."""
        return Principal(AccountId(self.account), self.arn, "IAMUser", self.id, self.name)
