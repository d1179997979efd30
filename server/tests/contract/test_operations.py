"""Every operation of AWS's models is answered, or refused with a reason; every error that is raised is declared."""

import ast
from pathlib import Path

import pytest

import skylens.app  # registers every handler
from skylens.cli.operations import EVERY, refusals, rows
from skylens.registry import ERROR_CODES, HANDLERS
from skylens.wire.errors import COMMON_ERRORS
from skylens.wire.models import SPOKEN, load

PACKAGE = Path(skylens.__file__).parent
OPERATION_FOLDERS = sorted(PACKAGE.glob("*/operations"))


@pytest.mark.parametrize("service", SPOKEN)
def test_every_operation_is_answered_or_refused_with_a_reason(service):
    answered = {operation for owner, operation in HANDLERS if owner == service}
    refused = refusals().get(service, {})
    named = set(refused) - {EVERY}
    if EVERY in refused:
        assert (answered, named) == (set(), set()), "the reason for everything is for services with nothing built"
    else:
        assert answered | named == set(load(service).operations)
        assert answered & named == set()
    assert all(reason.strip() for reason in refused.values())


def test_only_services_that_exist_are_named():
    assert set(refusals()) <= set(SPOKEN)
    assert {service for service, _ in HANDLERS} <= set(SPOKEN)


def test_the_list_of_operations_has_a_place_or_a_reason_for_each():
    assert [row for row in rows() if bool(row.answered_by) == bool(row.refused_because)] == []


@pytest.mark.parametrize("folder", OPERATION_FOLDERS, ids=lambda folder: folder.parent.name)
def test_the_imports_of_a_folder_of_operations_are_its_files(folder):
    tree = ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names}
    assert imported == {path.stem for path in folder.glob("*.py")} - {"__init__"}


@pytest.mark.parametrize(("error", "code"), ERROR_CODES.items(), ids=lambda value: getattr(value, "__name__", value))
def test_every_error_of_a_service_is_declared_by_its_model(error, code):
    room = error.__module__.split(".")[1]
    own = [service for service in SPOKEN if service == room or service.startswith(f"{room}-")]  # cloudtrail-data
    owners = own or [service for service, _ in HANDLERS]
    assert code in COMMON_ERRORS or any(load(owner).error(code) for owner in owners)


@pytest.mark.parametrize("handler", HANDLERS.values(), ids=lambda handler: f"{handler.service}:{handler.operation}")
def test_every_handler_is_named_for_its_operation_and_links_its_page(handler):
    from botocore import xform_name

    assert handler.function.__name__ == xform_name(handler.operation)
    assert f"API_{handler.operation}.html" in (handler.function.__doc__ or "")
