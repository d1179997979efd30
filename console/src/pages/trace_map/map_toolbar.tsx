/** Above the map: which traces, which node, how large. */

import Input, { type InputProps } from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import { useMemo, useRef } from "react";
import { useShortcuts } from "../../components/shortcuts";
import { SIZES } from "../../graph/drawn_map";
import { DEFAULT_GROUP, type Group } from "../../model/group";
import { type MapNode, searchNodes } from "../../model/service_map";
import type { TimeWindow } from "../../model/time_range";
import { useViewState } from "../../url/view_state";
import { CompareChoice } from "./compare_choice";
import { useViewOfMap } from "./view_of_map";

interface MapToolbarProps {
  readonly groups: readonly Group[];
  readonly nodes: readonly MapNode[];
  readonly window: TimeWindow;
}

export function MapToolbar({ groups, nodes, window }: MapToolbarProps) {
  const { group, search, size } = useViewOfMap();
  const { change } = useViewState();
  const found = searchNodes(nodes, search);
  const searchField = useRef<InputProps.Ref>(null);
  useMapKeys(nodes, () => searchField.current?.focus());
  const groupOptions = groups.map(({ name }) => ({
    value: name === DEFAULT_GROUP ? "" : name,
    label: name === DEFAULT_GROUP ? "All traces" : name,
  }));
  const sizes = Object.entries(SIZES).map(([value, label]) => ({ value, label }));
  return (
    <div className="sky-toolbar">
      <Input
        ref={searchField}
        type="search"
        value={search}
        placeholder="Find a node"
        ariaLabel="Find a node by name or type"
        onChange={({ detail }) => change({ search: detail.value || undefined }, "replace")}
        onKeyDown={({ detail }) => {
          if (detail.key === "Enter" && found[0]) change({ chosen: found[0].id, slice: undefined }, "push");
        }}
      />
      <Select
        ariaLabel="Group"
        options={groupOptions}
        selectedOption={groupOptions.find(({ value }) => value === group) ?? { value: group, label: group }}
        onChange={({ detail }) => change({ group: detail.selectedOption.value || undefined }, "push")}
      />
      <Select
        ariaLabel="Size of nodes"
        options={sizes}
        selectedOption={sizes.find(({ value }) => value === size) ?? null}
        onChange={({ detail }) =>
          change({ size: detail.selectedOption.value === "none" ? undefined : detail.selectedOption.value }, "replace")
        }
      />
      <CompareChoice window={window} />
    </div>
  );
}

function useMapKeys(nodes: readonly MapNode[], search: () => void): void {
  const { chosen, focus } = useViewOfMap();
  const { change } = useViewState();
  const current = useRef({ nodes, search, chosen, focus });
  current.current = { nodes, search, chosen, focus };
  const keys = useMemo(
    () => [
      { keys: ["/"], does: "Find a node", run: () => current.current.search() },
      {
        keys: ["n"],
        does: "Show the neighbours of what is chosen only, or the whole map again",
        run: () => {
          const { nodes, chosen, focus } = current.current;
          const isNode = nodes.some(({ id }) => id === chosen);
          if (focus || isNode) change({ focus: focus ? undefined : chosen, hops: undefined }, "push");
        },
      },
      {
        keys: ["escape"],
        does: "Close the panel",
        run: () => {
          if (current.current.chosen) change({ chosen: undefined, slice: undefined, outcomes: undefined }, "push");
        },
      },
    ],
    [change],
  );
  useShortcuts("Trace map", keys);
}
