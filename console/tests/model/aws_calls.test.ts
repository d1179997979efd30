import { expect, it } from "vitest";
import { awsCalls, regionsOf } from "../../src/model/aws_calls";
import { aSegment, aSubsegment, aTrace } from "./a_trace";

const ID = "0f1e2d3c-0000-4000-8000-0123456789ab";

function traceWith(...blocks: Record<string, unknown>[]) {
  const calls = blocks.map((aws, at) => aSubsegment(`c${at}`, at, at + 1, { name: "xray", namespace: "aws", aws }));
  return aTrace(aSegment("shop", 0, 9, { subsegments: calls }));
}

it("calls are those whose request has an id as this installation gives them, each request once", () => {
  const trace = traceWith(
    { request_id: ID, operation: "GetGroups", region: "eu-west-1" },
    { request_id: ID, operation: "a retry's other half" },
    { request_id: "an id of S3's" },
    { operation: "no answer" },
  );
  expect(awsCalls(trace).map(({ requestId, operation, region }) => [requestId, operation, region])).toEqual([
    [ID, "GetGroups", "eu-west-1"],
  ]);
});

it("a call without an operation goes by the name of what it called", () => {
  expect(awsCalls(traceWith({ request_id: ID })).map(({ operation }) => operation)).toEqual(["xray"]);
});

it("a call is looked for where it was made first, and in each region once", () => {
  const [call] = awsCalls(traceWith({ request_id: ID, region: "eu-west-1" }));
  expect(call && regionsOf(call, "us-east-1")).toEqual(["eu-west-1", "us-east-1"]);
});
