"""Secrets at rest: AES-256-GCM with the instance key, which lives beside the data or in the environment."""

from __future__ import annotations

import base64
import binascii
import os
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

if TYPE_CHECKING:
    from pathlib import Path

_KEY_BYTES: Final = 32
_FILE: Final = "instance.key"
_NONCE_BYTES: Final = 12
_VERSION: Final = b"\x01"  # of the format: version, nonce, ciphertext with tag


class SecretUnreadable(Exception):
    """A secret was sealed with another instance key, or is damaged."""


class Secrets:
    """Seals and opens secrets with one key."""

    def __init__(self, key: bytes) -> None:
        if len(key) != _KEY_BYTES:
            raise ValueError(f"the instance key has {len(key)} bytes, not {_KEY_BYTES}")
        self._key = key
        self._cipher = AESGCM(key)

    def derived(self, purpose: str) -> Secrets:
        """Return secrets of a key of their own: what is sealed for one purpose is nothing for another."""
        return Secrets(self.derived_key(purpose))

    def derived_key(self, purpose: str) -> bytes:
        """Return a key that every node with the instance key has, and that tells nothing of it."""
        return HKDF(SHA256(), _KEY_BYTES, salt=None, info=purpose.encode()).derive(self._key)

    def encrypt(self, secret: bytes) -> bytes:
        """Return the secret sealed; the same secret gives different bytes each time."""
        nonce = os.urandom(_NONCE_BYTES)  # a nonce must be unpredictable; tests never depend on it
        return _VERSION + nonce + self._cipher.encrypt(nonce, secret, _VERSION)

    def decrypt(self, sealed: bytes) -> bytes:
        """Return the secret, or raise SecretUnreadable."""
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        if sealed[:1] != _VERSION or len(nonce) != _NONCE_BYTES:
            raise SecretUnreadable("this is no sealed secret")
        try:
            return self._cipher.decrypt(nonce, body, _VERSION)
        except InvalidTag as exc:
            raise SecretUnreadable("sealed with another instance key, or damaged") from exc

    def __repr__(self) -> str:
        return "<Secrets>"


def instance_key(data: Path, given: str = "") -> bytes:
    """Return the instance key: the one given (64 hexadecimal digits or base64), else the folder's, made at first use."""
    if given:
        return _parse(given)
    path = data / _FILE
    if not path.exists():
        _write_once(path, new_key())
    return _read(path)


def key_of_folder(data: Path) -> bytes | None:
    """Return the folder's instance key, or None where it has none."""
    path = data / _FILE
    return _read(path) if path.exists() else None


def new_key() -> bytes:
    """Return a new instance key."""
    return os.urandom(_KEY_BYTES)  # a key must be unpredictable; tests never depend on it


def _read(path: Path) -> bytes:
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path} must be readable by its owner only (chmod 600)")
    return _parse(path.read_text(encoding="ascii"))


def _write_once(path: Path, key: bytes) -> None:
    """Write the key durably; of two processes that start together one wins, and both use its key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(key.hex().encode())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # the other process was first
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _parse(text: str) -> bytes:
    text = text.strip()
    try:
        key = bytes.fromhex(text) if len(text) == 2 * _KEY_BYTES else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as exc:
        raise ValueError("the instance key is 32 bytes in hexadecimal or base64") from exc
    if len(key) != _KEY_BYTES:
        raise ValueError(f"the instance key has {len(key)} bytes, not {_KEY_BYTES}")
    return key
