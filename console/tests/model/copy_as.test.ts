import { describe, expect, it } from "vitest";
import { type CallText, copyAs } from "../../src/model/copy_as";

const PLACE = { endpoint: "http://127.0.0.1:8000", region: "eu-west-1" };
const SEARCH: CallText = {
  service: "xray",
  operation: "GetTraceSummaries",
  path: "/TraceSummaries",
  input: {
    StartTime: new Date("2026-11-24T15:00:00Z"),
    Sampling: false,
    FilterExpression: `user = "o'neil"`,
    NextToken: undefined,
  },
};
const LOOKUP: CallText = {
  service: "cloudtrail",
  operation: "LookupEvents",
  target: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents",
  input: { LookupAttributes: [{ AttributeKey: "EventId", AttributeValue: "e-1" }] },
};

describe("a call is copied", () => {
  it("for the aws CLI, quoted for a shell", () => {
    expect(copyAs("aws CLI", [SEARCH], PLACE)).toBe(`aws xray get-trace-summaries \\
  --endpoint-url http://127.0.0.1:8000 --region eu-west-1 \\
  --start-time 2026-11-24T15:00:00.000Z \\
  --no-sampling \\
  --filter-expression 'user = "o'\\''neil"'
`);
  });

  it("for the aws CLI, with lists of texts as words and structures as JSON", () => {
    const batch: CallText = {
      service: "xray",
      operation: "BatchGetTraces",
      path: "/Traces",
      input: { TraceIds: ["1-a", "1-b"] },
    };
    expect(copyAs("aws CLI", [batch], PLACE)).toContain("--trace-ids 1-a 1-b\n");
    expect(copyAs("aws CLI", [LOOKUP], PLACE)).toContain(
      `--lookup-attributes '[{"AttributeKey":"EventId","AttributeValue":"e-1"}]'`,
    );
  });

  it("for boto3", () => {
    expect(copyAs("boto3", [SEARCH], PLACE)).toBe(`from datetime import datetime

import boto3

xray = boto3.client("xray", endpoint_url="http://127.0.0.1:8000", region_name="eu-west-1")
print(xray.get_trace_summaries(
    StartTime=datetime.fromisoformat("2026-11-24T15:00:00.000+00:00"),
    Sampling=False,
    FilterExpression="user = \\"o'neil\\"",
))
`);
  });

  it("for curl, REST by path and JSON by target", () => {
    expect(copyAs("curl", [SEARCH], PLACE)).toContain("\n  http://127.0.0.1:8000/TraceSummaries\n");
    expect(copyAs("curl", [SEARCH], PLACE)).toContain(`{"StartTime":1795532400,"Sampling":false,`);
    expect(copyAs("curl", [LOOKUP], PLACE)).toContain("CloudTrail_20131101.LookupEvents");
    expect(copyAs("curl", [LOOKUP], PLACE)).toContain("\n  http://127.0.0.1:8000/\n");
  });

  it("with the region of its own where it has one, from a client of its own", () => {
    const elsewhere = { ...LOOKUP, region: "us-east-1" };
    expect(copyAs("aws CLI", [elsewhere], PLACE)).toContain("--region us-east-1");
    expect(copyAs("curl", [elsewhere], PLACE)).toContain("aws:amz:us-east-1:cloudtrail");
    const python = copyAs("boto3", [LOOKUP, elsewhere], PLACE);
    expect(python).toContain(
      'cloudtrail = boto3.client("cloudtrail", endpoint_url="http://127.0.0.1:8000", region_name="eu-west-1")',
    );
    expect(python).toContain(
      'cloudtrail_us_east_1 = boto3.client("cloudtrail", endpoint_url="http://127.0.0.1:8000", region_name="us-east-1")',
    );
    expect(python).toContain("print(cloudtrail_us_east_1.lookup_events(");
  });
});
