import { describe, expect, it } from "vitest";
import type { SegmentDocument } from "../../src/model/segment_document";
import { traceOf } from "../../src/model/trace";
import { entitiesOf } from "../../src/model/trace_nodes";

const ID = "1-67891234-abcdef012345678912345678";
const DOCUMENTS: SegmentDocument[] = [
  {
    id: "a",
    name: "orders",
    trace_id: ID,
    origin: "AWS::Lambda",
    start_time: 1,
    end_time: 9,
  },
  {
    id: "b",
    name: "orders",
    trace_id: ID,
    parent_id: "a",
    origin: "AWS::Lambda::Function",
    start_time: 2,
    end_time: 8,
    subsegments: [{ id: "c", name: "DynamoDB", namespace: "aws", start_time: 3, end_time: 4 }],
  },
  {
    id: "d",
    name: "carts",
    trace_id: ID,
    parent_id: "c",
    origin: "AWS::DynamoDB::Table",
    inferred: true,
    start_time: 3,
    end_time: 4,
  },
];
const TRACE = traceOf(DOCUMENTS);

function ids(name: string, type: string): string[] {
  return entitiesOf({ name, type }, TRACE, DOCUMENTS).map(({ id }) => id);
}

describe("the segments of a node", () => {
  it("are those of its name and its type", () => {
    expect(ids("orders", "AWS::Lambda")).toEqual(["a"]);
    expect(ids("orders", "AWS::Lambda::Function")).toEqual(["b"]);
  });

  it("are the calls that it was inferred from, where it reported none", () => {
    expect(ids("carts", "AWS::DynamoDB::Table")).toEqual(["c"]);
  });

  it("are all of its name for a client, and none for a stranger", () => {
    expect(ids("orders", "client")).toEqual(["a", "b"]);
    expect(ids("payment", "")).toEqual([]);
  });
});
