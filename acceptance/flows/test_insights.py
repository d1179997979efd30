"""CloudTrail Insights over real sockets: a server with a week behind it tells boto3 and a bucket what was unusual."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from servers import new_server

HERE = Path(__file__).parent
BURST = [{"minutes_ago": 20, "operation": "CreateGroup"}] * 30
DENIED = [{"minutes_ago": 15, "operation": "GetGroup", "error": "AccessDeniedException"}] * 12
WEEK = [{"minutes_ago": 60 * hour, "operation": name} for hour in range(2, 200) for name in ("CreateGroup", "GetGroup")]


def test_a_burst_is_told_to_boto3_and_delivered_to_the_bucket(tmp_path: Path, eventually: Callable[..., Any]):
    server = new_server(tmp_path / "server", "--trail-delivery-seconds", "1")
    bucket = server.data / "buckets" / "000000000000" / "audit"
    bucket.mkdir(parents=True)
    past = json.dumps([*WEEK, *BURST, *DENIED])
    subprocess.run([sys.executable, HERE.parent / "past_calls.py", server.data], input=past, text=True, check=True)
    server.start()
    try:
        cloudtrail = server.client("cloudtrail")
        trail = cloudtrail.create_trail(Name="main", S3BucketName="audit", IsMultiRegionTrail=True)["TrailARN"]
        cloudtrail.start_logging(Name="main")
        types = [{"InsightType": "ApiCallRateInsight"}, {"InsightType": "ApiErrorRateInsight"}]
        cloudtrail.put_insight_selectors(TrailName=trail, InsightSelectors=types)

        def looked_up() -> list[dict[str, Any]]:
            found = cloudtrail.lookup_events(EventCategory="insight")["Events"]
            return [json.loads(event["CloudTrailEvent"]) for event in found]

        events = eventually(looked_up, lambda found: len(found) == 4)
        told = {(e["insightDetails"]["eventName"], e["insightDetails"]["state"]): e for e in events}
        start, end = told["CreateGroup", "Start"], told["CreateGroup", "End"]
        assert start["sharedEventID"] == end["sharedEventID"]
        began = datetime.fromisoformat(start["eventTime"])
        assert datetime.fromisoformat(end["eventTime"]) - began == timedelta(minutes=1)
        context = start["insightDetails"]["insightContext"]
        midnight = began.replace(hour=0, minute=0) - timedelta(days=7)
        assert context["statistics"]["baselineDuration"] == (began - midnight) / timedelta(minutes=1)
        assert context["statistics"]["insight"] == {"average": 30.0}
        user, agent, error = context["attributions"]
        assert user["insight"] == [{"value": "arn:aws:iam::000000000000:root", "average": 30.0}]
        assert agent["insight"] == [{"value": "past-calls/1", "average": 30.0}]
        assert error["insight"] == [{"value": "null", "average": 30.0}]
        denied = told["GetGroup", "Start"]["insightDetails"]
        assert (denied["insightType"], denied["errorCode"]) == ("ApiErrorRateInsight", "AccessDeniedException")

        def delivered() -> list[dict[str, Any]]:
            files = bucket.rglob("*_CloudTrail-Insight_us-east-1_*.json.gz")
            return [r for path in files for r in json.loads(gzip.decompress(path.read_bytes()))["Records"]]

        records = eventually(delivered, lambda found: len(found) == 4)
        assert sorted(records, key=lambda r: str(r["eventID"])) == sorted(events, key=lambda r: str(r["eventID"]))

        rates = cloudtrail.list_insights_metric_data(
            EventSource="xray.amazonaws.com",
            EventName="CreateGroup",
            InsightType="ApiCallRateInsight",
            Period=60,
            StartTime=datetime.now(UTC) - timedelta(hours=1),
        )
        assert dict(zip(rates["Timestamps"], rates["Values"], strict=True)) == {began: 30.0}
        assert cloudtrail.get_paginator("list_insights_data").paginate(
            InsightSource=trail, DataType="InsightsEvents"
        ).build_full_result() == {"Events": []}
    finally:
        server.stop()
