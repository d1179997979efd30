/** Draws a map: drag and zoom, choose a node or a line by pointer or by Tab and Enter. */

import { Background, Controls, type EdgeChange, type NodeChange, ReactFlow, useReactFlow } from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import "./map.css";
import { useEffect, useMemo, useRef } from "react";
import { type Drawing, drawnEdges, drawnNodes } from "./drawn_map";
import { LevelOfDetail } from "./level_of_detail";
import { type MapEdgeData, MapEdgeView } from "./map_edge";
import { type MapNodeData, MapNodeView } from "./map_node";
import { steady } from "./steady";

const NODE_TYPES = { service: MapNodeView };
const EDGE_TYPES = { call: MapEdgeView };
const FIT = { padding: 0.12, maxZoom: 1.1 };
// Beyond this, what is out of sight is not in the document either.
const MANY_NODES = 150;

interface ServiceMapViewProps {
  readonly drawing: Drawing;
  readonly onSelect: (id: string | undefined) => void;
  /** Changes when the whole map should be brought into view: another shape, another focus. */
  readonly fitKey: string;
}

export function ServiceMapView({ drawing, onSelect, fitKey }: ServiceMapViewProps) {
  const nodes = useSteady(useMemo(() => drawnNodes(drawing), [drawing]));
  const edges = useSteady(useMemo(() => drawnEdges(drawing), [drawing]));
  const around = useMemo(() => aroundChosen(drawing), [drawing]);
  // The address says what is selected; React Flow only says what somebody chose.
  const choose = (changes: readonly (NodeChange<MapNodeData> | EdgeChange<MapEdgeData>)[]) => {
    const chosen = changes.find((change) => change.type === "select" && change.selected);
    if (chosen && "id" in chosen && chosen.id !== drawing.selected) onSelect(chosen.id);
  };
  return (
    <section className="sky-map" aria-label="Trace map">
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={choose}
        onEdgesChange={choose}
        onPaneClick={() => onSelect(undefined)}
        nodesDraggable={false}
        nodesConnectable={false}
        selectNodesOnDrag={false}
        multiSelectionKeyCode={null}
        deleteKeyCode={null}
        onlyRenderVisibleElements={nodes.length > MANY_NODES}
        minZoom={0.04}
        maxZoom={2}
        fitView
        fitViewOptions={FIT}
        proOptions={{ hideAttribution: true }}
      >
        <Background gap={22} />
        <Controls showInteractive={false} fitViewOptions={FIT} />
        <LevelOfDetail />
        <Refit fitKey={fitKey} around={around} />
      </ReactFlow>
    </section>
  );
}

function useSteady<Item extends MapNodeData | MapEdgeData>(items: Item[]): Item[] {
  const before = useRef<Item[]>([]);
  return useMemo(() => {
    before.current = steady(before.current, items);
    return before.current;
  }, [items]);
}

interface RefitProps {
  readonly fitKey: string;
  /** Which nodes to bring into view; none means all. */
  readonly around: readonly string[];
}

function Refit({ fitKey, around }: RefitProps) {
  const { fitView } = useReactFlow();
  const wanted = around.join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is a reason to run
  useEffect(() => {
    const nodes = wanted.split("\n").flatMap((id) => (id ? [{ id }] : []));
    void fitView({ ...FIT, duration: 200, ...(nodes.length ? { nodes } : {}) });
  }, [fitKey, wanted, fitView]);
  return null;
}

/** On a large map what is chosen would be too small to read: it is brought into view with what is beside it. */
function aroundChosen({ map, selected }: Drawing): readonly string[] {
  if (map.nodes.length <= MANY_NODES || !selected) return [];
  const beside = map.edges.filter(({ id, source, target }) => [id, source.id, target.id].includes(selected));
  return [...new Set(beside.flatMap(({ source, target }) => [source.id, target.id]))];
}
