"""Accounts from the shell."""

import json

import pytest
from typer.testing import CliRunner

from skylens.cli import program
from skylens.iam.access_keys import ensure_root_key
from skylens.ids import RandomIds
from skylens.store.control import open_control
from skylens.store.retention import retentions


@pytest.fixture
def data(tmp_path, clock):
    control = open_control(f"sqlite:///{tmp_path / 'state.sqlite'}", tmp_path)
    ensure_root_key(control, "000000000000", ids=RandomIds(), clock=clock)
    control.close()
    return tmp_path


@pytest.fixture
def run(data, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words, code=0):
        result = CliRunner().invoke(program, [*words, "--data", str(data)])
        assert result.exit_code == code, result.output
        return result.output

    return call


def test_an_account_is_made_listed_and_renamed(run):
    made = json.loads(run("accounts", "create", "111122223333", "--name", "team blue", "--json"))
    assert (made["account"], made["name"], made["access_key_id"][:4]) == ("111122223333", "team blue", "AKIA")
    run("accounts", "rename", "111122223333", "[red]")
    listed = json.loads(run("accounts", "list", "--json"))
    assert [(each["account"], each["name"]) for each in listed] == [
        ("000000000000", "000000000000"),
        ("111122223333", "[red]"),
    ]
    assert "[red]" in run("accounts", "list")
    told = json.loads(run("env", "--account", "111122223333", "--json"))
    assert told["AWS_ACCESS_KEY_ID"] == made["access_key_id"]


def test_an_account_says_for_how_long_it_keeps_its_traces(run, data):
    def kept():
        return [account["retention_days"] for account in json.loads(run("accounts", "list", "--json"))]

    assert kept() == [None]
    assert "keeps its traces for 7 days" in run("accounts", "retention", "000000000000", "7")
    assert kept() == [7]
    control = open_control(f"sqlite:///{data / 'state.sqlite'}", data)
    assert retentions(control) == {"000000000000": 7}  # what the worker deletes by
    control.close()
    run("accounts", "retention", "000000000000", "1")
    assert "1 day" in run("accounts", "list")
    assert "the server's time" in run("accounts", "retention", "000000000000", "default")
    assert kept() == [None]


def test_the_secret_is_shown_to_who_makes_an_account(run):
    shown = run("accounts", "create", "111122223333")
    (line,) = [line for line in shown.splitlines() if "AKIA" in line]
    assert len(line.split()[1]) == 40


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["create", "12"], "an account is twelve digits, not '12'"),
        (["create", "000000000000"], "There is an account 000000000000 already."),
        (["rename", "999999999999", "x"], "There is no account 999999999999."),
        (["retention", "999999999999", "7"], "There is no account 999999999999."),
        (["retention", "000000000000", "0"], "A retention is 1 to 3653 days, or default, not '0'."),
        (["retention", "000000000000", "9999"], "A retention is 1 to 3653 days, or default, not '9999'."),
        (["retention", "000000000000", "a week"], "A retention is 1 to 3653 days, or default, not 'a week'."),
    ],
)
def test_what_cannot_be_is_said(run, words, complaint):
    assert complaint in run("accounts", *words, code=1)


def test_without_data_the_next_step_is_said(tmp_path):
    result = CliRunner().invoke(program, ["accounts", "list", "--data", str(tmp_path / "none")])
    assert result.exit_code == 1
    assert "start `skylens up` on it first" in result.output
    assert list(tmp_path.iterdir()) == []
