/** Bars stacked by outcome, to drag over: what is chosen becomes a filter or a time range. With the keyboard: arrows, Shift, Enter. */

import "./outcome_bars.css";
import { useState } from "react";
import type { Bar } from "../model/bars";
import { OUTCOMES } from "../model/outcome";
import { OUTCOME_COLOURS } from "./outcome";
import { useBrush } from "./use_brush";

export interface Tick {
  /** From 0 at the left to 1 at the right. */
  readonly place: number;
  readonly label: string;
}

interface OutcomeBarsProps {
  readonly title: string;
  readonly bars: readonly Bar[];
  readonly ticks: readonly Tick[];
  /** Says a stretch of the axis: "100 ms – 120 ms". */
  readonly describe: (from: number, to: number) => string;
  readonly onSelect: (from: number, to: number) => void;
}

export function OutcomeBars({ title, bars, ticks, describe, onSelect }: OutcomeBarsProps) {
  const brush = useBrush(bars.length, {
    onTake: (first, last) => {
      const [from, to] = [bars[first], bars[last]];
      if (from && to) onSelect(from.from, to.to);
    },
  });
  const [hovered, setHovered] = useState<number | null>(null);
  const most = Math.max(...bars.map(({ total }) => total));
  const [low, high] = brush.range ?? (hovered === null ? [-1, -1] : [hovered, hovered]);
  const chosen = bars.slice(low, high + 1);
  const [first, last] = [chosen[0], chosen.at(-1)];
  return (
    <figure className="sky-bars">
      <figcaption>
        <strong>{title}</strong>
        <span role="status">
          {first && last
            ? `${tracesText(chosen.reduce((sum, { total }) => sum + total, 0))}, ${describe(first.from, last.to)}`
            : most > 0 && "Drag to filter"}
        </span>
      </figcaption>
      <div className="sky-bars-plot">
        <span className="sky-bars-most">{most > 0 && most.toLocaleString("en")}</span>
        <div
          className="sky-bars-drag"
          role="slider"
          aria-label={`${title}: arrows choose a bar, Shift and arrows more of them, Enter filters`}
          aria-valuemin={0}
          aria-valuemax={bars.length - 1}
          aria-valuenow={brush.head}
          aria-valuetext={bars[brush.head] ? describe(bars[brush.head]?.from ?? 0, bars[brush.head]?.to ?? 0) : ""}
          tabIndex={0}
          {...brush.handlers}
          onPointerMove={(event) => {
            setHovered(brush.indexAt(event));
            brush.handlers.onPointerMove(event);
          }}
          onPointerLeave={() => setHovered(null)}
        >
          {bars.map((bar, at) => (
            <Column key={bar.from} bar={bar} most={most} isChosen={at >= low && at <= high} />
          ))}
        </div>
      </div>
      <div className="sky-bars-ticks" aria-hidden="true">
        {ticks.map(({ place, label }) => (
          <span key={label + place} style={{ insetInlineStart: `${place * 100}%` }}>
            {label}
          </span>
        ))}
      </div>
    </figure>
  );
}

function tracesText(count: number): string {
  return count === 1 ? "1 trace" : `${count.toLocaleString("en")} traces`;
}

function Column({ bar, most, isChosen }: { bar: Bar; most: number; isChosen: boolean }) {
  return (
    <div className={isChosen ? "sky-column sky-column-chosen" : "sky-column"}>
      {OUTCOMES.map((outcome) => {
        const count = bar.counts[outcome] ?? 0;
        return count ? (
          // A single trace among thousands is still to be seen.
          <div
            key={outcome}
            style={{ height: `max(2px, ${(count / most) * 100}%)`, background: OUTCOME_COLOURS[outcome] }}
          />
        ) : null;
      })}
    </div>
  );
}
