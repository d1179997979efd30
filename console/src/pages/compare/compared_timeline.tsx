/** Both traces as one tree: a row for each piece of work with A's bar above B's, and beside it what is known of both. */

import Toggle from "@cloudscape-design/components/toggle";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { Beside } from "../../components/detail_panel";
import { type Shortcut, useShortcuts } from "../../components/shortcuts";
import { formatSeconds } from "../../model/instant";
import { changedOnly, type PairRow, unfolded } from "../../model/pair_row";
import type { Comparison } from "../../model/trace_comparison";
import { ticks } from "../../model/waterfall";
import { useViewState } from "../../url/view_state";
import { ComparedRow } from "./compared_row";
import { PairPanel } from "./pair_panel";

const ROW_HEIGHT = 36;

export function ComparedTimeline({ comparison }: { comparison: Comparison }) {
  const { get, change } = useViewState();
  const onlyChanges = get("only") === "changes";
  const rows = useRows(comparison, onlyChanges);
  const selected = comparison.rows.find(({ pair }) => pair.key === get("selected"));
  const select = useCallback((row?: PairRow) => change({ selected: row?.pair.key }, "replace"), [change]);
  return (
    <div>
      <div className="sky-toolbar">
        <Toggle
          checked={onlyChanges}
          onChange={({ detail }) => change({ only: detail.checked ? "changes" : undefined }, "replace")}
        >
          Only what changed
        </Toggle>
        <span className="sky-toolbar-gap" />
        <span className="sky-number" role="status">
          {rows.length.toLocaleString("en")} of {comparison.rows.length.toLocaleString("en")} rows
        </span>
      </div>
      <Beside>
        <Rows comparison={comparison} rows={rows} selected={selected} select={select} />
        {selected && <PairPanel row={selected} comparison={comparison} onClose={() => select()} />}
      </Beside>
    </div>
  );
}

function useRows(comparison: Comparison, onlyChanges: boolean): readonly PairRow[] {
  const { get } = useViewState();
  const collapsed = get("collapsed") ?? "";
  return useMemo(
    () =>
      unfolded(
        onlyChanges ? changedOnly(comparison.rows) : comparison.rows,
        new Set(collapsed.split(",").filter(Boolean)),
      ),
    [comparison, onlyChanges, collapsed],
  );
}

interface RowsProps {
  readonly comparison: Comparison;
  readonly rows: readonly PairRow[];
  readonly selected: PairRow | undefined;
  readonly select: (row?: PairRow) => void;
}

function Rows({ comparison, rows, selected, select }: RowsProps) {
  const { a, b, onPath } = comparison;
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const toggle = useToggle();
  const at = rows.findIndex(({ pair }) => pair.key === selected?.pair.key);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at);
  }, [at, virtual]);
  useRowKeys(rows, at, select, toggle);
  const whole = Math.max(a.open, b.open) || 0.001;
  const scale = useMemo(() => {
    const most = comparison.rows.reduce((greatest, { delta }) => Math.max(greatest, Math.abs(delta)), 0);
    return { whole, most, openA: a.open, openB: b.open };
  }, [comparison, whole, a, b]);
  return (
    <div className="sky-waterfall">
      <Scale whole={whole} />
      <div
        ref={box}
        className="sky-rows"
        role="treegrid"
        aria-label={`Comparison, ${rows.length} rows`}
        aria-rowcount={rows.length}
        aria-activedescendant={selected && at >= 0 ? `pair-${selected.pair.key}` : undefined}
        tabIndex={0}
      >
        <div style={{ height: virtual.getTotalSize(), position: "relative" }} role="presentation">
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            return (
              row && (
                <ComparedRow
                  key={row.pair.key}
                  row={row}
                  index={index}
                  top={start}
                  scale={scale}
                  onPath={onPath}
                  isSelected={index === at}
                  onSelect={select}
                  onToggle={toggle}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

function Scale({ whole }: { whole: number }) {
  return (
    <div className="sky-compared-scale">
      <div style={{ paddingInlineStart: 12 }}>Work</div>
      <div className="sky-row-time">
        <div className="sky-ticks sky-track">
          {ticks({ from: 0, to: whole }, 5).map((at) => (
            <span key={at} style={{ insetInlineStart: `${(at / whole) * 100}%` }}>
              {formatSeconds(at)}
            </span>
          ))}
        </div>
      </div>
      <div style={{ paddingInlineStart: 12 }}>B against A</div>
    </div>
  );
}

function useToggle(): (row: PairRow) => void {
  const { get, change } = useViewState();
  return useCallback(
    ({ pair: { key } }: PairRow) => {
      const collapsed = (get("collapsed") ?? "").split(",").filter(Boolean);
      const next = collapsed.includes(key) ? collapsed.filter((other) => other !== key) : [...collapsed, key];
      change({ collapsed: next.join(",") }, "replace");
    },
    [get, change],
  );
}

function useRowKeys(
  rows: readonly PairRow[],
  at: number,
  select: (row?: PairRow) => void,
  toggle: (row: PairRow) => void,
): void {
  const context = useRef({ rows, at, select, toggle });
  context.current = { rows, at, select, toggle };
  const shortcuts = useMemo<Shortcut[]>(() => {
    const go = (by: number) => {
      const { rows, at, select } = context.current;
      select(rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)]);
    };
    const fold = (isOpen: boolean) => {
      const { rows, at, toggle } = context.current;
      const row = rows[at];
      if (row && row.pair.children.length > 0 && row.isCollapsed !== isOpen) toggle(row);
    };
    return [
      { keys: ["arrowdown", "j"], does: "Next row", run: () => go(1) },
      { keys: ["arrowup", "k"], does: "Previous row", run: () => go(-1) },
      { keys: ["arrowleft"], does: "Close the row", run: () => fold(true) },
      { keys: ["arrowright"], does: "Open the row", run: () => fold(false) },
      { keys: ["escape"], does: "Close the details", run: () => context.current.select() },
    ];
  }, []);
  useShortcuts("Comparison", shortcuts);
}
