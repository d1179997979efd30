"""Key specs: what kind of key each is, what it may be used for and with which algorithms."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key

if TYPE_CHECKING:
    from collections.abc import Mapping

PrivateKey: TypeAlias = "rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey"
Usage: TypeAlias = Literal["ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"]

SYMMETRIC: Final = "SYMMETRIC_DEFAULT"
_SYMMETRIC_BYTES: Final = 32
_RSA_EXPONENT: Final = 65537
_RSA_SIGNING: Final = tuple(
    f"RSASSA_{padding}_SHA_{bits}" for padding in ("PKCS1_V1_5", "PSS") for bits in (256, 384, 512)
)


@dataclass(frozen=True, slots=True)
class KeySpec:
    """A kind of key. ``algorithms`` are those of each usage that such a key can be made for."""

    name: str
    algorithms: Mapping[Usage, tuple[str, ...]]
    secret_bytes: int = 0  # of a key that is plain bytes
    rsa_bits: int = 0
    curve: ec.EllipticCurve | None = None

    @property
    def is_asymmetric(self) -> bool:
        """Whether there is a public key."""
        return not self.secret_bytes


def _rsa(bits: int) -> KeySpec:
    usages: Mapping[Usage, tuple[str, ...]] = {
        "ENCRYPT_DECRYPT": ("RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"),
        "SIGN_VERIFY": _RSA_SIGNING,
    }
    return KeySpec(f"RSA_{bits}", usages, rsa_bits=bits)


def _ec(name: str, curve: ec.EllipticCurve, bits: int, *, agrees: bool = True) -> KeySpec:
    usages: dict[Usage, tuple[str, ...]] = {"SIGN_VERIFY": (f"ECDSA_SHA_{bits}",)}
    if agrees:
        usages["KEY_AGREEMENT"] = ("ECDH",)
    return KeySpec(name, usages, curve=curve)


def _hmac(bits: int) -> KeySpec:
    return KeySpec(f"HMAC_{bits}", {"GENERATE_VERIFY_MAC": (f"HMAC_SHA_{bits}",)}, secret_bytes=bits // 8)


SPECS: Final[Mapping[str, KeySpec]] = {
    spec.name: spec
    for spec in (
        KeySpec(SYMMETRIC, {"ENCRYPT_DECRYPT": (SYMMETRIC,)}, secret_bytes=_SYMMETRIC_BYTES),
        *(_rsa(bits) for bits in (2048, 3072, 4096)),
        _ec("ECC_NIST_P256", ec.SECP256R1(), 256),
        _ec("ECC_NIST_P384", ec.SECP384R1(), 384),
        _ec("ECC_NIST_P521", ec.SECP521R1(), 512),
        _ec("ECC_SECG_P256K1", ec.SECP256K1(), 256, agrees=False),
        KeySpec("ECC_NIST_EDWARDS25519", {"SIGN_VERIFY": ("ED25519_SHA_512",)}),
        *(_hmac(bits) for bits in (224, 256, 384, 512)),
    )
}


def new_secret(spec: KeySpec) -> bytes:
    """Return a new key: its bytes, or its private key as PKCS #8 in DER."""
    if spec.secret_bytes:
        return os.urandom(spec.secret_bytes)  # a key must be unpredictable; tests never depend on it
    return private_bytes(_new_private_key(spec))


def private_bytes(key: PrivateKey) -> bytes:
    """Return a private key as PKCS #8 in DER."""
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def private_key(secret: bytes) -> PrivateKey:
    """Return the private key in PKCS #8 that ``new_secret`` made."""
    key = load_der_private_key(secret, password=None)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        raise TypeError(f"KMS makes no keys of type {type(key).__name__}")
    return key


def _new_private_key(spec: KeySpec) -> PrivateKey:
    if spec.rsa_bits:
        return rsa.generate_private_key(_RSA_EXPONENT, spec.rsa_bits)
    return ec.generate_private_key(spec.curve) if spec.curve else ed25519.Ed25519PrivateKey.generate()
