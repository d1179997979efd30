"""Document cipher: encrypts the documents of accounts that want it, and decrypts for those who may use the key."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from skylens.caller import service_caller
from skylens.xray import data_keys, encryption_setting
from skylens.xray.encryption_setting import STALE_SECONDS
from skylens.xray.errors import KeyAccessDenied, KeyUnusable
from skylens.xray.sealed_document import DataKey, is_sealed, key_id, seal, unseal

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from skylens.caller import Caller
    from skylens.clock import Clock
    from skylens.ids import Ids
    from skylens.registry import Invoke
    from skylens.store import Store
    from skylens.store.control import Control
    from skylens.xray.data_keys import WrappedKey

# A data key encrypts for an hour or a million documents; a random nonce would be safe for four thousand times as many.
_USED_SECONDS: Final = 3600
_USED_DOCUMENTS: Final = 1_000_000
# How long an answer of KMS holds on a node to which nobody has told that something changed.
_TRUSTED_SECONDS: Final = 60
_MANY_KEYS: Final = 4096


@dataclass(slots=True)
class _Current:
    """What an account's documents are encrypted with now: a data key, nothing, or an error that says why they cannot be."""

    revision: Hashable
    checked_at: float
    key_arn: str = ""
    wrapped: WrappedKey | None = None
    key: DataKey | None = None
    made_at: float = 0.0
    trusted_at: float = 0.0
    used: int = 0
    error: KeyUnusable | KeyAccessDenied | None = None


@dataclass(frozen=True, slots=True)
class _Opened:
    """A data key that was opened for somebody."""

    revision: Hashable
    at: float
    key: DataKey


class DocumentCipher:
    """Keeps data keys at hand. ``revision`` changes whenever a key or a policy does, so that nothing outlives its permission."""

    def __init__(
        self,
        tools: tuple[Control, Clock, Ids],
        invoke_as: Callable[[Caller], Invoke],
        revision: Callable[[], Hashable],
    ) -> None:
        self._control, self._clock, self._ids = tools
        self._invoke_as = invoke_as
        self._revision = revision
        self._current: dict[tuple[str, str], _Current] = {}
        self._opened: dict[tuple[str, str, str], _Opened] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<DocumentCipher of {len(self._current)} accounts>"

    async def sealed(self, caller: Caller, documents: Sequence[str], places: Sequence[bytes]) -> Sequence[str]:
        """Return the documents as they are stored; raise where they are to be encrypted and cannot be."""
        current = self._current.get((caller.account, caller.region))
        if current is None or not self._holds(current, len(documents)):
            current = await asyncio.to_thread(self._prepared, caller, len(documents))
        if current.error is not None:
            raise current.error
        if current.key is None:
            return documents
        current.used += len(documents)
        key, prefix = current.key, _place(caller)
        return [seal(key, text, prefix + place) for text, place in zip(documents, places, strict=True)]

    def opened(self, caller: Caller, text: str, place: bytes) -> str:
        """Return a stored text as the document that it holds; raise where the caller may not read it or nobody can."""
        if not is_sealed(text):
            return text
        return unseal(self._key(caller, key_id(text)), text, _place(caller) + place)

    def try_key(self, caller: Caller, key_arn: str) -> None:
        """Raise unless X-Ray itself can use a key for an account now."""
        self._generate(caller, key_arn)

    def forget(self, caller: Caller) -> None:
        """Look the caller's setting up anew when it is needed next."""
        self._current.pop((caller.account, caller.region), None)

    def _holds(self, current: _Current, count: int) -> bool:
        now = self._clock.monotonic()
        return (
            current.revision == self._revision()
            and now - current.checked_at < STALE_SECONDS
            and (current.key is None or self._is_fresh(current, now, count))
        )

    def _is_fresh(self, current: _Current, now: float, count: int) -> bool:
        return now - current.made_at < _USED_SECONDS and current.used + count <= _USED_DOCUMENTS

    def _prepared(self, caller: Caller, count: int) -> _Current:
        """Return what to encrypt with, after another look at the setting and, where that is due, at the key."""
        with self._lock:
            owner = (caller.account, caller.region)
            known = self._current.get(owner)
            if known is not None and self._holds(known, count):
                return known  # another thread was here
            with self._control.read() as connection:
                setting = encryption_setting.stored(connection, caller)
            new = _Current(self._revision(), self._clock.monotonic(), setting.key_arn)
            if setting.key_arn:
                try:
                    new = self._with_key(caller, new, known, count)
                except (KeyUnusable, KeyAccessDenied) as error:
                    new = replace(new, error=error)
            self._current[owner] = new
            return new

    def _with_key(self, caller: Caller, new: _Current, known: _Current | None, count: int) -> _Current:
        now = new.checked_at
        if known and known.wrapped and known.key_arn == new.key_arn and self._is_fresh(known, now, count):
            kept = replace(known, revision=new.revision, checked_at=now)
            if known.revision != new.revision or now - known.trusted_at >= _TRUSTED_SECONDS:
                invoke = self._invoke_as(as_service(caller.account, caller.region))
                kept = replace(kept, key=data_keys.unwrap(invoke, caller, known.wrapped), trusted_at=now)
            return kept
        wrapped, key = self._generate(caller, new.key_arn)
        return replace(new, wrapped=wrapped, key=key, made_at=now, trusted_at=now)

    def _generate(self, caller: Caller, key_arn: str) -> tuple[WrappedKey, DataKey]:
        invoke = self._invoke_as(as_service(caller.account, caller.region))
        return data_keys.generate(self._control, self._ids, invoke, (caller, key_arn, self._clock.now()))

    def _key(self, caller: Caller, key_id: str) -> DataKey:
        """Return a data key for a caller; each is asked for by each credential, since each may be allowed other things."""
        name = (key_id, caller.access_key_id, caller.arn)
        revision, now = self._revision(), self._clock.monotonic()
        known = self._opened.get(name)
        if known is not None and known.revision == revision and now - known.at < _TRUSTED_SECONDS:
            return known.key
        self._opened.pop(name, None)
        key = data_keys.unwrap(self._invoke_as(caller), caller, data_keys.find(self._control, caller, key_id))
        if len(self._opened) >= _MANY_KEYS:
            self._opened.clear()
        self._opened[name] = _Opened(revision, now, key)
        return key


def as_service(account: str, region: str) -> Caller:
    """Return X-Ray itself at work for an account: its jobs, and the encryption of what is sent."""
    return service_caller(account, region, data_keys.SERVICE)


_CIPHERS: WeakKeyDictionary[Store, DocumentCipher] = WeakKeyDictionary()


async def sealed(store: Store, caller: Caller, documents: Sequence[str], places: Sequence[bytes]) -> Sequence[str]:
    """Return documents as the store is to keep them."""
    return await _CIPHERS[store].sealed(caller, documents, places)


def opened(store: Store, caller: Caller, text: str, place: bytes) -> str:
    """Return the document in a text that the store keeps, if it is sealed."""
    return _CIPHERS[store].opened(caller, text, place)


def use(store: Store, cipher: DocumentCipher) -> None:
    """Let a store's documents go through a cipher."""
    _CIPHERS[store] = cipher


def cipher_of(store: Store) -> DocumentCipher:
    """Return the cipher that a store's documents go through."""
    return _CIPHERS[store]


def _place(caller: Caller) -> bytes:
    return f"{caller.account} {caller.region} ".encode()
