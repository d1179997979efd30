/** The timeline of a trace: toolbar, waterfall, and beside it what is known of the selected row. */

import Button from "@cloudscape-design/components/button";
import Input, { type InputProps } from "@cloudscape-design/components/input";
import Toggle from "@cloudscape-design/components/toggle";
import { useMemo, useRef } from "react";
import { Beside } from "../../components/detail_panel";
import { nextOf } from "../../model/trace_search";
import { rowsOf } from "../../model/waterfall";
import { EntityPanel } from "./entity_panel";
import { useTimelineKeys } from "./timeline_keys";
import type { ViewOfTrace } from "./view_of_trace";
import { Waterfall } from "./waterfall";

export function Timeline({ view }: { view: ViewOfTrace }) {
  const { trace, collapsed, selected } = view;
  const rows = useMemo(() => rowsOf(trace, collapsed), [trace, collapsed]);
  const searchField = useRef<InputProps.Ref>(null);
  useTimelineKeys(view, rows, () => searchField.current?.focus());
  return (
    <div>
      <Toolbar view={view} searchField={searchField} />
      <Beside>
        <Waterfall view={view} rows={rows} />
        {selected && (
          <EntityPanel trace={trace} entity={selected} open={view.whole.to} onClose={() => view.select(undefined)} />
        )}
      </Beside>
    </div>
  );
}

interface ToolbarProps {
  readonly view: ViewOfTrace;
  readonly searchField: React.RefObject<InputProps.Ref | null>;
}

function Toolbar({ view, searchField }: ToolbarProps) {
  const { matching, search, selected } = view;
  const isZoomed = view.span.from > view.whole.from || view.span.to < view.whole.to;
  const go = (step: 1 | -1) => {
    const next = nextOf(matching, selected, step);
    if (next) view.reveal(next);
  };
  const at = selected ? matching.indexOf(selected) + 1 : 0;
  return (
    <div className="sky-toolbar">
      <Input
        ref={searchField}
        type="search"
        value={search}
        placeholder="Find in this trace"
        ariaLabel="Find in this trace"
        onChange={({ detail }) => view.searchFor(detail.value)}
        onKeyDown={({ detail }) => detail.key === "Enter" && go(detail.shiftKey ? -1 : 1)}
      />
      {search && (
        <>
          <span className="sky-number" role="status">
            {matching.length ? `${at || "–"} of ${matching.length}` : "Nothing found"}
          </span>
          <Button
            variant="icon"
            iconName="angle-up"
            ariaLabel="Previous match"
            disabled={!matching.length}
            onClick={() => go(-1)}
          />
          <Button
            variant="icon"
            iconName="angle-down"
            ariaLabel="Next match"
            disabled={!matching.length}
            onClick={() => go(1)}
          />
        </>
      )}
      <span className="sky-toolbar-gap" />
      {isZoomed && <Button onClick={() => view.zoom(view.whole, "push")}>Whole trace</Button>}
      <Toggle checked={view.showsPath} onChange={({ detail }) => view.showPath(detail.checked)}>
        Critical path
      </Toggle>
    </div>
  );
}
