/** A map where ELK put it, or what there is to say until it has. */

import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { ProblemAlert } from "../components/problem_alert";
import type { PartChange } from "../model/map_difference";
import { type ServiceMap, searchNodes, shapeOf } from "../model/service_map";
import type { Size } from "./drawn_map";
import { layOut } from "./layout";
import { covers, type Layout } from "./map_layout";
import { ServiceMapView } from "./service_map_view";

interface LaidOutMapProps {
  readonly map: ServiceMap;
  /** The part of the map that is shown, where the whole is not: nodes stay where they are. */
  readonly part?: ServiceMap | undefined;
  readonly selected: string | undefined;
  readonly onSelect: (id: string | undefined) => void;
  readonly search?: string;
  readonly size?: Size;
  /** How long it was counted; rates are told where this is known. */
  readonly windowSeconds?: number | undefined;
  readonly changes?: ReadonlyMap<string, PartChange> | undefined;
}

export function LaidOutMap({ map, part, selected, onSelect, search = "", size = "none", ...rest }: LaidOutMapProps) {
  const { windowSeconds, changes } = rest;
  const shape = useMemo(() => shapeOf(map), [map]);
  const last = useRef<Layout>(undefined);
  const layout = useQuery({
    queryKey: ["layout", shape],
    queryFn: async () => {
      // What is gone for a moment leaves a gap, into which it comes back.
      last.current = last.current && covers(last.current, map) ? last.current : await layOut(map, last.current);
      return last.current;
    },
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    structuralSharing: false,
  });
  const found = useMemo(
    () => (search ? new Set(searchNodes(map.nodes, search).map((node) => node.id)) : undefined),
    [map, search],
  );
  const drawing = useMemo(
    () => layout.data && { map: part ?? map, layout: layout.data, selected, found, size, windowSeconds, changes },
    [map, part, layout.data, selected, found, size, windowSeconds, changes],
  );
  if (layout.error) return <ProblemAlert error={layout.error} onRetry={() => void layout.refetch()} />;
  const nodes = map.nodes.length.toLocaleString("en");
  return (
    <div className="sky-map-room">
      {drawing && (
        <ServiceMapView
          drawing={drawing}
          onSelect={onSelect}
          fitKey={`${part?.nodes.length ?? ""} ${Boolean(selected)}`}
        />
      )}
      {layout.isFetching && (
        <div className="sky-map-progress">
          <StatusIndicator type="loading">Arranging {nodes} nodes</StatusIndicator>
        </div>
      )}
    </div>
  );
}
