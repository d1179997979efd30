"""What the checks find where there is no Skylens; where there is one, the acceptance tests examine it."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from skylens.client import Client
from skylens.doctor import Patient, examine
from skylens_daemon.sign import Key


class Stranger(BaseHTTPRequestHandler):
    """Says hello to everybody."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    do_POST = do_GET  # noqa: N815  # the library asks for this name

    def log_message(self, *_):
        """Tell nobody."""


@pytest.fixture
def stranger():
    with HTTPServer(("127.0.0.1", 0), Stranger) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def examined(endpoint):
    patient = Patient(Client(endpoint, "us-east-1", Key("AKIDEXAMPLE", "secret"), timeout_seconds=2), "")
    return [(each.check, each.ok, each.finding) for each in examine(patient)]


def test_where_nobody_answers_nothing_else_is_checked(free_port_url):
    (found,) = examined(free_port_url)
    assert found[:2] == ("server", False)


def test_what_answers_need_not_be_an_aws_service(stranger):
    assert [each[:2] for each in examined(stranger)] == [("server", True), ("readiness", True), ("credentials", False)]
    assert examined(stranger)[-1][2] == f"{stranger} answers, but not as AWS does"


@pytest.fixture
def free_port_url():
    with HTTPServer(("127.0.0.1", 0), Stranger) as server:
        port = server.server_port
    return f"http://127.0.0.1:{port}"
