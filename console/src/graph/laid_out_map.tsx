/** A map where ELK put it, or what there is to say until it has. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Loading } from "../components/loading";
import { ProblemAlert } from "../components/problem_alert";
import { type ServiceMap, searchNodes, shapeOf } from "../model/service_map";
import type { Size } from "./drawn_map";
import { layOut } from "./layout";
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
}

export function LaidOutMap({ map, part, selected, onSelect, search = "", size = "none", ...rest }: LaidOutMapProps) {
  const { windowSeconds } = rest;
  const shape = useMemo(() => shapeOf(map), [map]);
  const places = useQuery({
    queryKey: ["layout", shape],
    queryFn: () => layOut(map),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
  const found = useMemo(
    () => (search ? new Set(searchNodes(map.nodes, search).map((node) => node.id)) : undefined),
    [map, search],
  );
  const drawing = useMemo(
    () => places.data && { map: part ?? map, places: places.data, selected, found, size, windowSeconds },
    [map, part, places.data, selected, found, size, windowSeconds],
  );
  if (places.error) return <ProblemAlert error={places.error} onRetry={() => void places.refetch()} />;
  if (!drawing) return <Loading what="the trace map" />;
  const fitKey = `${shape} ${part?.nodes.length ?? ""} ${Boolean(selected)}`;
  return <ServiceMapView drawing={drawing} onSelect={onSelect} fitKey={fitKey} />;
}
