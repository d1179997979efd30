"""aws-xray-sdk for Python, unmodified, through the daemon's UDP port."""

import subprocess
import sys
from pathlib import Path

from documents import read

HERE = Path(__file__).parent
APPS = HERE / "python_app"


def run(skylens, app, *arguments):
    command = [sys.executable, str(APPS / app), *arguments]
    done = subprocess.run(command, env=skylens.shell(), capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def segments(xray, eventually, trace_id, count):
    documents = eventually(
        lambda: xray.batch_get_traces(TraceIds=[trace_id])["Traces"] and read(xray, trace_id),
        lambda found: len([d for d in (found or {}).values() if not d.get("inferred")]) >= count,
    )
    return {document["name"]: document for document in documents.values() if not document.get("inferred")}


def test_flask_with_patched_libraries(skylens, xray, eventually):
    trace_id = run(skylens, "flask_app.py")
    segment = segments(xray, eventually, trace_id, 1)["flask-front"]
    assert segment["http"]["request"]["method"] == "GET"
    assert segment["annotations"] == {"language": "python"}
    assert segment["metadata"]["tests"] == {"note": {"nested": [1, 2]}}
    assert segment["user"] == "u-1"
    assert segment["aws"]["xray"]["sdk"] == "X-Ray for Python"
    calls = {call["name"]: call for call in segment["subsegments"]}
    assert calls["127.0.0.1"]["error"] is True
    assert calls["127.0.0.1"]["http"]["response"]["status"] == 404
    assert calls["risky"]["cause"]["exceptions"][0]["type"] == "ValueError"

    assert any(call.get("namespace") == "remote" and "sql" in call for call in segment["subsegments"])
    table = [d for d in read(xray, trace_id).values() if d.get("origin") == "AWS::DynamoDB::Table"]
    assert [d["aws"]["table_name"] for d in table] == ["carts"]

    (summary,) = [
        s
        for s in xray.get_trace_summaries(
            StartTime=segment["start_time"] - 5,
            EndTime=segment["start_time"] + 5,
            FilterExpression='annotation.language = "python" AND service("flask-front") AND user = "u-1"',
        )["TraceSummaries"]
        if s["Id"] == trace_id
    ]
    assert summary["Http"]["HttpMethod"] == "GET"
    assert summary["Annotations"]["language"][0]["AnnotationValue"] == {"StringValue": "python"}


def test_aiohttp_with_its_middleware_and_client(skylens, xray, eventually):
    trace_id = run(skylens, "aiohttp_app.py")
    (trace,) = eventually(
        lambda: xray.batch_get_traces(TraceIds=[trace_id])["Traces"], lambda t: t and len(t[0]["Segments"]) >= 2
    )
    assert trace["Duration"] > 0
    documents = read(xray, trace_id)
    front = next(d for d in documents.values() if d["http"]["request"]["url"].endswith("/front"))
    back = next(
        d for d in documents.values() if d["http"]["request"]["url"].endswith("/back") and not d.get("inferred")
    )
    (call,) = [s for s in front["subsegments"] if s.get("namespace") == "remote"]
    assert back["parent_id"] == call["id"]
