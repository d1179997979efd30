"""The receiver of docs/webhook.md does what the page says: it takes what is genuine and fresh, and nothing else."""

import re
import threading
import urllib.error
import urllib.request
from http.server import HTTPServer
from pathlib import Path

import pytest

from skylens.clock import SystemClock
from skylens.cloudtrail.webhook.signature import signed_headers

PAGE = Path(__file__).parents[4] / "docs" / "webhook.md"
SECRET = "QUJD" * 8
BODY = b'{"id": "5", "time": "2026-07-01T12:00:00Z", "detail": {"eventName": "DeleteGroup"}}'


@pytest.fixture
def ask(monkeypatch):
    """Send a body to the page's receiver, and return the status of its answer."""
    [program] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    definitions, start, _ = program.partition("HTTPServer((")
    assert start
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)
    namespace = {}
    exec(definitions, namespace)  # noqa: S102  # the page's own program
    monkeypatch.setattr(namespace["Receiver"], "log_message", lambda *_: None)
    with HTTPServer(("127.0.0.1", 0), namespace["Receiver"]) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()

        def send(body, headers):
            request = urllib.request.Request(f"http://127.0.0.1:{server.server_port}/", body, headers)
            try:
                with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310  # http, by construction
                    return answer.status
            except urllib.error.HTTPError as error:
                with error:
                    return error.code

        yield send
        server.shutdown()
        thread.join()


def signed(*, secret=b"ABC" * 8, age=0):
    now = int(SystemClock().now().timestamp())
    return signed_headers(secret, "5", now - age, BODY)


def test_it_takes_what_is_genuine_and_fresh(ask, capsys):
    assert ask(BODY, signed()) == 204
    assert capsys.readouterr().out == "2026-07-01T12:00:00Z DeleteGroup 5\n"


def test_it_refuses_everything_else(ask, capsys):
    assert ask(BODY, signed(age=301)) == 401
    assert ask(BODY, signed(secret=b"ABD" * 8)) == 401
    assert ask(BODY.replace(b"Delete", b"Create"), signed()) == 401
    assert ask(BODY, {}) == 401
    assert capsys.readouterr().out == ""
