"""Payment: now and then it fails, and now and then it takes its time."""

import random
import time

from aws_xray_sdk.core import xray_recorder
from flask import Response, jsonify, request

from skylens.demo.tracing import serve, traced_app

app = traced_app("payment")
FAULT_SHARE, DECLINED_SHARE, SLOW_SHARE = 0.06, 0.06, 0.1


class AcquirerUnreachable(RuntimeError):
    """The bank did not answer."""


@app.post("/charge")
def charge() -> tuple[Response, int]:
    """Charge an amount: 200, 402 when the card is declined, 500 when the bank does not answer."""
    with xray_recorder.in_subsegment("ask the bank") as subsegment:
        subsegment.put_metadata("amount", request.json["amount"])
        luck = random.random()
        time.sleep(1.2 if luck > 1 - SLOW_SHARE else 0.02)
        if luck < FAULT_SHARE:
            raise AcquirerUnreachable("no answer from the bank within its time")
    if luck < FAULT_SHARE + DECLINED_SHARE:
        return jsonify(charged=False, reason="card declined"), 402
    return jsonify(charged=True), 200


if __name__ == "__main__":
    serve(app)
