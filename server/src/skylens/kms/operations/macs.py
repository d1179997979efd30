"""Message authentication codes: make and check them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.kms import mac
from skylens.kms.working_key import secret, stop_where_dry, usable
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from skylens.kms.key import Key


@operation("kms", "GenerateMac")
def generate_mac(call: Call, request: Input) -> Output:
    """Return the code of a message.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateMac.html
    """
    key, own = _key(call, request)
    code = mac.code(own, request["MacAlgorithm"], request["Message"])
    return {"Mac": code, "MacAlgorithm": request["MacAlgorithm"], "KeyId": key.arn}


@operation("kms", "VerifyMac")
def verify_mac(call: Call, request: Input) -> Output:
    """Say that a code is that of a message; any other is an error.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_VerifyMac.html
    """
    key, own = _key(call, request)
    mac.check(own, request["MacAlgorithm"], request["Message"], request["Mac"])
    return {"KeyId": key.arn, "MacValid": True, "MacAlgorithm": request["MacAlgorithm"]}


def _key(call: Call, request: Input) -> tuple[Key, bytes]:
    with call.control.read() as connection:
        key = usable(connection, call, request["KeyId"], "GENERATE_VERIFY_MAC")
        key.check_algorithm(request["MacAlgorithm"])
        stop_where_dry(request)
        return key, secret(connection, call, key)
