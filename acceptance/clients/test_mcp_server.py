"""The MCP server of AWS for CloudTrail, unmodified: an assistant asks it what happened, and it asks us."""

import json
import subprocess
import textwrap

import pytest
from packages import programs_of

PACKAGE = "awslabs.cloudtrail-mcp-server"
# A client of the protocol over the server's standard streams, run in the server's own environment.
ASK = textwrap.dedent(
    """
    import json, subprocess, sys

    server = subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def send(**message):
        server.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\\n")
        server.stdin.flush()

    def answer(number):
        for line in server.stdout:
            message = json.loads(line)
            if message.get("id") == number:
                return message["result"]

    about = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    send(id=1, method="initialize", params=about)
    answer(1)
    send(method="notifications/initialized")
    for number, (tool, arguments) in enumerate(json.loads(sys.argv[2]), 2):
        send(id=number, method="tools/call", params={"name": tool, "arguments": arguments})
        print(json.dumps(answer(number)))
    server.terminate()
    server.wait(20)
    """
)


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    return programs_of(PACKAGE, tmp_path_factory.mktemp("mcp"))


# The examples that the server gives to assistants.
EXAMPLES = (
    "SELECT eventname, count(*) FROM {s} WHERE eventtime > '2025-01-01 00:00:00' GROUP BY eventname",
    "SELECT errorcode, errormessage, eventname FROM {s} WHERE errorcode IS NOT NULL OR errormessage IS NOT NULL LIMIT 10",
    "SELECT eventname, resources FROM {s} WHERE any_match(resources, x -> x.type = 'AWS::S3::Object') LIMIT 10",
    "SELECT useridentity.sessioncontext.sessionissuer.username FROM {s} WHERE useridentity.type = 'AssumedRole' LIMIT 10",
    "SELECT sourceipaddress, count(*) FROM {s} WHERE eventname = 'ConsoleLogin' GROUP BY sourceipaddress LIMIT 10",
    """SELECT eventname, filter(resources, x -> x.type = 'AWS::Lambda::Function') as lambda_resources FROM {s}
    WHERE cardinality(filter(resources, x -> x.type = 'AWS::Lambda::Function')) > 0 LIMIT 5""",
)


@pytest.mark.waits_long
@pytest.mark.timeout(600)
def test_an_assistant_looks_events_up_and_queries_the_lake(skylens, xray, programs):
    store = skylens.client("cloudtrail").create_event_data_store(Name="asked-by-assistants")["EventDataStoreArn"]
    xray.create_group(GroupName="asked-about", FilterExpression="fault")
    where = {"region": "us-east-1"}
    lookup = {"attribute_key": "EventName", "attribute_value": "CreateGroup", "max_results": 50}
    queries = [{"sql": text.format(s=store.rpartition("/")[2])} for text in EXAMPLES]
    asked = [("lookup_events", lookup), ("list_event_data_stores", {}), *(("lake_query", each) for each in queries)]
    environment = skylens.shell() | {"AWS_ENDPOINT_URL": skylens.endpoint}
    calls = json.dumps([(tool, arguments | where) for tool, arguments in asked])
    command = [programs / "python", "-c", ASK, programs / PACKAGE, calls]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [result for result in results if result.get("isError")] == []
    looked_up, listed, counted, *others = (result["content"][0]["text"] for result in results)
    assert "asked-about" in looked_up
    assert store in listed
    assert "CreateGroup" in counted
    assert ["FINISHED" in answer for answer in (counted, *others)] == [True] * len(EXAMPLES)
