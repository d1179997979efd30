"""The verbs: each can be loaded, and asking for help loads none."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from skylens.cli import VERBS, program


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_its_help(verb):
    result = CliRunner().invoke(program, [verb, "--help"], env={"COLUMNS": "200"})
    assert (result.exit_code, "Usage:" in result.output) == (0, True)


def test_help_lists_every_verb_and_loads_no_database():
    script = (
        "import sys\nfrom skylens.cli import main\nsys.argv = ['skylens', '--help']\n"
        "try:\n    main()\nfinally:\n    print(sorted(m for m in sys.modules if m in {'sqlalchemy', 'chdb', 'botocore'}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert [verb for verb in VERBS if verb not in done.stdout] == []
    assert done.stdout.splitlines()[-1] == "[]"


def test_an_unknown_verb_is_an_error():
    assert CliRunner().invoke(program, ["dance"]).exit_code == 2


def test_an_operation_is_answered_by_a_place_in_a_file():
    result = CliRunner().invoke(program, ["operations", "GetSamplingTargets", "--json"])
    (row,) = json.loads(result.output)
    path, _, line = row["answered_by"].rpartition(":")
    assert path.endswith("xray/operations/sampling.py")
    assert int(line) > 0


def test_a_refused_operation_has_its_reason():
    result = CliRunner().invoke(program, ["operations", "GetInsight", "--json"])
    assert [row["refused_because"] for row in json.loads(result.output)] == ["insights are not detected yet"]


def test_a_service_lists_all_its_operations():
    result = CliRunner().invoke(program, ["operations", "xray"], env={"COLUMNS": "200"})
    assert "of 38 answered" in result.output


def test_an_unknown_operation_is_said_so():
    assert CliRunner().invoke(program, ["operations", "NoSuchThing"]).exit_code == 1
