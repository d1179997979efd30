"""Which access key signs: the first of the usual places that has one, kept until shortly before it expires."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from skylens_daemon import instance_metadata, profile, sts
from skylens_daemon.clock import Clock
from skylens_daemon.config import Config
from skylens_daemon.sign import Key
from skylens_daemon.transport import Transport

logger = logging.getLogger(__name__)

Source = Callable[[], Awaitable[Key | None]]

# Fetched anew this long before the end, so that a signature never meets an expired key on its way.
REFRESH_SECONDS = 300.0


class NoCredentials(Exception):
    """No place has a key, or the place that should have one did not give it."""


class Credentials:
    """Hands out the current key; many may ask at once, one of them fetches."""

    def __init__(self, sources: Sequence[Source], clock: Clock) -> None:
        self._sources = sources
        self._clock = clock
        self._key: Key | None = None
        self._lock = asyncio.Lock()

    async def get(self) -> Key:
        """Return a key that is good for a while, or raise NoCredentials."""
        if self._key is not None and self._is_fresh(self._key, REFRESH_SECONDS):
            return self._key
        async with self._lock:
            if self._key is None or not self._is_fresh(self._key, REFRESH_SECONDS):
                self._key = await self._fetch_or_keep()
            return self._key

    def forget(self) -> None:
        """Fetch anew at the next call: the service said that the key has expired."""
        self._key = None

    async def _fetch_or_keep(self) -> Key:
        try:
            return await self._fetch()
        except NoCredentials as exc:
            if self._key is None or not self._is_fresh(self._key, 0):
                raise
            logger.warning("Keeping the current credentials: %s", exc)
            return self._key

    async def _fetch(self) -> Key:
        for source in self._sources:
            try:
                key = await source()
            except (OSError, ValueError, KeyError, sts.Refused, instance_metadata.NoMetadata) as exc:
                raise NoCredentials(str(exc) or type(exc).__name__) from exc
            if key is not None:
                return key
        raise NoCredentials("no credentials in the environment, shared files, container or instance metadata")

    def _is_fresh(self, key: Key, margin: float) -> bool:
        return self._clock.now() + margin < key.expires_at


def fixed(key: Key, clock: Clock) -> Credentials:
    """Return credentials that are always this key."""

    async def source() -> Key | None:
        return key

    return Credentials([source], clock)


def chain(config: Config, environ: Mapping[str, str], transport: Transport, clock: Clock) -> Credentials:
    """Return the usual places in the SDK's order: environment, web identity, shared files, container, instance.

    https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
    """

    async def environment() -> Key | None:
        return from_environment(environ)

    async def web_identity() -> Key | None:
        return await sts.assume_role_with_web_identity(config, environ, transport)

    async def shared_files() -> Key | None:
        return profile.key(environ)

    async def container() -> Key | None:
        return await instance_metadata.container_key(environ, transport)

    async def instance() -> Key | None:
        return await instance_metadata.instance_key(environ, transport)

    sources: list[Source] = [environment, web_identity, shared_files, container]
    if not config.local_mode:
        sources.append(instance)
    return Credentials(sources, clock)


def assumed(
    base: Credentials, config: Config, environ: Mapping[str, str], transport: Transport, clock: Clock
) -> Credentials:
    """Return the credentials of RoleARN, assumed with the base credentials through STS."""

    async def role() -> Key | None:
        key = await base.get()
        try:
            return await sts.assume_role(config, environ, transport, key=key, now=clock.now())
        except sts.Refused:
            base.forget()
            raise

    return Credentials([role], clock)


def from_environment(environ: Mapping[str, str]) -> Key | None:
    """Return AWS_ACCESS_KEY_ID and its companions, when both halves are there."""
    access_key_id = environ.get("AWS_ACCESS_KEY_ID") or environ.get("AWS_ACCESS_KEY", "")
    secret = environ.get("AWS_SECRET_ACCESS_KEY") or environ.get("AWS_SECRET_KEY", "")
    if not access_key_id or not secret:
        return None
    return Key(access_key_id, secret, environ.get("AWS_SESSION_TOKEN", ""))
