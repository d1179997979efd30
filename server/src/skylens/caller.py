"""Caller: who is asking, in which account and region."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, NewType, TypeAlias

AccountId = NewType("AccountId", str)
Region = NewType("Region", str)

# As in the userIdentity of CloudTrail's records.
PrincipalType: TypeAlias = Literal[
    "Root", "IAMUser", "AssumedRole", "FederatedUser", "WebIdentityUser", "AWSService", "Anonymous"
]


@dataclass(frozen=True, slots=True)
class Issuer:
    """The user, role or root user that a session's credentials were made from."""

    type: Literal["Role", "IAMUser", "Root"]
    principal_id: str  # "AROA…", "AIDA…", or the account
    arn: str
    account: AccountId
    name: str


@dataclass(frozen=True, slots=True)
class Session:
    """What temporary credentials say besides who they stand for.

    ``policies`` are the texts of the session policies: each of them can only narrow what the issuer may do.
    ``federated_provider`` and ``attributes`` come from the token of a web identity.
    """

    issuer: Issuer
    issued_at: datetime
    policies: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive_tag_keys: tuple[str, ...] = ()
    source_identity: str = ""
    has_mfa: bool = False
    is_from_console: bool = False
    federated_provider: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Principal:
    """One that can be allowed or denied something.

    ``id`` is what outlives a name: the account of a root user, ``AIDA…`` of a user, ``AROA…:session`` of a role session,
    ``account:name`` of a federated user. ``name`` is the user's name, or that of the session.
    """

    account: AccountId
    arn: str
    type: PrincipalType
    id: str
    name: str = ""
    session: Session | None = None

    def __repr__(self) -> str:
        return f"<Principal {self.arn}>"


@dataclass(frozen=True, slots=True)
class Caller:
    """The principal behind a request, as its credential says, and the region of the credential's scope.

    ``invoked_by`` is the service (``cloudtrail.amazonaws.com``) that makes the call for the principal, ``source_arn`` what of
    that service's it makes the call for (a trail, an event data store).
    """

    principal: Principal
    region: Region
    access_key_id: str = ""
    invoked_by: str = ""
    source_arn: str = ""

    @property
    def account(self) -> AccountId:
        """Twelve digits: whose data the call is about."""
        return self.principal.account

    @property
    def arn(self) -> str:
        """Name of the principal."""
        return self.principal.arn

    def __repr__(self) -> str:
        return f"<Caller {self.arn} in {self.region}>"


# Whoever does not sign: of no account, and nobody.
ANYBODY: Final = Principal(AccountId(""), "", "Anonymous", "")


def root_of(account: str) -> Principal:
    """Return an account's root user.

    >>> root_of("000000000000")
    <Principal arn:aws:iam::000000000000:root>
    """
    return Principal(AccountId(account), f"arn:aws:iam::{account}:root", "Root", account)


def service_caller(account: str, region: str, name: str, *, source_arn: str = "") -> Caller:
    """Return a service (``cloudtrail.amazonaws.com``) that works for an account by itself."""
    principal = Principal(AccountId(account), "", "AWSService", name, name)
    return Caller(principal, Region(region), invoked_by=name, source_arn=source_arn)
