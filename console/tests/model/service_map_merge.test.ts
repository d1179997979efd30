import { describe, expect, it } from "vitest";
import { type ServiceNode, serviceMap } from "../../src/model/service_map";
import { mergedMaps } from "../../src/model/service_map_merge";

function shop(requests: number, seconds: number): ServiceNode[] {
  const SummaryStatistics = { OkCount: requests, TotalCount: requests, TotalResponseTime: requests * seconds };
  const ResponseTimeHistogram = [{ Value: seconds, Count: requests }];
  return [
    {
      ReferenceId: 4,
      Name: "web",
      SummaryStatistics,
      ResponseTimeHistogram,
      Edges: [{ ReferenceId: 2, SummaryStatistics, ResponseTimeHistogram }],
    },
    { ReferenceId: 2, Name: "cart", SummaryStatistics, ResponseTimeHistogram },
  ];
}

describe("maps of several sets of traces", () => {
  it("count together what each counted", () => {
    const [one, other] = [serviceMap(shop(3, 0.5)), serviceMap(shop(2, 0.1))];
    const { nodes, edges } = mergedMaps([one, other]);
    expect(nodes.map(({ name, counts }) => [name, counts.total, counts.seconds])).toEqual([
      ["cart", 5, 1.7],
      ["web", 5, 1.7],
    ]);
    expect(edges.map(({ id, counts }) => [id, counts.ok])).toEqual([[one.edges[0]?.id, 5]]);
    expect(edges[0]?.source).toBe(nodes[1]);
    expect(edges[0]?.responseTimes).toEqual([
      { value: 0.1, count: 2 },
      { value: 0.5, count: 3 },
    ]);
  });

  it("are what they are where there is one, or none", () => {
    const map = serviceMap(shop(1, 1));
    expect(mergedMaps([map])).toBe(map);
    expect(mergedMaps([])).toEqual({ nodes: [], edges: [] });
  });
});
