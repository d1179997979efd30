"""Signatures: make and check them, and give out the public key with which anybody can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.kms import asymmetric
from skylens.kms.errors import Unsupported
from skylens.kms.key import ALGORITHM_MEMBERS
from skylens.kms.key_id import resolve
from skylens.kms.working_key import private, stop_where_dry, usable
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from skylens.kms.key import Key
    from skylens.kms.key_spec import PrivateKey


@operation("kms", "Sign")
def sign(call: Call, request: Input) -> Output:
    """Return the signature of a message or of its digest.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
    """
    key, own = _key(call, request)
    algorithm = request["SigningAlgorithm"]
    signature = asymmetric.sign(own, algorithm, request["Message"], request.get("MessageType", "RAW"))
    return {"KeyId": key.arn, "Signature": signature, "SigningAlgorithm": algorithm}


@operation("kms", "Verify")
def verify(call: Call, request: Input) -> Output:
    """Say that a signature is that of a message or digest; any other is an error.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_Verify.html
    """
    key, own = _key(call, request)
    signed = request["Message"], request.get("MessageType", "RAW")
    asymmetric.verify(own, request["SigningAlgorithm"], signed, request["Signature"])
    return {"KeyId": key.arn, "SignatureValid": True, "SigningAlgorithm": request["SigningAlgorithm"]}


@operation("kms", "GetPublicKey")
def get_public_key(call: Call, request: Input) -> Output:
    """Return the public half of an asymmetric key, in DER.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html
    """
    with call.control.read() as connection:
        key = resolve(connection, call.caller, request["KeyId"])
        if not key.spec.is_asymmetric:
            raise Unsupported(f"{key.arn} is {key.spec_name}, which has no public key.")
        key.check_usable()
        own = private(connection, call, key)
    return {
        "KeyId": key.arn,
        "PublicKey": asymmetric.public_bytes(own),
        "CustomerMasterKeySpec": key.old_spec_name,
        "KeySpec": key.spec_name,
        "KeyUsage": key.usage,
        ALGORITHM_MEMBERS[key.usage]: list(key.algorithms),
    }


def _key(call: Call, request: Input) -> tuple[Key, PrivateKey]:
    with call.control.read() as connection:
        key = usable(connection, call, request["KeyId"], "SIGN_VERIFY")
        key.check_algorithm(request["SigningAlgorithm"])
        if request.get("MessageType") == "EXTERNAL_MU":
            raise Unsupported("MessageType EXTERNAL_MU is for ML-DSA keys, which are not made here.")
        stop_where_dry(request)
        return key, private(connection, call, key)
