"""The storefront: what shoppers talk to. It asks everybody else."""

import requests
from aws_xray_sdk.core import xray_recorder
from flask import Response, jsonify, request

from skylens.demo.neighbours import ask, tell
from skylens.demo.tracing import serve, traced_app

app = traced_app("storefront")


@app.get("/")
def home() -> Response:
    """Show what there is."""
    return jsonify(products=ask("catalog", "/products"))


@app.get("/products/<int:product>")
def product_page(product: int) -> Response:
    """Show one product and what goes with it."""
    xray_recorder.current_segment().put_annotation("product", product)
    return jsonify(product=ask("catalog", f"/products/{product}"), also=ask("recommendations", f"/for/{product}"))


@app.post("/cart")
def add_to_cart() -> Response:
    """Put a product into the shopper's cart."""
    shopper, product = request.json["shopper"], request.json["product"]
    _annotate(shopper)
    ask("catalog", f"/products/{product}")
    answer = tell("cart", f"/carts/{shopper}", {"product": product})
    return Response(answer.content, answer.status_code, mimetype="application/json")


@app.post("/checkout")
def check_out() -> Response:
    """Turn the cart into an order."""
    shopper = request.json["shopper"]
    _annotate(shopper)
    cart = ask("cart", f"/carts/{shopper}")
    xray_recorder.current_segment().put_annotation("items", len(cart["items"]))
    xray_recorder.current_segment().put_metadata("cart", cart)
    answer = tell("orders", "/orders", {"shopper": shopper, "items": cart["items"]})
    return Response(answer.content, answer.status_code, mimetype="application/json")


@app.errorhandler(requests.HTTPError)
def pass_on(error: requests.HTTPError) -> tuple[Response, int]:
    """Answer as the neighbour did."""
    status = error.response.status_code if error.response is not None else 502
    return jsonify(error=str(error)), status


def _annotate(shopper: str) -> None:
    segment = xray_recorder.current_segment()
    segment.put_annotation("tier", "gold" if shopper.endswith(("0", "5")) else "basic")
    segment.set_user(shopper)


if __name__ == "__main__":
    serve(app)
