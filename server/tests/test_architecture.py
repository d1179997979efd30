"""ARCHITECTURE.md says of the tree what the disk says."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAP = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
PACKAGE, DAEMON = "server/src/skylens/", "daemon/src/"
FOLDER = re.compile(r"^\| `([^`]+/)` \|", re.MULTILINE)
FILE = re.compile(r"`((?:server|daemon|docs|acceptance|bench)/[^`\s]*\.\w+)`")


def files() -> list[str]:
    """Every file of the project: those that git knows, and new ones that it does not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.splitlines() if (ROOT / name).exists()]


def folders_below(prefix: str) -> set[str]:
    """Every folder below the prefix that has files of its own or below it."""
    inside = [name.removeprefix(prefix) for name in files() if name.startswith(prefix)]
    return {f"{parent}/" for name in inside for parent in Path(name).parents if str(parent) != "."}


def test_every_top_level_folder_is_on_the_map():
    [table] = re.findall(r"^\| top level \|.*?\n\n", MAP, re.MULTILINE | re.DOTALL)
    assert set(FOLDER.findall(table)) == {f"{name.split('/')[0]}/" for name in files() if "/" in name}


@pytest.mark.parametrize("prefix", [PACKAGE, DAEMON])
def test_every_folder_of_sources_is_on_the_map(prefix):
    [table] = re.findall(rf"^\| under `{prefix}` \|.*?\n\n", MAP, re.MULTILINE | re.DOTALL)
    assert set(FOLDER.findall(table)) == folders_below(prefix)


def test_every_leaf_beside_the_rooms_is_on_the_map():
    inside = [name.removeprefix(PACKAGE) for name in files() if name.startswith(PACKAGE)]
    leaves = {name for name in inside if "/" not in name and name.endswith(".py") and name != "__init__.py"}
    paragraph = MAP[MAP.index("Beside the rooms:") : MAP.index(f"| under `{DAEMON}`")]
    assert set(re.findall(r"`(\w+\.py)`", paragraph)) == leaves


def test_every_file_on_the_map_exists():
    assert [name for name in FILE.findall(MAP) if not (ROOT / name).is_file()] == []
    assert len(FILE.findall(MAP)) > len(folders_below(PACKAGE))


def test_the_steps_of_a_call_are_those_that_run():
    from skylens.gateway.steps import ENDING, STEPS

    flow = MAP[MAP.index("**One API call.**") : MAP.index("**A segment.**")]
    modules = [step.__module__.replace(".", "/") for step in STEPS]
    told = re.findall(r"^\d\. `server/src/(\S+?)\.py`", flow, re.MULTILINE)
    assert told == modules
    assert [step.__module__.rpartition(".")[2] in flow for step in ENDING] == [True] * len(ENDING)


def test_every_decision_is_on_the_map():
    decisions = {path.name for path in (ROOT / "docs" / "adr").glob("*.md")}
    assert {name for name in decisions if f"docs/adr/{name}" not in MAP} == set()


def test_every_rationale_is_on_the_map():
    written = {name for name in files() if name.endswith("/RATIONALE.md")}
    assert {name for name in written if f"({name})" not in MAP} == set()


@pytest.mark.parametrize(
    ("contract", "side"),
    [
        ("The gateway knows no service", "forbidden_modules"),
        ("The shop is a user's application", "forbidden_modules"),
        ("botocore stays in wire", "source_modules"),
        ("Database drivers stay in store", "source_modules"),
        ("The web framework stays at the edge", "source_modules"),
    ],
)
def test_what_holds_of_all_services_names_each_of_them(contract, side):
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    [found] = [each for each in settings["tool"]["importlinter"]["contracts"] if each["name"] == contract]
    services = {f"skylens.{folder.parent.name}" for folder in (ROOT / PACKAGE).glob("*/operations")}
    assert services - set(found[side]) == set()
