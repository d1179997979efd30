"""The catalogue: products in SQLite. A rare search is slow."""

import os
import random
import sqlite3
import time

from flask import Response, abort, jsonify

from skylens.demo.tracing import serve, traced_app

app = traced_app("catalog")
DATABASE = os.path.join(os.environ["SHOP_DATA"], "catalog.sqlite")  # noqa: PTH118  # sqlite3's patch wants text
PRODUCTS = ("kettle", "teapot", "mug", "saucer", "spoon", "tray", "honey", "biscuits")
SLOW_SHARE = 0.05


@app.get("/products")
def products() -> Response:
    """List all products."""
    with _connect() as connection:
        rows = _ask(connection, "select id, name, price from products").fetchall()
    if random.random() < SLOW_SHARE:
        time.sleep(0.8)
    return jsonify([{"id": row[0], "name": row[1], "price": row[2]} for row in rows])


@app.get("/products/<int:product>")
def product_by_id(product: int) -> Response:
    """Show one product; an unknown one is an error of the client's."""
    with _connect() as connection:
        row = _ask(connection, "select id, name, price from products where id = ?", product).fetchone()
    if row is None:
        abort(404)
    return jsonify(id=row[0], name=row[1], price=row[2])


def _ask(connection: sqlite3.Connection, statement: str, *values: object) -> sqlite3.Cursor:
    return connection.cursor().execute(statement, values)  # the SDK traces cursors, not a connection's short cut


def _connect() -> sqlite3.Connection:
    return sqlite3.connect(DATABASE)


def _fill() -> None:
    with _connect() as connection:
        connection.execute("create table if not exists products (id integer primary key, name text, price real)")
        connection.executemany(
            "insert or replace into products values (?, ?, ?)",
            [(number, name, 3.5 + number) for number, name in enumerate(PRODUCTS, 1)],
        )


if __name__ == "__main__":
    from aws_xray_sdk.core import xray_recorder

    with xray_recorder.in_segment("catalog"):
        _fill()
    serve(app)
