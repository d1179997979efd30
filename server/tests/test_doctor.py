"""What the checks find where there is no Skylens; where there is one, the acceptance tests examine it."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from skylens.client import Client
from skylens.doctor import CHECKS, Ailment, Patient, examine
from skylens_daemon.sign import Key


class Stranger(BaseHTTPRequestHandler):
    """Says hello to everybody."""

    says = b"hello"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.says)))
        self.end_headers()
        self.wfile.write(self.says)

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


WEBHOOK = "skylens_cloudtrail_webhook"


@pytest.mark.parametrize(
    ("numbers", "finding"),
    [
        (f"{WEBHOOK}_up 1.0\n{WEBHOOK}_lag_seconds 0.0\n", "the webhook's receiver takes events and is 0 s behind"),
        (
            f"{WEBHOOK}_up 0.0\n{WEBHOOK}_lag_seconds 61.7\n",
            "the webhook's receiver does not take events and is 62 s behind",
        ),
        (f"# TYPE {WEBHOOK}_up gauge\n{WEBHOOK}_delivered_total 0.0\n", None),  # where no webhook is set
    ],
)
def test_a_webhook_is_told_of_where_there_is_one(stranger, monkeypatch, numbers, finding):
    monkeypatch.setattr(Stranger, "says", numbers.encode())
    assert told_of_webhook(stranger) == finding


def test_a_server_whose_numbers_nobody_shows_has_no_webhook_that_we_know_of(free_port_url):
    assert told_of_webhook(free_port_url) is None


def told_of_webhook(endpoint):
    patient = Patient(Client(endpoint, "us-east-1", Key("AKIDEXAMPLE", "secret"), timeout_seconds=2), "")
    try:
        found = CHECKS["webhook"](patient)
    except Ailment as ailment:
        return ailment.finding
    return found and found.finding
