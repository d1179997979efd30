"""OpenID Connect providers whose tokens an account takes."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete as delete_from
from sqlalchemy import insert, select, update

from skylens.iam.errors import EntityAlreadyExists, NoSuchEntity
from skylens.store.control.schema.iam_oidc_providers import IAM_OIDC_PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcProvider:
    """A provider, named for its URL, which is written without its scheme, and the audiences that it may speak to."""

    account: str
    url: str
    client_ids: Sequence[str]
    thumbprints: Sequence[str]
    tags: Mapping[str, str] = field(default_factory=dict)
    created_at: datetime

    @property
    def arn(self) -> str:
        """Name of it in trust policies."""
        return f"arn:aws:iam::{self.account}:oidc-provider/{self.url}"


def everything(connection: Connection, account: str) -> list[OidcProvider]:
    """Return an account's providers by URL."""
    rows = connection.execute(select(IAM_OIDC_PROVIDERS).where(IAM_OIDC_PROVIDERS.c.account == account))
    return sorted((_provider(row) for row in rows), key=lambda provider: provider.url)


def by_url(connection: Connection, account: str, url: str) -> OidcProvider | None:
    """Return an account's provider of that URL, without its scheme, or None."""
    table = IAM_OIDC_PROVIDERS.c
    found = select(IAM_OIDC_PROVIDERS).where(table.account == account, table.url == url)
    row = connection.execute(found).one_or_none()
    return None if row is None else _provider(row)


def get(connection: Connection, account: str, arn: str) -> OidcProvider:
    """Return an account's provider of that ARN, or raise NoSuchEntity."""
    found = by_url(connection, account, arn.partition(":oidc-provider/")[2])
    if found is None or found.arn != arn:
        raise NoSuchEntity(f"OpenIDConnect Provider not found for arn {arn}")
    return found


def create(connection: Connection, provider: OidcProvider) -> None:
    """Store a new provider."""
    if by_url(connection, provider.account, provider.url) is not None:
        raise EntityAlreadyExists(f"Provider with url https://{provider.url} already exists.")
    row = {each.name: getattr(provider, each.name) for each in fields(provider)}
    connection.execute(insert(IAM_OIDC_PROVIDERS).values(row))


def change(connection: Connection, provider: OidcProvider, **changes: Any) -> OidcProvider:
    """Store the changes to a provider and return what it is now."""
    connection.execute(update(IAM_OIDC_PROVIDERS).where(*_is(provider)).values(**changes))
    return replace(provider, **changes)


def delete(connection: Connection, provider: OidcProvider) -> None:
    """Remove a provider."""
    connection.execute(delete_from(IAM_OIDC_PROVIDERS).where(*_is(provider)))


def _is(provider: OidcProvider) -> tuple[Any, ...]:
    table = IAM_OIDC_PROVIDERS.c
    return table.account == provider.account, table.url == provider.url


def _provider(row: Row[Any]) -> OidcProvider:
    return OidcProvider(**row._mapping)  # noqa: SLF001  # SQLAlchemy's name for a row's columns by name
