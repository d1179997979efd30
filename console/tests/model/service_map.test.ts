import { describe, expect, it } from "vitest";
import { edgeFilter, nodeFilter } from "../../src/model/map_filter";
import { nodeKind, typeText } from "../../src/model/node_kind";
import { barsOf, percentile } from "../../src/model/response_times";
import {
  averageSeconds,
  formatRate,
  neighbourhood,
  requestsPerMinute,
  type ServiceNode,
  searchNodes,
  serviceMap,
  shapeOf,
  shortName,
} from "../../src/model/service_map";

const STATISTICS = {
  OkCount: 6,
  ErrorStatistics: { ThrottleCount: 1, OtherCount: 2 },
  FaultStatistics: { TotalCount: 1 },
  TotalCount: 10,
  TotalResponseTime: 5,
};

const SHOP: ServiceNode[] = [
  { ReferenceId: 0, Name: "orders", Type: "client", Edges: [{ ReferenceId: 2, SummaryStatistics: STATISTICS }] },
  { ReferenceId: 1, Name: "jobs", Type: "AWS::SQS::Queue", Edges: [] },
  {
    ReferenceId: 2,
    Name: "orders",
    Type: "AWS::ECS::Container",
    Root: true,
    SummaryStatistics: STATISTICS,
    ResponseTimeHistogram: [
      { Value: 2, Count: 1 },
      { Value: 0.1, Count: 9 },
    ],
    Edges: [
      { ReferenceId: 1, SummaryStatistics: { TotalCount: 3, OkCount: 3, TotalResponseTime: 0.03 } },
      { ReferenceId: 3, EdgeType: "link", ReceivedEventAgeHistogram: [{ Value: 4, Count: 2 }] },
    ],
  },
  { ReferenceId: 3, Name: 'say "hi"', Edges: [] },
];

function found(name: string, isClient = false) {
  const node = serviceMap(SHOP).nodes.find((each) => each.name === name && each.isClient === isClient);
  if (!node) throw new Error(name);
  return node;
}

function edgeTo(name: string) {
  const edge = serviceMap(SHOP).edges.find((each) => each.target.name === name);
  if (!edge) throw new Error(name);
  return edge;
}

describe("a map", () => {
  it("counts each request once", () => {
    expect(found("orders").counts).toEqual({ ok: 6, error: 2, throttle: 1, fault: 1, total: 10, seconds: 5 });
    expect(averageSeconds(found("orders"))).toBe(0.5);
    expect(averageSeconds(found("jobs"))).toBeUndefined();
    expect(requestsPerMinute(found("orders"), 300)).toBe(2);
  });

  it("names nodes alike when their numbers and their order change", () => {
    const renumbered = SHOP.map((service) => ({
      ...service,
      ReferenceId: 10 - (service.ReferenceId ?? 0),
      Edges: service.Edges?.map((edge) => ({ ...edge, ReferenceId: 10 - (edge.ReferenceId ?? 0) })),
    })).reverse();
    expect(shapeOf(serviceMap(renumbered))).toBe(shapeOf(serviceMap(SHOP)));
  });

  it("keeps the client of a node apart from the node, and two clients from each other", () => {
    expect(found("orders", true).id).not.toBe(found("orders").id);
    const clients = serviceMap([
      { ReferenceId: 0, Name: "a", Type: "client" },
      { ReferenceId: 1, Name: "a", Type: "client" },
    ]);
    expect(new Set(clients.nodes.map((node) => node.id)).size).toBe(2);
  });

  it("has the ages of received events for links", () => {
    expect(edgeTo('say "hi"')).toMatchObject({ isLink: true, responseTimes: [{ value: 4, count: 2 }] });
  });

  it("leaves out edges to nodes that are on a page that was not read", () => {
    expect(serviceMap(SHOP.slice(0, 1)).edges).toEqual([]);
  });

  it("shows what is around a node", () => {
    const around = neighbourhood(serviceMap(SHOP), found("jobs").id);
    expect(around.nodes.map((node) => node.name)).toEqual(["jobs", "orders"]);
    expect(around.edges).toHaveLength(1);
  });

  it("is shown around a node as far as so many calls away, with every line between what is shown", () => {
    const around = neighbourhood(serviceMap(SHOP), found("jobs").id, 2);
    expect(around.nodes.map(({ name, isClient }) => (isClient ? "client" : name)).sort()).toEqual([
      "client",
      "jobs",
      "orders",
      'say "hi"',
    ]);
    expect(around.edges).toHaveLength(3);
  });

  it("is searched by name and type, in any case", () => {
    const { nodes } = serviceMap(SHOP);
    expect(searchNodes(nodes, "sqs").map((node) => node.name)).toEqual(["jobs"]);
    expect(searchNodes(nodes, "ORDERS")).toHaveLength(2);
    expect(searchNodes(nodes, " ")).toEqual([]);
  });
});

