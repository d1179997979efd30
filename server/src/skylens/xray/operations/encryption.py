"""Encryption at rest: with which key documents are encrypted from now on."""

from __future__ import annotations

from skylens.registry import Call, Input, Output, operation
from skylens.xray import data_keys, encryption_setting
from skylens.xray.document_cipher import cipher_of
from skylens.xray.encryption_setting import EncryptionSetting
from skylens.xray.errors import InvalidRequest


@operation("xray", "PutEncryptionConfig")
def put_encryption_config(call: Call, request: Input) -> Output:
    """Encrypt what is sent from now on with a key of KMS, or not at all; what is stored stays as it is, and readable.

    https://docs.aws.amazon.com/xray/latest/api/API_PutEncryptionConfig.html
    """
    if (request["Type"] == "KMS") != ("KeyId" in request):
        raise InvalidRequest("KeyId is required for Type KMS and not allowed for Type NONE")
    key_arn = _granted_key(call, request["KeyId"]) if "KeyId" in request else ""
    setting = EncryptionSetting(key_arn, call.now)
    with call.control.begin() as connection:
        encryption_setting.save(connection, call.caller, setting)
    cipher_of(call.store).forget(call.caller)
    return {"EncryptionConfig": setting.document(call.now)}


@operation("xray", "GetEncryptionConfig")
def get_encryption_config(call: Call, request: Input) -> Output:  # noqa: ARG001
    """Return with which key documents are encrypted.

    https://docs.aws.amazon.com/xray/latest/api/API_GetEncryptionConfig.html
    """
    with call.control.read() as connection:
        return {"EncryptionConfig": encryption_setting.stored(connection, call.caller).document(call.now)}


def _granted_key(call: Call, key_id: str) -> str:
    """Return the ARN of the key, which X-Ray may use from now on as far as the caller may grant it, and does."""
    key = data_keys.ask(call.invoke, "DescribeKey", {"KeyId": key_id})["KeyMetadata"]
    if key["KeySpec"] != "SYMMETRIC_DEFAULT":
        raise InvalidRequest(f"X-Ray encrypts with symmetric keys only; {key['Arn']} is {key['KeySpec']}")
    caller, arn = call.caller, str(key["Arn"])
    request = {
        "KeyId": arn,
        "GranteeServicePrincipal": data_keys.SERVICE,
        "Operations": list(data_keys.GRANTED),
        "Constraints": {"EncryptionContextSubset": dict(data_keys.context(caller))},
        "Name": f"xray-{caller.account}-{caller.region}",
    }
    data_keys.ask(call.invoke, "CreateGrant", request)
    cipher_of(call.store).try_key(caller, arn)  # before it is relied on: whoever sends segments cannot mend it
    return arn
