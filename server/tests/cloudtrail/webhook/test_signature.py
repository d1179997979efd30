"""Signatures: what Standard Webhooks' own example says, and nothing else verifies."""

from hypothesis import given
from hypothesis import strategies as st

from skylens.cloudtrail.webhook.signature import signed_headers
from skylens.cloudtrail.webhook.target import secret_of

SECRET = secret_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
MESSAGE = ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b'{"test": 2432232314}')


def test_the_example_of_standard_webhooks_is_signed_as_there():
    assert signed_headers(SECRET, *MESSAGE) == {
        "content-type": "application/json",
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@given(st.binary(min_size=24, max_size=64), st.text("0123456789abcdef-"), st.integers(0, 2**33), st.binary(max_size=99))
def test_whatever_differs_has_another_signature(secret, message_id, sent_at, body):
    signature = signed_headers(secret, message_id, sent_at, body)["webhook-signature"]
    others = [
        (secret[:-1] + bytes([secret[-1] ^ 1]), message_id, sent_at, body),
        (secret, message_id + "0", sent_at, body),
        (secret, message_id, sent_at + 1, body),
        (secret, message_id, sent_at, body + b" "),
    ]
    assert all(signed_headers(*other)["webhook-signature"] != signature for other in others)
