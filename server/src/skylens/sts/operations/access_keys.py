"""Access keys: whose account is in their ids."""

from __future__ import annotations

import re
from typing import Final

from skylens.iam.access_keys import account_of
from skylens.registry import Call, Input, Output, operation
from skylens.sts.errors import ValidationError

_KEY_ID: Final = re.compile(r"A[A-Z]{3}[A-Z2-7]{16}")


@operation("sts", "GetAccessKeyInfo", quick=True)
def get_access_key_info(call: Call, request: Input) -> Output:  # noqa: ARG001  # the id itself says it
    """Return the account of an access key id; whether there is such a key it does not say.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
    """
    key_id = request["AccessKeyId"]
    if not _KEY_ID.fullmatch(key_id):
        raise ValidationError(f"{key_id} is invalid")
    return {"Account": account_of(key_id)}
