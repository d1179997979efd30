/** One row of the waterfall: who, and when. */

import { memo } from "react";
import { OUTCOME_COLOURS, OUTCOME_NAMES, OutcomeShape } from "../../components/outcome";
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

/** While it scrolls, a row that stays in sight is not drawn anew. */
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
      style={{ transform: `translateY(${top}px)` }}
      aria-rowindex={index + 1}
      aria-level={entity.depth + 1}
      aria-selected={isSelected}
      {...(entity.children.length ? { "aria-expanded": !isCollapsed } : {})}
      onClick={() => view.select(isSelected ? undefined : entity)}
    >
      <NameCell row={row} view={view} />
      <div role="gridcell" className="sky-row-time" aria-label={spoken(entity)}>
        <div className="sky-track">
          <Bar entity={entity} view={view} sections={sections} />
        </div>
      </div>
    </div>
  );
});

function NameCell({ row: { entity, isCollapsed, hidden }, view }: { row: Row; view: ViewOfTrace }) {
  const note = noteOf(entity);
  return (
    <div
      role="gridcell"
      className="sky-row-name"
      style={{ paddingInlineStart: 8 + Math.min(entity.depth, MOST_INDENTS) * INDENT }}
      title={[entity.name, note].filter(Boolean).join("\n")}
    >
      {entity.children.length > 0 ? (
        <button
          type="button"
          className="sky-row-toggle"
          tabIndex={-1}
          aria-label={isCollapsed ? `Open ${entity.name}` : `Close ${entity.name}`}
          onClick={(event) => {
            event.stopPropagation();
            view.toggle(entity);
          }}
        >
          <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
            <path d={isCollapsed ? "M2 0 9 5 2 10Z" : "M0 2h10L5 9Z"} fill="currentColor" />
          </svg>
        </button>
      ) : (
        <span className="sky-row-toggle" />
      )}
      <span className="sky-row-service" style={{ background: serviceColour(view.trace.services, entity.service) }} />
      <Failure entity={entity} />
      <span className={entity.kind === "segment" ? "sky-row-segment" : "sky-row-subsegment"}>{entity.name}</span>
      {isCollapsed && <span className="sky-row-hidden">+{hidden}</span>}
      {entity.pending && <span className="sky-row-hidden">pending</span>}
      <span className="sky-row-note">{note}</span>
    </div>
  );
}

function Failure({ entity: { outcome } }: { entity: Entity }) {
  if (outcome === "ok" || outcome === "in progress") return null;
  return (
    <svg
      width="10"
      height="10"
      viewBox="0 0 10 10"
      style={{ color: OUTCOME_COLOURS[outcome] }}
      role="img"
      aria-label={OUTCOME_NAMES[outcome]}
    >
      <OutcomeShape outcome={outcome} />
    </svg>
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
  return (
    <>
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
      <span className="sky-bar-length" style={{ insetInlineStart: `calc(${left + width}% + 6px)` }}>
        {inProgress ? "in progress" : formatSeconds(end - entity.start)}
      </span>
    </>
  );
}

function OutOfSight({ before }: { before: boolean }) {
  return (
    <span className="sky-bar-length" style={before ? { insetInlineStart: 4 } : { insetInlineEnd: 4 }}>
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
