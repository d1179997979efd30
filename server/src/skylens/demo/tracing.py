"""What every Python service of the shop does to be traced: the unmodified X-Ray SDK, its middleware and its patches."""

import logging
import os
import sys

from aws_xray_sdk.core import patch, xray_recorder
from aws_xray_sdk.ext.flask.middleware import XRayMiddleware
from flask import Flask


def start_tracing(name: str) -> None:
    """Name the service and patch the libraries it calls others with; where the daemon is comes from the environment."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    xray_recorder.configure(service=name, context_missing="LOG_ERROR")
    patch(("requests", "sqlite3", "botocore"))


def traced_app(name: str) -> Flask:
    """Return a Flask application whose requests become segments."""
    start_tracing(name)
    app = Flask(name)
    XRayMiddleware(app, xray_recorder)
    return app


def serve(app: Flask) -> None:
    """Listen where the shop told this service to."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app.run(host="127.0.0.1", port=int(os.environ["PORT"]), threaded=True)
