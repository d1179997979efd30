"""Caller: who is asking, in which account and region."""

from dataclasses import dataclass
from typing import NewType

AccountId = NewType("AccountId", str)
Region = NewType("Region", str)


@dataclass(frozen=True, slots=True)
class Caller:
    """The principal behind a request, as its credential says.

    ``account`` is twelve digits, ``region`` comes from the credential scope, ``arn`` names the principal.
    """

    account: AccountId
    region: Region
    arn: str
    access_key_id: str

    def __repr__(self) -> str:
        return f"<Caller {self.arn} in {self.region}>"
