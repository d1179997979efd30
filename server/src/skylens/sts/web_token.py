"""Web tokens: what an OpenID Connect provider says of somebody, believed once its signature and its time are right."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import jwt

from skylens.sts.errors import ExpiredIdentityToken, InvalidIdentityToken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jwt.types import Options

    from skylens.iam.oidc_providers import OidcProvider

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")
_SCHEME: Final = "https://"
_TAGS: Final = "https://aws.amazon.com/tags"
_SOURCE_IDENTITY: Final = "https://aws.amazon.com/source_identity"
_UNREADABLE: Final = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
# Its signature is looked at by the library, its claims here, against the clock that everything else goes by.
_SIGNATURE_ONLY: Final[Options] = {
    "verify_signature": True,
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


@dataclass(frozen=True, slots=True)
class WebIdentity:
    """Who a verified token is about, and what it says besides."""

    issuer: str  # with its scheme
    provider_arn: str
    audience: str
    subject: str
    attributes: Mapping[str, str]  # the keys that trust policies ask for
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive_tag_keys: tuple[str, ...] = ()
    source_identity: str = ""


def verify(
    token: str,
    find_provider: Callable[[str], OidcProvider | None],
    find_key: Callable[[str, str], jwt.PyJWK | None],
    now: datetime,
) -> WebIdentity:
    """Return who a token is about, or raise the error of STS for what is wrong with it."""
    header, claims = _unverified(token)
    issuer = _text(claims, "iss")
    provider = find_provider(issuer.removeprefix(_SCHEME)) if issuer.startswith(_SCHEME) else None
    if provider is None:
        raise InvalidIdentityToken(f"No OpenIDConnect provider found in your account for {issuer}")
    audience = _audience(claims, provider)
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS:
        raise InvalidIdentityToken(f"The token is signed with {algorithm}; {', '.join(ALGORITHMS)} are taken")
    key = find_key(provider.url, str(header.get("kid", "")))
    if key is None:
        raise InvalidIdentityToken("The provider has no key of the token's kid")
    try:
        claims = jwt.decode(token, key, algorithms=[algorithm], options=_SIGNATURE_ONLY)
    except (jwt.PyJWTError, ValueError, TypeError) as wrong:
        raise InvalidIdentityToken("The signature of the token cannot be verified with the provider's key") from wrong
    _check_times(claims, now)
    return _identity(claims, provider, issuer, audience)


def _unverified(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, TypeError) as wrong:
        raise InvalidIdentityToken(_UNREADABLE) from wrong
    return header, claims


def _text(claims: Mapping[str, Any], name: str) -> str:
    text = claims.get(name)
    if not isinstance(text, str) or not text:
        raise InvalidIdentityToken(f"Missing a required claim: {name}")
    return text


def _audience(claims: Mapping[str, Any], provider: OidcProvider) -> str:
    # A token for several names in ``azp`` whom it was made for.
    told = claims.get("azp") or claims.get("aud")
    audiences = told if isinstance(told, list) else [told]
    found = next((one for one in audiences if isinstance(one, str) and one in provider.client_ids), None)
    if found is None:
        raise InvalidIdentityToken("Incorrect token audience")
    return found


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    moments = {name: _moment(claims[name]) for name in ("exp", "nbf", "iat") if name in claims}
    if "exp" not in moments or "iat" not in moments:
        raise InvalidIdentityToken("Missing a required claim: exp and iat")
    if moments["exp"] <= now:
        told = f"{now:%Y-%m-%dT%H:%M:%SZ} must be before the expiration date/time {moments['exp']:%Y-%m-%dT%H:%M:%SZ}"
        raise ExpiredIdentityToken(f"Token expired: current date/time {told}")
    if moments.get("nbf", now) > now:
        raise InvalidIdentityToken("The token is not valid yet")


def _moment(value: object) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidIdentityToken("A time in the token is no number")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError) as wrong:
        raise InvalidIdentityToken("A time in the token is none") from wrong


def _identity(claims: Mapping[str, Any], provider: OidcProvider, issuer: str, audience: str) -> WebIdentity:
    subject = _text(claims, "sub")
    attributes = {f"{provider.url}:aud": audience, f"{provider.url}:sub": subject}
    told = claims.get(_TAGS)
    told = told if isinstance(told, dict) else {}
    tags = {str(key): _first(values) for key, values in dict(told.get("principal_tags") or {}).items()}
    transitive = tuple(key for key in told.get("transitive_tag_keys") or () if key in tags)
    source = claims.get(_SOURCE_IDENTITY)
    return WebIdentity(
        issuer=issuer,
        provider_arn=provider.arn,
        audience=audience,
        subject=subject,
        attributes=attributes,
        tags=tags,
        transitive_tag_keys=transitive,
        source_identity=source if isinstance(source, str) else "",
    )


def _first(values: object) -> str:
    return str(values[0]) if isinstance(values, list) and values else str(values)
