"""The documentation: the reference is the code's, links lead somewhere, and the examples of the guides run.

In a guide, a fence says what becomes of it: ```` ```bash run ```` and ```` ```python run ```` are run from top to bottom
against a server, ```` ```… save=NAME ```` is written to a file for those that follow, ```` ```filter ```` has one
expression a line. A comment ``<!-- run … -->`` is a bash script that the reader does not see.
"""

import configparser
import os
import re
import shlex
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

import pytest
from servers import Skylens, new_server

from skylens.cli import VERBS, load
from skylens.cli.operations import EVERY, refusals
from skylens.config import Limits, Settings
from skylens.wire.models import SPOKEN
from skylens.wire.models import load as load_model
from skylens.xray.filter_expression.keywords import KEYWORDS, OPERATORS
from skylens.xray.filter_expression.parser import parse

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
FENCE = re.compile(r"^```(?P<language>\w+)(?P<mark>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
HIDDEN = re.compile(r"^<!-- run\n(?P<text>.*?)^-->$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:)(?P<path>[^)#\s]*)(?:#(?P<anchor>[^)\s]+))?\)")
COMMAND = re.compile(r"(?:^|(?<!-u)[\s/(])skylens (?P<rest>[a-z][^\n|)#>]*)")


class Block(NamedTuple):
    """A fence, or a hidden script."""

    language: str
    mark: str
    text: str


def markdown() -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).exists()]


COMPLETION = {"--install-completion", "--show-completion"}  # typer's own
GUIDES = sorted(path for path in DOCS.glob("*.md"))


def blocks(path: Path) -> list[Block]:
    text = path.read_text(encoding="utf-8")
    found = [(m.start(), Block(m["language"], m["mark"].strip(), m["text"])) for m in FENCE.finditer(text)]
    found += [(m.start(), Block("bash", "run", m["text"])) for m in HIDDEN.finditer(text)]
    return [block for _, block in sorted(found)]


def headings(path: Path) -> set[str]:
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    return set(re.findall(r"^#+ (.+)$", text, re.MULTILINE))


def anchors(path: Path) -> set[str]:
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings(path)}


def test_the_pages_written_from_the_code_are_current(tmp_path):
    # In a process of its own: it opens an embedded engine, of which a process has one.
    subprocess.run([sys.executable, str(DOCS / "write_reference.py"), str(tmp_path)], check=True)
    written = {str(path.relative_to(tmp_path)): path.read_text() for path in tmp_path.rglob("*.md")}
    assert {name for name, text in written.items() if (DOCS / name).read_text() != text} == set(), "run `make docs`"
    assert {path.name for path in REFERENCE.iterdir()} == {Path(name).name for name in written if "reference/" in name}


def test_every_setting_and_limit_is_described():
    page = REFERENCE / "settings.md"
    assert {field.name for field in fields(Settings)} <= headings(page)
    rows = set(re.findall(r"^\| (\w+) \| [\d,]+ \|", page.read_text(), re.MULTILINE))
    assert rows == {field.name for field in fields(Limits)}


def test_every_command_and_its_options_are_described():
    page = REFERENCE / "commands.md"
    assert {f"skylens {verb}" for verb in VERBS} <= headings(page)
    options = {opt for verb in VERBS for opt in options_of([verb]) if opt.startswith("-")} - COMPLETION
    missing = {opt for opt in options if f"`{opt}`" not in page.read_text()}
    assert missing == set()


def test_every_operation_is_described():
    described = headings(REFERENCE / "operations.md")
    for service in SPOKEN:
        assert service in described
        if EVERY not in refusals().get(service, {}):
            assert set(load_model(service).operations) <= described


def test_every_keyword_is_described_with_an_example_that_asks_it():
    page = REFERENCE / "filter-keywords.md"
    sections = dict(re.findall(r"^### (\S+)\n(.*?)(?=^#|\Z)", page.read_text(), re.MULTILINE | re.DOTALL))
    assert set(sections) == set(KEYWORDS)
    for name, section in sections.items():
        [example] = re.findall(r"```filter\n(.+)\n```", section)
        assert re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.])", str(parse(example))), example


