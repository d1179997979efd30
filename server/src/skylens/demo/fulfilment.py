"""The warehouse: takes orders from the queue and goes on with the trace that each message carries."""

import json
import os
import random
import time

import boto3
from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.models.trace_header import TraceHeader

from skylens.demo.neighbours import ask
from skylens.demo.tracing import start_tracing


def work(sqs: boto3.client) -> None:
    """Take what the queue has and pack it."""
    queue = os.environ["SHOP_QUEUE_URL"]
    with xray_recorder.in_segment("fulfilment poll", sampling=0):
        answer = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1, MessageSystemAttributeNames=["AWSTraceHeader"])
    for message in answer.get("Messages", []):
        header = TraceHeader.from_header_str(message.get("Attributes", {}).get("AWSTraceHeader"))
        with xray_recorder.in_segment(
            "fulfilment", traceid=header.root, parent_id=header.parent, sampling=header.sampled
        ) as segment:
            segment.put_annotation("order", json.loads(message["Body"])["order"])
            _pack()
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def _pack() -> None:
    with xray_recorder.in_subsegment("pack"):
        ask("catalog", "/products")
        time.sleep(random.uniform(0.01, 0.1))


if __name__ == "__main__":
    start_tracing("fulfilment")
    client = boto3.client("sqs")
    while True:
        work(client)
