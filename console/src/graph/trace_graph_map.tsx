/** The map of some traces and no others, for views of traces. */

import type { ReactNode } from "react";
import { CopyAs } from "../components/copy_as";
import { Download } from "../components/download";
import { Empty } from "../components/empty";
import { Loading } from "../components/loading";
import { ProblemAlert } from "../components/problem_alert";
import { type MapNode, NODE_COLUMNS } from "../model/service_map";
import { useTraceGraph } from "../query/service_graph";
import { LaidOutMap } from "./laid_out_map";
import { MapLegend } from "./map_legend";

interface TraceGraphMapProps {
  readonly traceIds: readonly string[];
  /** The id of the node that is selected. */
  readonly selected?: string | undefined;
  /** Told which node was chosen, or that the choice was taken back. */
  readonly onNode?: (node: MapNode | undefined) => void;
  /** Stands beside the map: what is known of the node that is selected. */
  readonly beside?: (node: MapNode) => ReactNode;
}

export function TraceGraphMap({ traceIds, selected, onNode, beside }: TraceGraphMapProps) {
  const { map, calls, error, refetch } = useTraceGraph(traceIds);
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (!map) return <Loading what="the trace map" />;
  if (map.nodes.length === 0) return <Empty title="No map">None of these traces is complete enough to draw.</Empty>;
  const nodeOf = (id: string | undefined) => map.nodes.find((node) => node.id === id);
  const node = nodeOf(selected);
  const details = node && beside?.(node);
  return (
    <div>
      <div className="sky-toolbar">
        <MapLegend />
        <span className="sky-toolbar-gap" />
        <CopyAs calls={calls} />
        <Download name="trace-map" columns={NODE_COLUMNS} rows={map.nodes} />
      </div>
      <div className={`sky-map-page sky-map-page-short${details ? " sky-map-page-open" : ""}`}>
        <LaidOutMap map={map} selected={selected} onSelect={(id) => onNode?.(nodeOf(id))} />
        {details}
      </div>
    </div>
  );
}
