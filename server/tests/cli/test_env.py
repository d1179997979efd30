"""What a shell is given, in a form that every shell can read."""

import json
import os
import shlex
import subprocess

import pytest
import typer
from certificates import self_signed
from typer.testing import CliRunner

from skylens.cli import program
from skylens.cli.env import environment
from skylens.cli.running import Note, leave, noted
from skylens.iam.access_keys import ensure_root_key
from skylens.ids import RandomIds
from skylens.store.control import open_control


@pytest.fixture
def data(tmp_path, clock):
    """A data folder with an account, its name hostile to shells."""
    folder = tmp_path / "it's $HOME; data"
    control = open_control(f"sqlite:///{folder / 'state.sqlite'}", folder)
    ensure_root_key(control, "000000000000", ids=RandomIds(), clock=clock)
    control.close()
    return folder


def test_the_exports_can_be_evaluated(data):
    result = CliRunner().invoke(program, ["env", "--data", str(data), "--region", "a b'c"])
    shell = subprocess.run(
        ["/bin/sh", "-c", f"{result.output}\nprintenv AWS_REGION AWS_ENDPOINT_URL"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert shell.stdout.splitlines() == ["a b'c", "http://127.0.0.1:8000"]


def test_the_names_are_those_that_clients_read(data):
    result = CliRunner().invoke(program, ["env", "--data", str(data), "--json"])
    assert list(json.loads(result.output)) == [
        "AWS_ENDPOINT_URL",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_XRAY_DAEMON_ADDRESS",
    ]


def test_the_running_server_is_found_by_its_note(data):
    with noted(data) as path:
        leave(path, Note("http://127.0.0.1:4711", "127.0.0.1:4712", "eu-west-1", "000000000000", os.getpid()))
        found = environment(data=data)
        told = environment(data=data, port=9000, daemon_address="off")
        assert environment(data=data, port=4711)["AWS_ENDPOINT_URL"] == found["AWS_ENDPOINT_URL"]
    assert (found["AWS_ENDPOINT_URL"], found["AWS_XRAY_DAEMON_ADDRESS"]) == ("http://127.0.0.1:4711", "127.0.0.1:4712")
    assert found["AWS_REGION"] == "eu-west-1"
    assert (told["AWS_ENDPOINT_URL"], "AWS_XRAY_DAEMON_ADDRESS" in told) == ("http://127.0.0.1:9000", False)
    assert environment(data=data)["AWS_ENDPOINT_URL"] == "http://127.0.0.1:8000"


def test_the_note_of_a_server_that_was_killed_is_not_believed(data):
    ended = subprocess.Popen(["/bin/true"])
    ended.wait()
    leave(data / "running.json", Note("http://127.0.0.1:1", "", "eu-west-1", "000000000000", ended.pid))
    assert environment(data=data)["AWS_ENDPOINT_URL"] == "http://127.0.0.1:8000"


@pytest.mark.parametrize(("host", "endpoint"), [("0.0.0.0", "http://127.0.0.1:8000"), ("::", "http://[::1]:8000")])  # noqa: S104
def test_a_server_that_listens_everywhere_is_reached_on_loopback(data, host, endpoint):
    assert environment(data=data, host=host)["AWS_ENDPOINT_URL"] == endpoint


def test_clients_are_told_whom_to_trust(data, tmp_path):
    certificate, _ = self_signed(tmp_path, "localhost")
    chosen = environment(data=data, tls_certificate=str(certificate))
    assert (chosen["AWS_ENDPOINT_URL"], chosen["AWS_CA_BUNDLE"]) == ("https://localhost:8000", str(certificate))
    with noted(data) as path:
        note = Note("https://localhost:4711", "", "eu-west-1", "000000000000", os.getpid(), "/etc/ssl/authority.pem")
        leave(path, note)
        assert environment(data=data, port=4711)["AWS_CA_BUNDLE"] == "/etc/ssl/authority.pem"
        assert "AWS_CA_BUNDLE" not in environment(data=data, port=9000)


def test_a_certificate_that_cannot_be_read_is_named(data, capsys):
    with pytest.raises(typer.Exit):
        environment(data=data, tls_certificate=str(data / "absent.pem"))
    assert "absent.pem cannot be read" in capsys.readouterr().err


def test_without_an_account_the_next_step_is_said(tmp_path, capsys):
    with pytest.raises(typer.Exit):
        environment(data=tmp_path)
    assert "start `skylens up` on it first" in " ".join(capsys.readouterr().err.split())
    assert list(tmp_path.iterdir()) == []


def test_shlex_reads_the_exports_back(data):
    result = CliRunner().invoke(program, ["env", "--data", str(data)])
    words = shlex.split(result.output)
    assert words[0::2] == ["export"] * (len(words) // 2)
