"""Encryption of what a trail delivers: under its KMS key, in a context that names the trail and the object.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.buckets.bucket import BucketError, DataKey, Encryption
from skylens.wire.errors import ServiceError

if TYPE_CHECKING:
    from skylens.cloudtrail.trails import Trail
    from skylens.registry import Invoke


def encryption(invoke: Invoke, trail: Trail, bucket: str, key: str) -> Encryption | None:
    """Return how an object of a trail is encrypted, or None where the trail has no key. KMS's refusals are BucketErrors."""
    if not trail.kms_key_arn:
        return None
    context = {"aws:cloudtrail:arn": trail.arn, "aws:s3:arn": f"arn:aws:s3:::{bucket}/{key}"}

    def make_data_key() -> DataKey:
        request = {"KeyId": trail.kms_key_arn, "KeySpec": "AES_256", "EncryptionContext": context}
        try:
            made = invoke("kms", "GenerateDataKey", request)
        except ServiceError as error:
            raise BucketError(f"KMS.{error.code}", error.message) from error
        return DataKey(made["Plaintext"], made["CiphertextBlob"])

    return Encryption(trail.kms_key_arn, context, make_data_key)
