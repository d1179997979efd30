/** The map, and beside it the panel of what is chosen on it. */

import { useMemo } from "react";
import { LaidOutMap } from "../../graph/laid_out_map";
import { secondsOf } from "../../model/compared_window";
import type { PartChange } from "../../model/map_difference";
import { neighbourhood, type ServiceMap } from "../../model/service_map";
import type { TimeWindow } from "../../model/time_range";
import { useViewState } from "../../url/view_state";
import { type Chosen, MapPanel } from "./map_panel";
import { useViewOfMap } from "./view_of_map";

interface MapAndPanelProps {
  readonly map: ServiceMap;
  readonly window: TimeWindow;
  /** The window that is compared with, and what changed since then. */
  readonly before: TimeWindow | undefined;
  readonly changes: ReadonlyMap<string, PartChange> | undefined;
  readonly expression: string;
}

export function MapAndPanel({ map, window, before, changes, expression }: MapAndPanelProps) {
  const { chosen: id, focus, hops, search, size } = useViewOfMap();
  const { change } = useViewState();
  const part = useMemo(
    () => (focus && map.nodes.some((node) => node.id === focus) ? neighbourhood(map, focus, hops) : undefined),
    [map, focus, hops],
  );
  const chosen = chosenOf(map, id);
  const changed = changes?.get(id ?? "");
  const choose = (next: string | undefined) => change({ chosen: next, slice: undefined, outcomes: undefined }, "push");
  return (
    <div className={`sky-map-page${chosen ? " sky-map-page-open" : ""}`}>
      <LaidOutMap
        {...{ map, part, search, size, changes }}
        selected={id}
        onSelect={choose}
        windowSeconds={secondsOf(window)}
      />
      {chosen && (
        <MapPanel
          chosen={chosen}
          // What is gone has its traces in the time in which it was there.
          window={(changed && !changed.now && before) || window}
          expression={expression}
          change={changed}
          onClose={() => choose(undefined)}
        />
      )}
    </div>
  );
}

function chosenOf({ nodes, edges }: ServiceMap, id: string | undefined): Chosen | undefined {
  const node = nodes.find((each) => each.id === id);
  if (node) return { node };
  const edge = edges.find((each) => each.id === id);
  return edge && { edge };
}
