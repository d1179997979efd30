"""Asymmetric keys at work: signatures, encryption with a public key, agreement on a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from cryptography.exceptions import InvalidSignature as WrongSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from skylens.kms.errors import InvalidCiphertext, InvalidRequest, InvalidSignature

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skylens.kms.key_spec import PrivateKey

MessageType: TypeAlias = Literal["RAW", "DIGEST"]

_HASHES: Final[Mapping[str, type[HashAlgorithm]]] = {
    "SHA_1": SHA1,
    "SHA_256": SHA256,
    "SHA_384": SHA384,
    "SHA_512": SHA512,
}
_OAEP_BYTES_BESIDE: Final = 2


def public_bytes(key: PrivateKey) -> bytes:
    """Return a key's public half as SubjectPublicKeyInfo in DER."""
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def sign(key: PrivateKey, algorithm: str, message: bytes, message_type: MessageType) -> bytes:
    """Return the signature of a message, or of the digest of one."""
    match key:
        case rsa.RSAPrivateKey():
            return key.sign(message, _signature_padding(algorithm), _hash(algorithm, message, message_type))
        case ec.EllipticCurvePrivateKey():
            return key.sign(message, ec.ECDSA(_hash(algorithm, message, message_type)))
        case ed25519.Ed25519PrivateKey():
            _check_raw(algorithm, message_type)
            return key.sign(message)


def verify(key: PrivateKey, algorithm: str, signed: tuple[bytes, MessageType], signature: bytes) -> None:
    """Raise InvalidSignature unless the signature is that of the message or digest."""
    message, message_type = signed
    try:
        match key:
            case rsa.RSAPrivateKey():
                hashed = _hash(algorithm, message, message_type)
                key.public_key().verify(signature, message, _signature_padding(algorithm), hashed)
            case ec.EllipticCurvePrivateKey():
                key.public_key().verify(signature, message, ec.ECDSA(_hash(algorithm, message, message_type)))
            case ed25519.Ed25519PrivateKey():
                _check_raw(algorithm, message_type)
                key.public_key().verify(signature, message)
    except WrongSignature:
        raise InvalidSignature from None


def encrypt(key: PrivateKey, algorithm: str, spec: str, plaintext: bytes) -> bytes:
    """Return the plaintext encrypted for an RSA key."""
    hashed = _HASHES[algorithm.removeprefix("RSAES_OAEP_")]()
    most = _rsa(key).key_size // 8 - 2 * hashed.digest_size - _OAEP_BYTES_BESIDE
    if len(plaintext) > most:
        raise InvalidRequest(f"Algorithm {algorithm} and key spec {spec} cannot encrypt data larger than {most} bytes.")
    return _rsa(key).public_key().encrypt(plaintext, _oaep(algorithm))


def decrypt(key: PrivateKey, algorithm: str, ciphertext: bytes) -> bytes:
    """Return the plaintext, or raise InvalidCiphertext."""
    try:
        return _rsa(key).decrypt(ciphertext, _oaep(algorithm))
    except ValueError:
        raise InvalidCiphertext from None


def agreed_secret(key: PrivateKey, public_key: bytes) -> bytes:
    """Return the secret that this key and another's public half, in DER, agree on."""
    try:
        peer = load_der_public_key(public_key)
    except ValueError as exc:
        raise InvalidRequest("PublicKey is no public key in DER.") from exc
    if not (
        isinstance(key, ec.EllipticCurvePrivateKey)
        and isinstance(peer, ec.EllipticCurvePublicKey)
        and peer.curve.name == key.curve.name
    ):
        raise InvalidRequest("PublicKey is not a key on the same curve.")
    return key.exchange(ec.ECDH(), peer)


def _signature_padding(algorithm: str) -> padding.AsymmetricPadding:
    if "PKCS1" in algorithm:
        return padding.PKCS1v15()
    hashed = _hash_of(algorithm)
    return padding.PSS(padding.MGF1(hashed), hashed.digest_size)


def _oaep(algorithm: str) -> padding.OAEP:
    hashed = _HASHES[algorithm.removeprefix("RSAES_OAEP_")]()
    return padding.OAEP(padding.MGF1(hashed), hashed, None)


def _hash(algorithm: str, message: bytes, message_type: MessageType) -> HashAlgorithm | Prehashed:
    hashed = _hash_of(algorithm)
    if message_type == "RAW":
        return hashed
    if len(message) != hashed.digest_size:
        raise InvalidRequest(f"Digest is invalid length for algorithm {algorithm}.")
    return Prehashed(hashed)


def _hash_of(algorithm: str) -> HashAlgorithm:
    return _HASHES[algorithm[-len("SHA_256") :]]()


def _check_raw(algorithm: str, message_type: MessageType) -> None:
    if message_type != "RAW":
        raise InvalidRequest(f"MessageType must be RAW for algorithm {algorithm}.")


def _rsa(key: PrivateKey) -> rsa.RSAPrivateKey:
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("only keys of RSA encrypt")  # the algorithm was checked against the key's spec
    return key
