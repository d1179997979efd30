"""Random bytes from the system's generator."""

from __future__ import annotations

import os

from skylens.kms.errors import InvalidRequest, Unsupported
from skylens.kms.working_key import refuse_enclave
from skylens.registry import Call, Input, Output, operation


@operation("kms", "GenerateRandom")
def generate_random(call: Call, request: Input) -> Output:  # noqa: ARG001
    """Return so many bytes that nobody can guess.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateRandom.html
    """
    refuse_enclave(request)
    if "CustomKeyStoreId" in request:
        raise Unsupported("There are no custom key stores here.")
    if "NumberOfBytes" not in request:
        raise InvalidRequest("NumberOfBytes is required.")
    return {"Plaintext": os.urandom(request["NumberOfBytes"])}  # must be unpredictable; tests never depend on it
