"""Carts, kept in DynamoDB through boto3. Sometimes the table throttles."""

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from flask import Response, jsonify, request

from skylens.demo.tracing import serve, traced_app

app = traced_app("cart")
dynamodb = boto3.client("dynamodb", config=Config(retries={"max_attempts": 1, "mode": "standard"}))
TABLE = "shop-carts"


@app.get("/carts/<shopper>")
def show(shopper: str) -> Response:
    """Return what is in a cart."""
    item = dynamodb.get_item(TableName=TABLE, Key={"shopper": {"S": shopper}}).get("Item", {})
    return jsonify(items=[int(n["N"]) for n in item.get("items", {}).get("L", [])])


@app.post("/carts/<shopper>")
def add(shopper: str) -> Response:
    """Put a product into a cart."""
    item = dynamodb.get_item(TableName=TABLE, Key={"shopper": {"S": shopper}}).get("Item", {})
    items = [*item.get("items", {}).get("L", []), {"N": str(request.json["product"])}][-5:]
    dynamodb.put_item(TableName=TABLE, Item={"shopper": {"S": shopper}, "items": {"L": items}})
    return jsonify(items=len(items))


@app.errorhandler(ClientError)
def refuse(error: ClientError) -> tuple[Response, int]:
    """Pass a throttled table on as a throttled request."""
    throttled = error.response["Error"]["Code"] == "ProvisionedThroughputExceededException"
    return jsonify(error=str(error)), 429 if throttled else 502


if __name__ == "__main__":
    serve(app)