describe("the traces behind a part of it", () => {
  it("are those of the node", () => {
    expect(nodeFilter(found("orders"), { outcomes: [] })).toBe(
      'service(id(name: "orders", type: "AWS::ECS::Container"))',
    );
    expect(nodeFilter(found('say "hi"'), { outcomes: ["fault"] })).toBe('service(id(name: "say \\"hi\\"")) { fault }');
  });

  it("took so long and ended so", () => {
    const narrowing = { outcomes: ["error", "fault"] as const, interval: { from: 0.1, to: 1 / 3 } };
    expect(nodeFilter(found("jobs"), narrowing)).toBe(
      'service(id(name: "jobs", type: "AWS::SQS::Queue")) ' +
        "{ responsetime >= 0.1 AND responsetime <= 0.333333 AND ((error AND !throttle) OR fault) }",
    );
  });

  it("are those of the edge, and of the called node where a client calls", () => {
    expect(edgeFilter(edgeTo("jobs"), { outcomes: ["ok", "error", "throttle", "fault"] })).toBe(
      'edge(id(name: "orders", type: "AWS::ECS::Container"), id(name: "jobs", type: "AWS::SQS::Queue"))',
    );
    expect(edgeFilter(edgeTo("orders"), { outcomes: [] })).toBe(nodeFilter(found("orders"), { outcomes: [] }));
  });
});

describe("response times", () => {
  it("are bars over all requests, each in one of them", () => {
    const bars = barsOf(found("orders").responseTimes, 10);
    expect(bars).toHaveLength(10);
    expect(bars.reduce((sum, bar) => sum + bar.count, 0)).toBe(10);
    expect(bars[0]).toMatchObject({ from: 0.1, count: 9, share: 0.9 });
    expect(bars[9]?.to).toBeCloseTo(2);
    expect(barsOf([])).toEqual([]);
    expect(barsOf([{ value: 0, count: 3 }]).reduce((sum, bar) => sum + bar.count, 0)).toBe(3);
  });

  it("have percentiles", () => {
    expect(percentile(found("orders").responseTimes, 0.5)).toBe(0.1);
    expect(percentile(found("orders").responseTimes, 0.95)).toBe(2);
    expect(percentile([], 0.5)).toBeUndefined();
  });
});

it("kinds and types are what people call them", () => {
  expect(["client", "", "remote", "Database::SQL", "AWS::Lambda::Function", "AWS::Secret"].map(nodeKind)).toEqual([
    "client",
    "service",
    "remote",
    "database",
    "function",
    "remote",
  ]);
  expect(["AWS::DynamoDB::Table", "AWS::ElasticBeanstalk::Environment", "Database::SQL", ""].map(typeText)).toEqual([
    "DynamoDB table",
    "ElasticBeanstalk environment",
    "Database SQL",
    "Service",
  ]);
});

it("names that are addresses are cut to what they name", () => {
  const names = [
    "http://127.0.0.1:9324/000000000000/jobs",
    "http://api.example",
    "arn:aws:sns:eu-west-1:1:news",
    "a/b",
  ];
  expect(names.map((name) => shortName({ name }))).toEqual(["jobs", "http://api.example", "news", "a/b"]);
});

it("rates are short", () => {
  expect([0, 0.01, 3.21, 239.6, 12_345].map(formatRate)).toEqual([
    "0/min",
    "<0.1/min",
    "3.2/min",
    "240/min",
    "12,345/min",
  ]);
});
