"""Every setting is a flag and a variable; the flag wins, and what is wrong is named."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from skylens.cli.settings import HELP, chosen, variable, with_settings
from skylens.config import SETTING_NAMES, Settings

GIVEN = {
    "host": "::1",
    "port": 9000,
    "daemon_address": "off",
    "account": "123456789012",
    "region": "eu-west-1",
    "data": Path("/srv/skylens"),
    "store": "clickhouse://localhost:8123/skylens",
    "state": "postgresql://localhost/skylens",
    "tls_certificate": "/etc/ssl/skylens.pem",
    "tls_key": "/etc/ssl/skylens.key",
    "tls_ca": "/etc/ssl/authority.pem",
    "auth": "off",
    "limits": "aws",
    "cluster": "main",
    "retention_days": 7,
    "history_days": 400,
    "handler_threads": 2,
    "buckets": "/srv/buckets",
    "s3_endpoint": "http://127.0.0.1:9000",
    "trail_delivery_seconds": 5,
    "digest_seconds": 60,
    "insight_baseline_days": 3,
    "insight_least_calls": 20,
    "event_webhook": "https://siem.example.com/events",
    "event_webhook_secret_file": "/run/secrets/webhook",
    "event_webhook_reads": "on",
}


def run(*arguments, env=None):
    seen = []
    app = typer.Typer()

    @app.command()
    @with_settings(*SETTING_NAMES)
    def verb(given):
        seen.append(given)

    result = CliRunner().invoke(app, arguments, env=env or {})
    return result, seen


def test_every_setting_has_a_sentence_of_help():
    assert tuple(HELP) == SETTING_NAMES


@pytest.mark.parametrize("name", SETTING_NAMES)
def test_every_setting_is_a_flag(name):
    _, seen = run(f"--{name.replace('_', '-')}", str(GIVEN[name]))
    assert seen == [{name: GIVEN[name]}]


@pytest.mark.parametrize("name", SETTING_NAMES)
def test_every_setting_is_a_variable_of_the_environment(name, monkeypatch):
    monkeypatch.setenv(variable(name), str(GIVEN[name]))
    assert chosen() == {name: GIVEN[name]}


def test_a_flag_wins_over_the_environment():
    _, seen = run("--port", "9000", env={"SKYLENS_PORT": "9001", "SKYLENS_REGION": "eu-west-1"})
    assert seen == [{"port": 9000, "region": "eu-west-1"}]


def test_settings_that_nobody_chose_have_their_defaults():
    assert Settings(**chosen()) == Settings()


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [("SKYLENS_PORT", "many", "is no whole number"), ("SKYLENS_AUTH", "maybe", "is none of required, off")],
)
def test_a_wrong_value_in_the_environment_is_named(name, text, complaint):
    result, seen = run(env={name: text, "COLUMNS": "200"})
    assert (result.exit_code, seen) == (2, [])
    assert name in result.output
    assert complaint in result.output
