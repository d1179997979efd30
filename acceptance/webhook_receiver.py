"""A receiver of the webhook, as a user would write it: it verifies what it is sent and keeps it."""

import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "whsec_" + base64.b64encode(b"a secret that nobody knows, of course").decode()


class WebhookReceiver:
    """One HTTP server on a port; after ``stop`` nobody listens there, until ``start``."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.events: list[dict[str, Any]] = []
        self.unverified = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/events"

    def names(self) -> list[str]:
        """Which groups were made, in the order in which it was told."""
        return [e["detail"]["requestParameters"]["groupName"] for e in self.events]

    def start(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if is_genuine(self.headers, body):
                    receiver.events.append(json.loads(body))
                else:
                    receiver.unverified += 1
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Tell nobody."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def is_genuine(headers: Any, body: bytes) -> bool:
    """Whether who has the secret sent this, and within five minutes: Standard Webhooks' rules."""
    message_id, sent_at = headers["webhook-id"], headers["webhook-timestamp"]
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    digest = hmac.new(key, f"{message_id}.{sent_at}.".encode() + body, hashlib.sha256).digest()
    is_ours = hmac.compare_digest(headers["webhook-signature"], f"v1,{base64.b64encode(digest).decode()}")
    return is_ours and abs(time.time() - int(sent_at)) < 300
