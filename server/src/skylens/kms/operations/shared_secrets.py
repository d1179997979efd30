"""Shared secrets: what two parties agree on from each other's public keys."""

from __future__ import annotations

from skylens.kms import asymmetric
from skylens.kms.working_key import private, refuse_enclave, stop_where_dry, usable
from skylens.registry import Call, Input, Output, operation


@operation("kms", "DeriveSharedSecret")
def derive_shared_secret(call: Call, request: Input) -> Output:
    """Return the secret that a key and another party's public key agree on, unprocessed.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_DeriveSharedSecret.html
    """
    refuse_enclave(request)
    with call.control.read() as connection:
        key = usable(connection, call, request["KeyId"], "KEY_AGREEMENT")
        own = private(connection, call, key)
    agreed = asymmetric.agreed_secret(own, request["PublicKey"])
    stop_where_dry(request)
    return {
        "KeyId": key.arn,
        "SharedSecret": agreed,
        "KeyAgreementAlgorithm": request["KeyAgreementAlgorithm"],
        "KeyOrigin": "AWS_KMS",
    }
