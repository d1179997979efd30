"""Encryption of up to four kilobytes with a key itself: encrypt, decrypt, encrypt anew with another key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skylens.kms import asymmetric, ciphertext, key, material
from skylens.kms.errors import IncorrectKey, InvalidCiphertext, InvalidRequest
from skylens.kms.key_id import resolve
from skylens.kms.key_spec import SYMMETRIC
from skylens.kms.working_key import private, refuse_enclave, stop_where_dry, usable
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from skylens.kms.key import Key


@dataclass(frozen=True, slots=True)
class Terms:
    """One side of an encryption as a request puts it: the key, the algorithm and the context."""

    key_id: str
    algorithm: str
    context: Mapping[str, str]

    @classmethod
    def of(cls, request: Input, side: str = "") -> Terms:
        """Read them; ``side`` is Source or Destination where a request has both."""
        return cls(
            request.get(f"{side}KeyId", ""),
            request.get(f"{side}EncryptionAlgorithm", SYMMETRIC),
            request.get(f"{side}EncryptionContext", {}),
        )


@operation("kms", "Encrypt")
def encrypt(call: Call, request: Input) -> Output:
    """Return the plaintext encrypted.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html
    """
    terms = Terms.of(request)
    with call.control.read() as connection:
        found = _encrypting(connection, call, terms)
        stop_where_dry(request)
        blob = _encrypt(connection, call, found, (request["Plaintext"], terms))
    return {"CiphertextBlob": blob, "KeyId": found.arn, "EncryptionAlgorithm": terms.algorithm}


@operation("kms", "Decrypt")
def decrypt(call: Call, request: Input) -> Output:
    """Return the plaintext; the ciphertext itself says which key opens it.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
    """
    refuse_enclave(request)
    terms = Terms.of(request)
    with call.control.read() as connection:
        if _ignores_ciphertext(request):
            _named(connection, call, terms)
            stop_where_dry(request)
        opened = _decrypt(connection, call, request["CiphertextBlob"], terms)
    stop_where_dry(request)
    return {
        "KeyId": opened.key.arn,
        "Plaintext": opened.plaintext,
        "EncryptionAlgorithm": terms.algorithm,
        "KeyMaterialId": opened.material_id,
    }


@operation("kms", "ReEncrypt")
def re_encrypt(call: Call, request: Input) -> Output:
    """Return what a ciphertext holds, encrypted with another key or context; nobody sees the plaintext.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html
    """
    source, target = Terms.of(request, "Source"), Terms.of(request, "Destination")
    with call.control.read() as connection:
        found = _encrypting(connection, call, target)
        if _ignores_ciphertext(request):
            _named(connection, call, source)
            stop_where_dry(request)
        opened = _decrypt(connection, call, request["CiphertextBlob"], source)
        stop_where_dry(request)
        blob = _encrypt(connection, call, found, (opened.plaintext, target))
    return {
        "CiphertextBlob": blob,
        "SourceKeyId": opened.key.arn,
        "KeyId": found.arn,
        "SourceEncryptionAlgorithm": source.algorithm,
        "DestinationEncryptionAlgorithm": target.algorithm,
        "SourceKeyMaterialId": opened.material_id,
        "DestinationKeyMaterialId": None if found.spec.is_asymmetric else found.material_id,
    }


@dataclass(frozen=True, slots=True)
class _Opened:
    key: Key
    plaintext: bytes
    material_id: str | None


def _encrypting(connection: Connection, call: Call, terms: Terms) -> Key:
    found = usable(connection, call, terms.key_id, "ENCRYPT_DECRYPT")
    found.check_algorithm(terms.algorithm)
    if found.spec.is_asymmetric and terms.context:
        raise InvalidRequest("An encryption context is for keys for symmetric encryption only.")
    return found


def _encrypt(connection: Connection, call: Call, found: Key, what: tuple[bytes, Terms]) -> bytes:
    plaintext, terms = what
    if found.spec.is_asymmetric:
        own = private(connection, call, found)
        return asymmetric.encrypt(own, terms.algorithm, found.spec_name, plaintext)
    return material.encrypt(connection, call.control.secrets, found, plaintext, terms.context)


def _decrypt(connection: Connection, call: Call, blob: bytes, terms: Terms) -> _Opened:
    if terms.algorithm != SYMMETRIC:
        found = _named(connection, call, terms)
        return _Opened(found, asymmetric.decrypt(private(connection, call, found), terms.algorithm, blob), None)
    parsed = ciphertext.parse(blob)
    found = _named_by_itself(connection, call, parsed.key_id, terms)
    plaintext, material_id = material.decrypt(connection, call.control.secrets, found, parsed, terms.context)
    return _Opened(found, plaintext, material_id)


def _named(connection: Connection, call: Call, terms: Terms) -> Key:
    """Return the key that must be named, because the ciphertext does not say it or is not there."""
    if not terms.key_id:
        raise InvalidRequest("A KeyId is required where the ciphertext does not name its key.")
    found = resolve(connection, call.caller, terms.key_id)
    found.check_usable()
    if found.usage != "ENCRYPT_DECRYPT":
        raise IncorrectKey
    found.check_algorithm(terms.algorithm)
    return found


def _named_by_itself(connection: Connection, call: Call, key_id: str, terms: Terms) -> Key:
    found = key.named_by_ciphertext(connection, call.caller.region, key_id)
    if terms.key_id and resolve(connection, call.caller, terms.key_id) != found:
        raise IncorrectKey
    if found is None:
        raise InvalidCiphertext  # of another region, or its key is deleted
    found.check_usable()
    return found


def _ignores_ciphertext(request: Mapping[str, Any]) -> bool:
    """Say whether only the right to decrypt is asked about. Otherwise there must be something to decrypt."""
    if request.get("DryRun") and "IGNORE_CIPHERTEXT" in request.get("DryRunModifiers", ()):
        return True
    if "CiphertextBlob" not in request:
        raise InvalidRequest("CiphertextBlob is required.")
    return False
