"""DynamoDB and SQS as far as the shop uses them: the shop's outside world, so that boto3 has somebody to talk to."""

import json
import os
import queue
import random
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

THROTTLED_SHARE = 0.04
TABLE: dict[str, dict[str, Any]] = {}
QUEUE: "queue.Queue[dict[str, Any]]" = queue.Queue()


class Throttled(Exception):
    """The table has no throughput left."""


def get_item(request: dict[str, Any], _trace: str) -> dict[str, Any]:
    """Return a cart, unless the table has enough of us."""
    if random.random() < THROTTLED_SHARE:
        raise Throttled
    item = TABLE.get(request["Key"]["shopper"]["S"])
    return {"Item": item} if item else {}


def put_item(request: dict[str, Any], _trace: str) -> dict[str, Any]:
    """Keep a cart."""
    TABLE[request["Item"]["shopper"]["S"]] = request["Item"]
    return {}


def send_message(request: dict[str, Any], trace: str) -> dict[str, Any]:
    """Queue a message together with the trace header of the request that sent it, as SQS does."""
    message = {"MessageId": uuid.uuid4().hex, "ReceiptHandle": uuid.uuid4().hex, "Body": request["MessageBody"]}
    QUEUE.put(message | {"Attributes": {"AWSTraceHeader": trace}})
    return {"MessageId": message["MessageId"]}


def receive_message(request: dict[str, Any], _trace: str) -> dict[str, Any]:
    """Return one message, or none after the wait."""
    try:
        return {"Messages": [QUEUE.get(timeout=request.get("WaitTimeSeconds", 0) or 0.01)]}
    except queue.Empty:
        return {}


def delete_message(_request: dict[str, Any], _trace: str) -> dict[str, Any]:
    """A message that was received is gone already."""
    return {}


OPERATIONS = {
    "DynamoDB_20120810.GetItem": get_item,
    "DynamoDB_20120810.PutItem": put_item,
    "AmazonSQS.SendMessage": send_message,
    "AmazonSQS.ReceiveMessage": receive_message,
    "AmazonSQS.DeleteMessage": delete_message,
}


class Handler(BaseHTTPRequestHandler):
    """Answers awsJson requests."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer one operation."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or "{}")
        try:
            operation = OPERATIONS[self.headers["X-Amz-Target"]]
            self._answer(200, operation(body, self.headers.get("X-Amzn-Trace-Id", "")))
        except Throttled:
            kind = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"
            self._answer(
                400, {"__type": kind, "message": "The level of configured provisioned throughput was exceeded"}
            )
        except KeyError as error:
            self._answer(400, {"__type": "UnknownOperationException", "message": f"no {error} here"})

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("x-amzn-RequestId", str(uuid.uuid4()))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing for each request."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
