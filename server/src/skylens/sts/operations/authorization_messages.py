"""Encoded authorization messages."""

from skylens.registry import Call, Input, Output, operation
from skylens.sts.errors import InvalidAuthorizationMessage


@operation("sts", "DecodeAuthorizationMessage", quick=True)
def decode_authorization_message(call: Call, request: Input) -> Output:  # noqa: ARG001  # no message is one of ours
    """Refuse the message: our denials say in plain words what decided, and carry nothing encoded.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
    """
    raise InvalidAuthorizationMessage("Message is not valid")
