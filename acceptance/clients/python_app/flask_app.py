"""One Flask request under the X-Ray SDK for Python: SQLite, requests and boto3 in it; prints the trace id."""

import sqlite3
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import boto3
import requests
from aws_xray_sdk.core import patch, xray_recorder
from aws_xray_sdk.ext.flask.middleware import XRayMiddleware
from flask import Flask


class Backend(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


backend = HTTPServer(("127.0.0.1", 0), Backend)
threading.Thread(target=backend.serve_forever, daemon=True).start()

xray_recorder.configure(service="flask-front", sampling=False, context_missing="LOG_ERROR")
app = Flask("flask-front")
XRayMiddleware(app, xray_recorder)
patch(("sqlite3", "requests", "botocore"))


@app.get("/flask")
def front():
    segment = xray_recorder.current_segment()
    segment.put_annotation("language", "python")
    segment.put_metadata("note", {"nested": [1, 2]}, "tests")
    segment.set_user("u-1")
    connection = sqlite3.connect(":memory:")
    connection.cursor().execute("select 1")
    requests.get(f"http://127.0.0.1:{backend.server_port}/missing", timeout=5)
    dynamodb = boto3.client("dynamodb", endpoint_url=f"http://127.0.0.1:{backend.server_port}")
    dynamodb.get_item(TableName="carts", Key={"id": {"S": "1"}})
    with xray_recorder.in_subsegment("risky"):
        try:
            int("no number")
        except ValueError as error:
            xray_recorder.current_subsegment().add_exception(error, [])
    return segment.trace_id


print(app.test_client().get("/flask").text)
