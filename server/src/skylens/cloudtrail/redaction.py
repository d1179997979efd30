"""Redaction: what records of single operations leave out or change, beyond what the service models mark as secret.

https://docs.aws.amazon.com/kms/latest/developerguide/logging-using-cloudtrail.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from skylens.cloudtrail.user_identity import HIDDEN
from skylens.wire import s3_model

Shown: TypeAlias = dict[str, Any]
Change: TypeAlias = Callable[[Shown], Shown]

_TRACE_ID: Final = re.compile(r'"trace_id"\s*:\s*"([^"\\]{1,64})"')


def _hide(*names: str) -> Change:
    return lambda shown: {name: HIDDEN if name in names else value for name, value in shown.items()}


def _leave_out(*names: str) -> Change:
    return lambda shown: {name: value for name, value in shown.items() if name not in names}


def _trace_ids(shown: Shown) -> Shown:
    """Return one ``trace_id:…`` for each document: what was sent stays where it belongs."""
    documents = shown.get("traceSegmentDocuments", ())
    found = (_TRACE_ID.search(document) for document in documents)
    return {"traceSegmentDocuments": [f"trace_id:{match[1] if match else ''}" for match in found]}


def _bucket_name(shown: Shown) -> Shown:
    """Return S3's parameters with the name that its records have for the bucket."""
    return {"bucketName" if name == "bucket" else name: value for name, value in shown.items()}


_GRANT_TOKENS: Final = _leave_out("grantTokens")

# Applied to requestParameters after the model's own marks.
REQUESTS: Final[Mapping[tuple[str, str], Change]] = {
    ("xray", "PutTraceSegments"): _trace_ids,
    ("cloudtrail-data", "PutAuditEvents"): _leave_out("auditEvents"),
    # One-time codes and messages that say what a policy denied to whom.
    ("sts", "AssumeRole"): _hide("tokenCode"),
    ("sts", "GetSessionToken"): _hide("tokenCode"),
    ("sts", "DecodeAuthorizationMessage"): _hide("encodedMessage"),
    ("iam", "EnableMFADevice"): _hide("authenticationCode1", "authenticationCode2"),
    ("iam", "ResyncMFADevice"): _hide("authenticationCode1", "authenticationCode2"),
    ("iam", "CreateLoginProfile"): _leave_out("password"),
    ("iam", "UpdateLoginProfile"): _leave_out("password"),
    ("iam", "ChangePassword"): _leave_out("oldPassword", "newPassword"),
    # A grant token lets its bearer use a key.
    **{
        ("kms", name): _GRANT_TOKENS
        for name in (
            "CreateGrant", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "GenerateDataKeyPair",
            "GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", "GenerateMac", "GetPublicKey",
            "ReEncrypt", "RetireGrant", "Sign", "Verify", "VerifyMac",
        )
    },
    ("kms", "RetireGrant"): _leave_out("grantToken"),
    **{("s3", name): _bucket_name for name in s3_model.OPERATIONS},
}  # fmt: skip

# Applied to responseElements.
ANSWERS: Final[Mapping[tuple[str, str], Change]] = {
    ("kms", "CreateGrant"): _leave_out("grantToken"),
}

# Read-only operations whose records show an answer all the same: later events are linked to them by its access key.
SHOWN_READS: Final = frozenset(
    ("sts", name) for name in ("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity")
)
