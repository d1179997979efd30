"""Access keys from the shell."""

import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from skylens.cli import program
from skylens.clock import SystemClock
from skylens.iam import access_keys, named
from skylens.iam.access_keys import ensure_root_key
from skylens.iam.roles import Role
from skylens.iam.users import User
from skylens.ids import RandomIds
from skylens.store.control import open_control

ACCOUNT = "000000000000"


@pytest.fixture
def control(tmp_path, clock):
    opened = open_control(f"sqlite:///{tmp_path / 'state.sqlite'}", tmp_path)
    ensure_root_key(opened, ACCOUNT, ids=RandomIds(), clock=clock)
    with opened.begin() as connection:
        named.create(connection, User(account=ACCOUNT, name="bob", id="AIDABOB", created_at=clock.now()))
    yield opened
    opened.close()


@pytest.fixture
def run(control, tmp_path, monkeypatch):  # noqa: ARG001  # the state must be there
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words, code=0):
        result = CliRunner().invoke(program, ["keys", *words, "--data", str(tmp_path)])
        assert result.exit_code == code, result.output
        return result.output

    return call


@pytest.mark.parametrize("who", [[], ["--user", "bob"]], ids=["root", "user"])
def test_a_key_is_made_stopped_used_again_and_deleted(run, control, who):
    made = json.loads(run("create", *who, "--json"))
    key = made["access_key_id"]
    assert access_keys.find(control, key).secret == made["secret_access_key"]

    def status():
        listed = json.loads(run("list", *who, "--json"))
        return {each["access_key_id"]: each["status"] for each in listed}.get(key)

    run("deactivate", key, *who)
    assert status() == "Inactive"
    run("activate", key, *who)
    assert status() == "Active"
    run("delete", key, *who)
    assert status() is None


def test_a_new_key_is_printed_for_the_shell(run):
    lines = run("create", "--user", "bob").splitlines()
    assert [line.partition("=")[0] for line in lines] == ["export AWS_ACCESS_KEY_ID", "export AWS_SECRET_ACCESS_KEY"]


def test_the_list_shows_no_secret(run):
    made = json.loads(run("create", "--user", "bob", "--json"))
    shown = run("list", "--user", "bob") + run("list", "--user", "bob", "--json")
    assert made["access_key_id"] in shown
    assert made["secret_access_key"] not in shown
    assert "never" in shown


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["create", "--user", "nobody"], "The user with name nobody cannot be found."),
        (["list", "--account", "111122223333"], "There is no account 111122223333."),
        (["delete", "AKIANONE"], "has no key AKIANONE."),
    ],
)
def test_what_cannot_be_is_said(run, words, complaint):
    assert complaint in run(*words, code=1)


def test_the_sessions_of_a_role_are_revoked(run, control, clock):
    role = Role(account=ACCOUNT, name="r", id="AROAR", created_at=clock.now(), trust_policy="{}")
    with control.begin() as connection:
        named.create(connection, role)
    run("revoke", "r")
    with control.read() as connection:
        found = named.get(connection, Role, ACCOUNT, "r")
    assert found.revoked_before is not None
    assert SystemClock().now() - found.revoked_before < timedelta(minutes=1)
    assert "cannot be found" in run("revoke", "none", code=1)


def test_two_keys_are_the_most(run):
    run("create")
    assert "delete one first" in run("create", code=1)
