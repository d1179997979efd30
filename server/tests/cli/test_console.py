"""Addresses that sign browsers in, from the shell."""

import re
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from skylens.cli import program
from skylens.clock import SystemClock
from skylens.console import sessions, sign_in_tokens
from skylens.console.sessions import Session
from skylens.iam import access_keys, named
from skylens.iam.access_keys import ensure_root_key
from skylens.iam.users import User
from skylens.ids import RandomIds
from skylens.store.control import open_control

ACCOUNT = "000000000000"
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/console/sign-in\?token=([0-9a-f]{64})\n")


@pytest.fixture
def control(tmp_path, clock):
    opened = open_control(f"sqlite:///{tmp_path / 'state.sqlite'}", tmp_path)
    ensure_root_key(opened, ACCOUNT, ids=RandomIds(), clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def run(control, tmp_path, monkeypatch):  # noqa: ARG001  # the state must be there
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words, code=0):
        result = CliRunner().invoke(program, ["console", *words, "--data", str(tmp_path)])
        assert result.exit_code == code, result.output
        return result.output

    return call


def shown(control, token):
    with control.begin() as connection:
        return sign_in_tokens.use(connection, token, SystemClock().now())


def test_the_address_stands_for_the_root_user_once(run, control):
    port, token = ADDRESS.fullmatch(run("--port", "8123")).groups()
    assert port == "8123"
    first, second = shown(control, token), shown(control, token)
    assert (first.account, first.is_good, second.is_good) == (ACCOUNT, True, False)
    assert first.access_key_id == access_keys.root_key(control, ACCOUNT).access_key_id


def test_a_user_needs_a_key_for_the_session_to_end_with(run, control, clock):
    with control.begin() as connection:
        user = named.create(connection, User(account=ACCOUNT, name="bob", id="AIDABOB", created_at=clock.now()))
    assert "skylens keys create" in run("--user", "bob", code=1)
    with control.begin() as connection:
        key = access_keys.create(connection, control.secrets, user.principal, ids=RandomIds(), now=clock.now())
    token = ADDRESS.fullmatch(run("--user", "bob"))[2]
    assert shown(control, token).access_key_id == key.access_key_id


def test_nobody_is_not_let_in(run):
    assert "nobody cannot be found" in run("--user", "nobody", code=1)


def test_everybody_can_be_signed_out(run, control):
    now = SystemClock().now()
    with control.begin() as connection:
        session = Session(ACCOUNT, "AKIAEXAMPLE", now + timedelta(hours=1))
        session_id = sessions.begin(connection, control.secrets, RandomIds(), session, now)
    assert run("--sign-out") == "1 browser signed out\n"
    with control.read() as connection:
        assert sessions.find(connection, control.secrets, session_id, now) is None
    assert run("--sign-out") == "0 browsers signed out\n"
