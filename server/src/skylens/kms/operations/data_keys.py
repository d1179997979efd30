"""Data keys: made here, used by whoever asked for them, kept by them encrypted with a key of KMS."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from skylens.kms import asymmetric, key_spec, material
from skylens.kms.errors import InvalidKeyUsage, InvalidRequest, Unsupported
from skylens.kms.key_spec import SPECS, SYMMETRIC
from skylens.kms.working_key import refuse_enclave, stop_where_dry, usable
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from skylens.kms.key import Key

_BYTES = {"AES_128": 16, "AES_256": 32}


@operation("kms", "GenerateDataKey")
def generate_data_key(call: Call, request: Input) -> Output:
    """Return a new data key, plain to be used at once and encrypted to be kept.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html
    """
    refuse_enclave(request)
    plaintext, output = _data_key(call, request)
    return {"Plaintext": plaintext, **output}


@operation("kms", "GenerateDataKeyWithoutPlaintext")
def generate_data_key_without_plaintext(call: Call, request: Input) -> Output:
    """Return a new data key encrypted, for somebody who may decrypt it later.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyWithoutPlaintext.html
    """
    return _data_key(call, request)[1]


@operation("kms", "GenerateDataKeyPair")
def generate_data_key_pair(call: Call, request: Input) -> Output:
    """Return a new pair of keys, the private one plain and encrypted.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyPair.html
    """
    refuse_enclave(request)
    plaintext, output = _pair(call, request)
    return {"PrivateKeyPlaintext": plaintext, **output}


@operation("kms", "GenerateDataKeyPairWithoutPlaintext")
def generate_data_key_pair_without_plaintext(call: Call, request: Input) -> Output:
    """Return a new pair of keys, the private one encrypted.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyPairWithoutPlaintext.html
    """
    return _pair(call, request)[1]


def _data_key(call: Call, request: Input) -> tuple[bytes, Output]:
    if ("NumberOfBytes" in request) == ("KeySpec" in request):
        raise InvalidRequest("Please specify either number of bytes or key spec.")
    plaintext = os.urandom(request.get("NumberOfBytes") or _BYTES[request["KeySpec"]])
    with call.control.read() as connection:
        key = _wrapping(connection, call, request)
        stop_where_dry(request)
        blob = material.encrypt(connection, call.control.secrets, key, plaintext, request.get("EncryptionContext", {}))
    return plaintext, {"CiphertextBlob": blob, **_names(key)}


def _pair(call: Call, request: Input) -> tuple[bytes, Output]:
    name = request["KeyPairSpec"]
    if name not in SPECS:
        raise Unsupported(f"Pairs of spec {name} are not made here.")
    with call.control.read() as connection:
        key = _wrapping(connection, call, request)
        stop_where_dry(request)
    plaintext = key_spec.new_secret(SPECS[name])
    with call.control.read() as connection:
        blob = material.encrypt(connection, call.control.secrets, key, plaintext, request.get("EncryptionContext", {}))
    return plaintext, {
        "PrivateKeyCiphertextBlob": blob,
        "PublicKey": asymmetric.public_bytes(key_spec.private_key(plaintext)),
        "KeyPairSpec": name,
        **_names(key),
    }


def _wrapping(connection: Connection, call: Call, request: Input) -> Key:
    key = usable(connection, call, request["KeyId"], "ENCRYPT_DECRYPT")
    if key.spec_name != SYMMETRIC:
        raise InvalidKeyUsage(f"{key.arn} is {key.spec_name} which is not valid for {call.operation}.")
    return key


def _names(key: Key) -> dict[str, Any]:
    return {"KeyId": key.arn, "KeyMaterialId": key.material_id}
