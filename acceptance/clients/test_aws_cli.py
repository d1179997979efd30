"""The aws CLI with nothing but what `skylens env` exports (black-box list 15)."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from documents import checkout, put

AWS = shutil.which("aws", path=str(Path(sys.executable).parent)) or shutil.which("aws")


@pytest.fixture(scope="module")
def sent(xray):
    document = checkout("cli-checkout")
    assert put(xray, document) == []
    return document


@pytest.fixture(scope="module")
def aws(skylens):
    environment = skylens.shell()

    def run(*arguments):
        command = [AWS, "xray", *arguments, "--output", "json"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout else {}

    return run


def test_summaries_then_traces_as_the_guide_does_it(aws, sent):
    now = int(time.time())
    ids = aws(
        "get-trace-summaries",
        *("--start-time", str(now - 120), "--end-time", str(now + 1)),
        *("--filter-expression", 'service("cli-checkout") { fault = true } AND annotation.tenant = "acme"'),
        *("--query", "TraceSummaries[*].Id"),
    )
    assert sent["trace_id"] in ids
    (trace,) = aws("batch-get-traces", "--trace-ids", sent["trace_id"], "--query", "Traces[*]")
    assert sent["id"] in {segment["Id"] for segment in trace["Segments"]}


@pytest.mark.usefixtures("sent")
def test_the_service_graph(aws):
    now = int(time.time())
    answer = aws("get-service-graph", "--start-time", str(now - 120), "--end-time", str(now + 1))
    nodes = {(service["Name"], service.get("Type")) for service in answer["Services"]}
    assert {
        ("cli-checkout", "AWS::ECS::Container"),
        ("cli-checkout", "client"),
        ("carts", "AWS::DynamoDB::Table"),
    } <= nodes


def test_a_group_from_creation_to_deletion(aws, xray):
    created = aws("create-group", "--group-name", "cli-group", "--filter-expression", 'service("cli-checkout")')[
        "Group"
    ]
    assert created["GroupARN"].startswith("arn:aws:xray:us-east-1:000000000000:group/cli-group/")
    assert {"Default", "cli-group"} <= {group["GroupName"] for group in aws("get-groups")["Groups"]}
    assert (
        put(xray, checkout("cli-checkout"), checkout("not-in-the-group")) == []
    )  # a group is of traces that come after it
    now = int(time.time())
    graph = aws(
        "get-service-graph", "--start-time", str(now - 120), "--end-time", str(now + 1), "--group-name", "cli-group"
    )
    names = {service["Name"] for service in graph["Services"]}
    assert "cli-checkout" in names
    assert "not-in-the-group" not in names
    aws("delete-group", "--group-name", "cli-group")
    assert "cli-group" not in {group["GroupName"] for group in aws("get-groups")["Groups"]}


def test_sampling_rules_and_statistics(aws):
    (default,) = [
        record["SamplingRule"]
        for record in aws("get-sampling-rules")["SamplingRuleRecords"]
        if record["SamplingRule"]["RuleName"] == "Default"
    ]
    assert (default["Priority"], default["ReservoirSize"], default["FixedRate"]) == (10000, 1, 0.05)
    assert "SamplingStatisticSummaries" in aws("get-sampling-statistic-summaries")


def test_an_operation_that_is_not_built_says_so(skylens):
    command = [AWS, "xray", "get-insight-summaries", "--start-time", "0", "--end-time", "1", "--group-name", "Default"]
    done = subprocess.run(command, env=skylens.shell(), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert "NotImplementedException" in done.stderr