def test_every_operator_is_in_the_guide():
    guide = (DOCS / "find-traces.md").read_text()
    assert {operator for kind in OPERATORS.values() for operator in kind if f" {operator} " not in guide} == set()


@pytest.mark.parametrize("path", markdown(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    for link in LINK.finditer(text):
        target = (path.parent / link["path"]).resolve() if link["path"] else path
        assert target.exists(), link[0]
        if link["anchor"]:
            assert link["anchor"] in anchors(target), link[0]


@pytest.mark.parametrize("path", markdown(), ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_and_options_in_examples_exist(path):
    for block in blocks(path):
        if block.language not in {"bash", "console", "ini"}:
            continue
        for found in COMMAND.finditer(block.text):
            words = shlex.split(found["rest"].split(" && ")[0].split(";")[0].replace('"', " ").replace("'", " "))
            assert words[0] in VERBS, found[0]
            used = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
            assert used <= set(options_of(words)) | {"--help"}, found[0]


def options_of(words: list[str]) -> list[str]:
    command = load(words[0])
    inner = getattr(command, "commands", {})
    chosen = [command, *(inner[word] for word in words[1:2] if word in inner)] if len(words) > 1 else [command]
    return [opt for each in chosen for parameter in each.params for opt in parameter.opts]


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_filter_expressions_in_the_guides_are_understood(path):
    for block in blocks(path):
        if block.language == "filter":
            for line in block.text.splitlines():
                assert str(parse(line)), line


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_python_in_the_guides_is_python(path):
    for block in blocks(path):
        if block.language == "python":
            compile(block.text, path.name, "exec")


def test_the_systemd_unit_can_be_read():
    [unit] = [block.text for block in blocks(DOCS / "run-skylens.md") if block.mark == "systemd"]
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str
    read.read_string(unit)
    assert {"Unit", "Service", "Install"} == set(read.sections())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Skylens]:
    started = new_server(tmp_path_factory.mktemp("documented") / "data")
    started.data.mkdir()
    started.start()
    yield started
    started.stop()


def runnable() -> list[Path]:
    return [path for path in GUIDES if any(block.mark == "run" for block in blocks(path))]


@pytest.mark.parametrize("path", runnable(), ids=lambda path: path.stem)
def test_the_examples_of_a_guide_run(path, server, tmp_path):
    environment = shell(server, tmp_path)
    for number, block in enumerate(blocks(path)):
        if block.mark.startswith("save="):
            (tmp_path / block.mark.removeprefix("save=")).write_text(block.text)
        elif block.mark == "run":
            command = [sys.executable] if block.language == "python" else ["bash", "-euo", "pipefail"]
            script = tmp_path / f"example-{number}"
            script.write_text(block.text)
            command.append(str(script))
            done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{block.text}\n{done.stdout}\n{done.stderr}"


def shell(server: Skylens, home: Path) -> dict[str, str]:
    """What a reader's shell has after ``skylens env``, at this server and with this environment's programs."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return server.shell() | {
        "PATH": programs,
        "HOME": str(home),
        "SKYLENS_DATA": str(server.data),
        "AWS_PAGER": "",
    }


def test_every_metric_of_a_running_server_is_described(server):
    with urllib.request.urlopen(f"{server.endpoint}/metrics", timeout=10) as answer:  # noqa: S310  # our own
        told = set(re.findall(r"^# TYPE (skylens_\w+) ", answer.read().decode(), re.MULTILINE))
    # Prometheus's text format also tells when each counter was made.
    assert {name for name in told if not name.endswith("_created")} - headings(REFERENCE / "metrics.md") == set()


def test_every_guide_is_in_the_list_of_contents():
    contents = (DOCS / "README.md").read_text()
    assert {path.name for path in GUIDES if path.name != "README.md" and f"({path.name})" not in contents} == set()
