"""Orders: paid for, written to SQLite, and handed to the warehouse through a queue."""

import json
import os
import sqlite3

import boto3
from flask import Response, jsonify, request

from skylens.demo.neighbours import tell
from skylens.demo.tracing import serve, traced_app

app = traced_app("orders")
sqs = boto3.client("sqs")
DATABASE = os.path.join(os.environ["SHOP_DATA"], "orders.sqlite")  # noqa: PTH118  # sqlite3's patch wants text
PRICE = 4.5


@app.post("/orders")
def place() -> tuple[Response, int]:
    """Charge, write down, hand over."""
    order = request.get_json()
    payment = tell("payment", "/charge", {"amount": PRICE * len(order["items"])})
    if not payment.ok:
        return jsonify(error="not paid"), 502 if payment.status_code >= 500 else payment.status_code  # noqa: PLR2004
    with sqlite3.connect(DATABASE) as connection:
        cursor = connection.cursor()  # the SDK traces cursors, not a connection's short cut
        cursor.execute("create table if not exists orders (id integer primary key, shopper text, items text)")
        statement = "insert into orders (shopper, items) values (?, ?)"
        number = cursor.execute(statement, (order["shopper"], json.dumps(order["items"]))).lastrowid
    sqs.send_message(QueueUrl=os.environ["SHOP_QUEUE_URL"], MessageBody=json.dumps({"order": number}))
    return jsonify(order=number), 201


if __name__ == "__main__":
    serve(app)
