"""README.md and docstrings: what they say is so."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest
import yaml

import skylens_daemon
from skylens_daemon.config import OPTIONS, Config, load

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
MODULES = [module.name for module in pkgutil.iter_modules(skylens_daemon.__path__) if module.name != "__main__"]


def row(option) -> str:
    by_environment = f"`{option.environment_name}`" if option.field not in {"config", "version"} else ""
    short, key = (f"`{text}`" if text else "" for text in (option.short and f"-{option.short}", option.key))
    return f"| `--{option.flag}` | {short} | {by_environment} | {key} | {option.help} |"


def test_the_table_of_flags_is_the_programs():
    assert "\n".join(map(row, OPTIONS)) in README


def test_the_example_file_has_every_key_and_can_be_read(tmp_path):
    example = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert example
    path = tmp_path / "cfg.yaml"
    path.write_text(example[1])
    content = yaml.safe_load(example[1])
    keys = {
        f"{key}.{inner}" if isinstance(value, dict) else key
        for key, value in content.items()
        for inner in ([*value] if isinstance(value, dict) else [""])
    }
    assert keys == {option.key for option in OPTIONS if option.key} | {"Version"}
    config, warnings = load(["-c", str(path)], {})
    assert (config, warnings) == (Config(region="us-east-1", endpoint="http://127.0.0.1:8000"), ())


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_docstrings_run(name):
    outcome = doctest.testmod(importlib.import_module(f"skylens_daemon.{name}"))
    assert outcome.failed == 0
