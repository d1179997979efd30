"""`skylens migrate`: what was done is said, a second time there is nothing to do, what fails says the next step."""

import json

import pytest
from typer.testing import CliRunner

from skylens.cli import program


@pytest.mark.usefixtures("no_embedded_engine")
def test_fresh_databases_are_made_once(tmp_path):
    def run(*words):
        result = CliRunner().invoke(program, ["migrate", "--data", str(tmp_path), *words])
        assert result.exit_code == 0, result.output
        return result.output

    assert any("segments" in line for line in json.loads(run("--json"))["done"])
    assert json.loads(run("--json")) == {"done": []}
    assert "both databases are up to date" in run()


def test_what_cannot_be_opened_says_so(tmp_path):
    result = CliRunner().invoke(program, ["migrate", "--data", str(tmp_path), "--state", "nonsense://x"])
    assert result.exit_code == 1
    assert "Not migrated" in result.output
