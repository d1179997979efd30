"""OpenID Connect providers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from skylens.iam import oidc_providers, tags
from skylens.iam.errors import InvalidInput, LimitExceeded, ValidationError
from skylens.iam.oidc_providers import OidcProvider
from skylens.iam.revision import writing
from skylens.iam.whole_seconds import whole_seconds
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

MOST_CLIENT_IDS: Final = 100
_THUMBPRINT: Final = re.compile(r"[0-9a-fA-F]{40}")


@operation("iam", "CreateOpenIDConnectProvider", quick=True)
def create_open_id_connect_provider(call: Call, request: Input) -> Output:
    """Take the tokens of a provider. Its certificate is checked as any website's when its keys are read.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
    """
    provider = OidcProvider(
        account=call.caller.account,
        url=_url(request["Url"]),
        client_ids=_client_ids(request.get("ClientIDList", ())),
        thumbprints=_thumbprints(request.get("ThumbprintList", ())),
        tags=tags.from_documents(request.get("Tags", ())),
        created_at=whole_seconds(call.now),
    )
    with writing(call.control) as connection:
        oidc_providers.create(connection, provider)
    return {"OpenIDConnectProviderArn": provider.arn, "Tags": tags.documents(provider.tags) or None}


@operation("iam", "GetOpenIDConnectProvider", quick=True)
def get_open_id_connect_provider(call: Call, request: Input) -> Output:
    """Return a provider.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOpenIDConnectProvider.html
    """
    with call.control.read() as connection:
        provider = _provider(connection, call, request)
    return {
        "Url": provider.url,
        "ClientIDList": provider.client_ids,
        "ThumbprintList": provider.thumbprints,
        "CreateDate": provider.created_at,
        "Tags": tags.documents(provider.tags),
    }


@operation("iam", "ListOpenIDConnectProviders", quick=True)
def list_open_id_connect_providers(call: Call, request: Input) -> Output:  # noqa: ARG001  # it has no parameters
    """Return the ARNs of all providers.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviders.html
    """
    with call.control.read() as connection:
        found = oidc_providers.everything(connection, call.caller.account)
    return {"OpenIDConnectProviderList": [{"Arn": provider.arn} for provider in found]}


@operation("iam", "DeleteOpenIDConnectProvider", quick=True)
def delete_open_id_connect_provider(call: Call, request: Input) -> Output:
    """Take a provider's tokens no more.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteOpenIDConnectProvider.html
    """
    with writing(call.control) as connection:
        oidc_providers.delete(connection, _provider(connection, call, request))
    return {}


@operation("iam", "UpdateOpenIDConnectProviderThumbprint", quick=True)
def update_open_id_connect_provider_thumbprint(call: Call, request: Input) -> Output:
    """Replace the thumbprints of a provider.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateOpenIDConnectProviderThumbprint.html
    """
    with writing(call.control) as connection:
        provider = _provider(connection, call, request)
        oidc_providers.change(connection, provider, thumbprints=_thumbprints(request["ThumbprintList"]))
    return {}


@operation("iam", "AddClientIDToOpenIDConnectProvider", quick=True)
def add_client_id_to_open_id_connect_provider(call: Call, request: Input) -> Output:
    """Take tokens for one more audience.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddClientIDToOpenIDConnectProvider.html
    """
    with writing(call.control) as connection:
        provider = _provider(connection, call, request)
        oidc_providers.change(connection, provider, client_ids=_client_ids([*provider.client_ids, request["ClientID"]]))
    return {}


@operation("iam", "RemoveClientIDFromOpenIDConnectProvider", quick=True)
def remove_client_id_from_open_id_connect_provider(call: Call, request: Input) -> Output:
    """Take tokens for one audience less; one that was not taken changes nothing.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveClientIDFromOpenIDConnectProvider.html
    """
    with writing(call.control) as connection:
        provider = _provider(connection, call, request)
        left = [each for each in provider.client_ids if each != request["ClientID"]]
        oidc_providers.change(connection, provider, client_ids=left)
    return {}


def _provider(connection: Connection, call: Call, request: Input) -> OidcProvider:
    return oidc_providers.get(connection, call.caller.account, request["OpenIDConnectProviderArn"])


def _url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValidationError("Invalid Open ID Connect Provider URL")
    return f"{parts.netloc}{parts.path}".rstrip("/")


def _client_ids(given: Sequence[str]) -> list[str]:
    unique = list(dict.fromkeys(given))
    if len(unique) > MOST_CLIENT_IDS:
        raise LimitExceeded(f"Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: {MOST_CLIENT_IDS}")
    return unique


def _thumbprints(given: Sequence[str]) -> list[str]:
    for thumbprint in given:
        if not _THUMBPRINT.fullmatch(thumbprint):
            raise InvalidInput(f"A thumbprint is forty hexadecimal digits: {thumbprint}")
    return list(given)
