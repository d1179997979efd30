"""Encoded authorization messages."""

from skylens.iam.denial_message import DenialMessages
from skylens.registry import Call, Input, Output, operation
from skylens.sts.errors import InvalidAuthorizationMessage


@operation("sts", "DecodeAuthorizationMessage", quick=True)
def decode_authorization_message(call: Call, request: Input) -> Output:
    """Tell why a call of the account's was denied: by which statements, and what the call said of itself.

    Every denial carries its message in the header ``x-skylens-encoded-authorization-message``.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
    """
    told = DenialMessages(call.control.secrets).decode(call.caller.account, request["EncodedMessage"])
    if told is None:
        raise InvalidAuthorizationMessage("Message is not valid")
    return {"DecodedMessage": told}
