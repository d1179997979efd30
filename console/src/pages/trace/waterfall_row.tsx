/** One row of the waterfall: who, and when. */

import { memo } from "react";
import { FailureMark, OUTCOME_COLOURS, OUTCOME_NAMES } from "../../components/outcome";
import { RowToggle } from "../../components/row_toggle";
import { serviceColour } from "../../components/service_colour";
import type { Section } from "../../model/critical_path";
import { formatSeconds } from "../../model/instant";
import { type Entity, endOf, noteOf } from "../../model/trace";
import type { Row, Span } from "../../model/waterfall";
import type { ViewOfTrace } from "./view_of_trace";

interface WaterfallRowProps {
  readonly row: Row;
  readonly index: number;
  readonly top: number;
  readonly view: ViewOfTrace;
  readonly sections: readonly Section[];
  readonly isDimmed: boolean;
}

const INDENT = 14;
// Deeper than this, rows keep one indent: a name must have room.
const MOST_INDENTS = 14;
// What stands before a name without a toggle.
const BEFORE = 8;
const TOGGLE = 18;

/** While it scrolls, a row that stays in sight is not drawn anew. Few nodes, and none that another row's place depends on. */
export const WaterfallRow = memo(function WaterfallRow(props: WaterfallRowProps) {
  const { row, index, top, view, sections, isDimmed } = props;
  const { entity, isCollapsed } = row;
  const isSelected = entity === view.selected;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid's own keys select rows
    <div
      id={`row-${entity.id}`}
      role="row"
      tabIndex={-1}
      className={`sky-row${isSelected ? " sky-row-selected" : ""}${isDimmed ? " sky-row-dimmed" : ""}`}
      style={{ top }}
      aria-rowindex={index + 1}
      aria-level={entity.depth + 1}
      aria-selected={isSelected}
      {...(entity.children.length ? { "aria-expanded": !isCollapsed } : {})}
      onClick={() => view.select(isSelected ? undefined : entity)}
    >
      <NameCell row={row} view={view} />
      <div role="gridcell" className="sky-row-time" aria-label={spoken(entity)}>
        <Bar entity={entity} view={view} sections={sections} />
      </div>
    </div>
  );
});

function NameCell({ row: { entity, isCollapsed, hidden }, view }: { row: Row; view: ViewOfTrace }) {
  const note = noteOf(entity);
  const hasToggle = entity.children.length > 0;
  const indent = BEFORE + Math.min(entity.depth, MOST_INDENTS) * INDENT;
  return (
    <div
      role="gridcell"
      className="sky-row-name"
      style={{ paddingInlineStart: hasToggle ? indent : indent + TOGGLE }}
      title={note ? `${entity.name}\n${note}` : entity.name}
    >
      {hasToggle && <RowToggle name={entity.name} isCollapsed={isCollapsed} onToggle={() => view.toggle(entity)} />}
      <span
        className={entity.kind === "segment" ? "sky-row-segment" : "sky-row-subsegment"}
        style={{ borderColor: serviceColour(view.trace.services, entity.service) }}
      >
        <FailureMark outcome={entity.outcome} />
        {entity.name}
      </span>
      {isCollapsed && <span className="sky-row-hidden">+{hidden}</span>}
      {entity.pending && <span className="sky-row-hidden">pending</span>}
      {note && <span className="sky-row-note">{note}</span>}
    </div>
  );
}

interface BarProps {
  readonly entity: Entity;
  readonly view: ViewOfTrace;
  readonly sections: readonly Section[];
}

function Bar({ entity, view: { span, whole, trace }, sections }: BarProps) {
  const end = endOf(entity, whole.to);
  if (end < span.from || entity.start > span.to) return <OutOfSight before={end < span.from} />;
  const { left, width } = place({ from: entity.start, to: end }, span);
  const failed = entity.outcome !== "ok" && entity.outcome !== "in progress";
  const colour = failed ? OUTCOME_COLOURS[entity.outcome] : serviceColour(trace.services, entity.service);
  const inProgress = entity.end === undefined;
  const length = formatSeconds(end - entity.start);
  return (
    <div className="sky-track">
      <div
        className={`sky-bar${entity.kind === "subsegment" ? " sky-bar-thin" : ""}${inProgress ? " sky-bar-open" : ""}`}
        style={{ insetInlineStart: `${left}%`, width: `${width}%`, backgroundColor: colour }}
      />
      {sections.map((section) => {
        const part = place({ from: section.start, to: section.end }, span);
        return (
          <div
            key={section.start}
            className="sky-bar-path"
            style={{ insetInlineStart: `${part.left}%`, width: `${part.width}%` }}
          />
        );
      })}
      <span className="sky-bar-length" style={{ insetInlineStart: `${left + width}%` }}>
        {inProgress ? `${length} so far` : length}
      </span>
    </div>
  );
}

function OutOfSight({ before }: { before: boolean }) {
  return (
    <span className="sky-bar-length" style={before ? { insetInlineStart: 0 } : { insetInlineEnd: 4 }}>
      {before ? "‹ earlier" : "later ›"}
    </span>
  );
}

/** Percent of the width, cut to what is in sight. */
function place({ from, to }: Span, span: Span): { left: number; width: number } {
  const share = (at: number) => Math.min(Math.max((at - span.from) / (span.to - span.from), 0), 1) * 100;
  return { left: share(from), width: share(to) - share(from) };
}

function spoken(entity: Entity): string {
  const length = entity.end === undefined ? "in progress" : `for ${formatSeconds(entity.end - entity.start)}`;
  return `from ${formatSeconds(entity.start)}, ${length}, ${OUTCOME_NAMES[entity.outcome]}`;
}
