/** The map of one trace; a node leads to its segments in the timeline. */

import Box from "@cloudscape-design/components/box";
import Link from "@cloudscape-design/components/link";
import { useMemo } from "react";
import { DetailPanel } from "../../components/detail_panel";
import { OutcomeMark } from "../../components/outcome";
import { Quiet } from "../../components/quiet";
import { TraceGraphMap } from "../../graph/trace_graph_map";
import { formatSeconds } from "../../model/instant";
import { typeText } from "../../model/node_kind";
import type { MapNode } from "../../model/service_map";
import { type Entity, noteOf } from "../../model/trace";
import { entitiesOf } from "../../model/trace_nodes";
import type { FoundTrace } from "../../query/trace";
import { useViewState } from "../../url/view_state";

export default function TraceMapTab({ found }: { found: FoundTrace }) {
  const { get, change } = useViewState();
  const ids = useMemo(() => [found.id], [found.id]);
  return (
    <TraceGraphMap
      traceIds={ids}
      selected={get("node")}
      onNode={(node) => change({ node: node?.id }, "replace")}
      beside={(node) => <Segments node={node} found={found} />}
    />
  );
}

// A node of thousands of calls is better searched in the timeline.
const MOST = 50;

function Segments({ node, found }: { node: MapNode; found: FoundTrace }) {
  const { change } = useViewState();
  const { name, type } = node;
  const entities = entitiesOf(node, found.trace, found.documents);
  return (
    <DetailPanel title={name} subtitle={typeText(type)} onClose={() => change({ node: undefined }, "replace")}>
      {entities.length === 0 && <Quiet>Nothing in this trace was reported under this name.</Quiet>}
      <ul className="sky-node-segments">
        {entities.slice(0, MOST).map((entity) => (
          <Segment key={entity.id} entity={entity} />
        ))}
      </ul>
      {entities.length > MOST && (
        <Link onFollow={() => change({ view: undefined, search: name }, "push")}>
          Find all {entities.length.toLocaleString("en")} in the timeline
        </Link>
      )}
    </DetailPanel>
  );
}

function Segment({ entity }: { entity: Entity }) {
  const { change } = useViewState();
  const took = entity.end === undefined ? "In progress" : formatSeconds(entity.end - entity.start);
  return (
    <li>
      <Link onFollow={() => change({ view: undefined, selected: entity.id, collapsed: undefined }, "push")}>
        {noteOf(entity) || entity.name}
      </Link>
      <Box color="text-body-secondary" variant="p" padding="n" fontSize="body-s">
        <OutcomeMark outcome={entity.outcome} /> · {took} · {formatSeconds(entity.start)} after the start
      </Box>
    </li>
  );
}
