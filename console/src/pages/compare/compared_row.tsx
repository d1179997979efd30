/** One row of the comparison. */

import { memo } from "react";
import { FailureMark } from "../../components/outcome";
import { RowToggle } from "../../components/row_toggle";
import { SET_COLOURS } from "../../components/set_colours";
import { formatSeconds } from "../../model/instant";
import type { PairRow } from "../../model/pair_row";
import { type Entity, endOf, noteOf } from "../../model/trace";
import { signed } from "../../model/trace_comparison";
import { anyOf } from "../../model/trace_pairs";
import { Delta } from "./delta";
import type { SideName } from "./side";

interface Scale {
  readonly whole: number;
  /** The greatest difference of all rows. */
  readonly most: number;
  readonly openA: number;
  readonly openB: number;
}

interface ComparedRowProps {
  readonly row: PairRow;
  readonly index: number;
  readonly top: number;
  readonly scale: Scale;
  readonly onPath: ReadonlySet<Entity>;
  readonly isSelected: boolean;
  readonly onSelect: (row?: PairRow) => void;
  readonly onToggle: (row: PairRow) => void;
}

const INDENT = 14;
const MOST_INDENTS = 14;
const BEFORE = 8;
const TOGGLE = 18;

export const ComparedRow = memo(function ComparedRow(props: ComparedRowProps) {
  const { row, index, top, scale, onPath, isSelected, onSelect, onToggle } = props;
  const { pair, change, delta } = row;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid's own keys select rows
    <div
      id={`pair-${pair.key}`}
      role="row"
      tabIndex={-1}
      className={`sky-compared${isSelected ? " sky-compared-selected" : ""}`}
      style={{ top }}
      aria-rowindex={index + 1}
      aria-level={pair.depth + 1}
      aria-selected={isSelected}
      {...(pair.children.length ? { "aria-expanded": !row.isCollapsed } : {})}
      onClick={() => onSelect(isSelected ? undefined : row)}
    >
      <NameCell row={row} onToggle={onToggle} />
      <div role="gridcell" className="sky-row-time" aria-label={spoken(row)}>
        <div className="sky-track" style={{ height: "100%" }}>
          <Bar side="a" entity={pair.a} open={scale.openA} whole={scale.whole} onPath={onPath} />
          <Bar side="b" entity={pair.b} open={scale.openB} whole={scale.whole} onPath={onPath} />
        </div>
      </div>
      <div role="gridcell" className="sky-compared-delta">
        <Delta seconds={delta} most={scale.most} isQuiet={change === "the same"} />
      </div>
    </div>
  );
});

function NameCell({ row, onToggle }: { row: PairRow; onToggle: (row: PairRow) => void }) {
  const { pair, change, isCollapsed, hidden } = row;
  const entity = anyOf(pair);
  const note = noteOf(entity);
  const hasToggle = pair.children.length > 0;
  const indent = BEFORE + Math.min(pair.depth, MOST_INDENTS) * INDENT;
  return (
    <div
      role="gridcell"
      className="sky-row-name"
      style={{ paddingInlineStart: hasToggle ? indent : indent + TOGGLE }}
      title={[entity.name, note].filter(Boolean).join("\n")}
    >
      {hasToggle && <RowToggle name={entity.name} isCollapsed={isCollapsed} onToggle={() => onToggle(row)} />}
      <span className={entity.kind === "segment" ? "sky-row-segment" : "sky-row-subsegment"}>
        <FailureMark outcome={entity.outcome} />
        {entity.name}
      </span>
      {change.startsWith("only") && <span className="sky-missing">{change}</span>}
      {isCollapsed && <span className="sky-row-hidden">+{hidden}</span>}
      <span className="sky-row-note">{note}</span>
    </div>
  );
}

interface BarProps {
  readonly side: SideName;
  readonly entity: Entity | undefined;
  readonly open: number;
  readonly whole: number;
  readonly onPath: ReadonlySet<Entity>;
}

function Bar({ side, entity, open, whole, onPath }: BarProps) {
  if (!entity) return null;
  const end = endOf(entity, open);
  const [left, width] = [(entity.start / whole) * 100, ((end - entity.start) / whole) * 100];
  const top = side === "a" ? 6 : 20;
  return (
    <>
      <div
        className={`sky-compared-bar${onPath.has(entity) ? " sky-compared-bar-path" : ""}`}
        style={{ top, insetInlineStart: `${left}%`, width: `${width}%`, background: SET_COLOURS[side] }}
      />
      <span className="sky-compared-length" style={{ top: top - 2, insetInlineStart: `${left + width}%` }}>
        {entity.end === undefined ? "in progress" : formatSeconds(end - entity.start)}
      </span>
    </>
  );
}

function spoken({ secondsInA, secondsInB, change, delta }: PairRow): string {
  const said = (seconds: number | undefined) => (seconds === undefined ? "not done" : formatSeconds(seconds));
  return `A ${said(secondsInA)}, B ${said(secondsInB)}, ${change}, ${signed(delta, formatSeconds)}`;
}
