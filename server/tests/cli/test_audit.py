"""`skylens audit`: what is asked of the server, what is held against the answers, and how they look."""

import io
import json

import pytest
from rich.console import Console
from typer.testing import CliRunner

from skylens.cli.audit import Question, app, table

DELETED = {
    "EventId": "a7a01f85-99e2-40bd-83bd-307650be0506",
    "EventName": "DeleteGroup",
    "EventSource": "xray.amazonaws.com",
    "EventTime": 1779384848.0,
    "ReadOnly": "false",
    "Username": "ci-42",
    "Resources": [
        {"ResourceType": "AWS::XRay::Group", "ResourceName": "checkout"},
        {"ResourceType": "AWS::XRay::Group", "ResourceName": "arn:aws:xray:us-east-1:000000000000:group/checkout/X"},
    ],
    "CloudTrailEvent": json.dumps(
        {
            "userIdentity": {"type": "AssumedRole", "sessionContext": {"sessionIssuer": {"userName": "Deployer"}}},
            "sourceIPAddress": "192.0.2.7",
        }
    ),
}
FAILED = {**DELETED, "CloudTrailEvent": json.dumps({"errorCode": "AccessDenied"})}
READ = {**DELETED, "ReadOnly": "true", "EventName": "GetGroup"}


def question(*, reads=False, failed=False, **attributes):
    return Question(attributes, 3600, reads, failed)


def asked(attribute, value):
    return {"LookupAttributes": [{"AttributeKey": attribute, "AttributeValue": value}]}


@pytest.mark.parametrize(
    ("asks", "expected"),
    [
        (question(ResourceName="checkout", Username="erin"), asked("ResourceName", "checkout")),
        (question(ResourceName="", Username="erin"), asked("Username", "erin")),
        (question(ResourceName=""), asked("ReadOnly", "false")),
        (question(reads=True), {"LookupAttributes": None}),
    ],
)
def test_the_server_is_asked_for_one_attribute(asks, expected):
    assert asks.asked() == expected


@pytest.mark.parametrize(
    ("asks", "event", "fits"),
    [
        (question(), DELETED, True),
        (question(), READ, False),
        (question(reads=True), READ, True),
        (question(failed=True), DELETED, False),
        (question(failed=True), FAILED, True),
        (question(ResourceName="checkout", Username="ci-42", EventName="DeleteGroup"), DELETED, True),
        (question(ResourceName="checkout", Username="erin"), DELETED, False),
        (question(ResourceName="check"), DELETED, False),
        (question(EventSource="iam.amazonaws.com"), DELETED, False),
    ],
)
def test_everything_else_is_held_against_what_it_finds(asks, event, fits):
    assert asks.fits(event) is fits


def test_a_range_of_time_ends_now_or_some_time_ago():
    assert question().range(10_000) == {"StartTime": 6_400}
    assert Question({}, 3600, with_reads=False, only_failed=False, until=1800).range(10_000) == {
        "StartTime": 6_400,
        "EndTime": 8_200,
    }


@pytest.mark.parametrize(
    ("flags", "complaint"),
    [
        (["--since", "1h", "--until", "2h"], "must be a shorter time ago than --since"),
        (["--until", "1h", "--follow"], "what goes on has no end"),
        (["--until", "soon"], "soon"),
    ],
)
def test_a_range_that_cannot_be_is_refused(flags, complaint):
    done = CliRunner().invoke(app, flags, env={"COLUMNS": "200"})
    assert done.exit_code == 2
    assert complaint in done.output


@pytest.mark.parametrize("width", [80, 120])
def test_every_call_takes_one_line_with_time_and_outcome(width):
    console = Console(width=width, file=io.StringIO(), record=True)
    console.print(table([DELETED, FAILED], width=width))
    head, deleted, failed = console.export_text().splitlines()
    assert head.split() == ["time", "who", "what", "to", *(["from"] if width > 100 else []), "outcome"]
    assert "Deploy" in deleted
    assert "checkout" in deleted
    assert "arn:" not in deleted
    assert deleted.rstrip().endswith("ok")
    assert failed.rstrip().endswith("AccessDenied")
    assert max(map(len, (head, deleted, failed))) <= width
