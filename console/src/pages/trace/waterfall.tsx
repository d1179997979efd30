/**
 * The waterfall: a row for each segment and subsegment. Only rows in sight are drawn, so that 10,000 scroll like ten; a <table>
 * cannot do that, hence the roles. The grid has the focus, its rows are told by aria-activedescendant.
 */

import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import { criticalPath, type Section } from "../../model/critical_path";
import type { Entity } from "../../model/trace";
import type { Row } from "../../model/waterfall";
import { Scale } from "./scale";
import { useGrownView, type ViewOfTrace } from "./view_of_trace";
import { WaterfallRow } from "./waterfall_row";

const ROW_HEIGHT = 28;

interface WaterfallProps {
  readonly view: ViewOfTrace;
  readonly rows: readonly Row[];
}

export function Waterfall({ view: read, rows }: WaterfallProps) {
  const view = useGrownView(read);
  const { trace, selected, matching } = view;
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  });
  const sections = usePath(view);
  const found = useMemo(() => new Set(matching), [matching]);
  const at = useMemo(() => rows.findIndex(({ entity }) => entity === selected), [rows, selected]);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at);
  }, [at, virtual]);
  return (
    <div className="sky-waterfall">
      <Scale view={view} />
      <div
        ref={box}
        className="sky-rows"
        role="treegrid"
        aria-label={`Timeline, ${trace.entities.length} rows`}
        aria-rowcount={rows.length}
        aria-activedescendant={selected && at >= 0 ? rowId(selected) : undefined}
        tabIndex={0}
      >
        <div style={{ height: virtual.getTotalSize(), position: "relative" }} role="presentation">
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            return (
              row && (
                <WaterfallRow
                  key={row.entity.id}
                  row={row}
                  index={index}
                  top={start}
                  view={view}
                  sections={sections.get(row.entity) ?? NONE}
                  isDimmed={found.size > 0 && !found.has(row.entity)}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

export function rowId({ id }: Entity): string {
  return `row-${id}`;
}

const NONE: readonly Section[] = [];

/** The sections of the critical path by the entity that they belong to. */
function usePath({ trace, whole, showsPath }: ViewOfTrace): ReadonlyMap<Entity, readonly Section[]> {
  return useMemo(() => {
    const byEntity = new Map<Entity, Section[]>();
    const [root] = trace.roots;
    if (!root || !showsPath) return byEntity;
    for (const section of criticalPath(root, whole.to)) {
      const sections = byEntity.get(section.entity);
      if (sections) sections.push(section);
      else byEntity.set(section.entity, [section]);
    }
    return byEntity;
  }, [trace, whole, showsPath]);
}
