/** Response times as bars. Dragging over them, or the two fields below, keeps a slice. */

import Button from "@cloudscape-design/components/button";
import { colorChartsBlue1600 } from "@cloudscape-design/design-tokens";
import { type PointerEvent, useMemo, useState } from "react";
import { formatSeconds } from "../../model/instant";
import type { Interval } from "../../model/map_filter";
import { type Bar, barsOf } from "../../model/response_times";
import type { Bin } from "../../model/service_map";

const SIZE = { width: 340, height: 110 };

interface ResponseTimesChartProps {
  readonly bins: readonly Bin[];
  readonly interval: Interval | undefined;
  readonly onSelect: (interval: Interval | undefined) => void;
}

export function ResponseTimesChart({ bins, interval, onSelect }: ResponseTimesChartProps) {
  const bars = useMemo(() => barsOf(bins), [bins]);
  const [drag, setDrag] = useState<readonly [number, number] | null>(null);
  const most = Math.max(...bars.map((bar) => bar.count), 1);
  const width = SIZE.width / Math.max(bars.length, 1);
  const barAt = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const at = Math.floor(((event.clientX - box.left) / box.width) * bars.length);
    return Math.min(bars.length - 1, Math.max(0, at));
  };
  const chosen = drag ?? (interval && barsWithin(bars, interval));
  return (
    <div>
      <svg
        className="sky-bars sky-bars-drag"
        viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Response times from ${axis(bars, 0)} to ${axis(bars, 1)}. Drag to keep a slice.`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag([barAt(event), barAt(event)]);
        }}
        onPointerMove={(event) => drag && setDrag([drag[0], barAt(event)])}
        onPointerUp={() => {
          if (drag) onSelect(intervalOf(bars, drag));
          setDrag(null);
        }}
        onPointerCancel={() => setDrag(null)}
      >
        {chosen && (
          <rect
            className="sky-bars-selection"
            x={Math.min(...chosen) * width}
            width={(Math.abs(chosen[1] - chosen[0]) + 1) * width}
            height={SIZE.height}
          />
        )}
        {bars.map((bar, index) => (
          <rect
            key={bar.from}
            x={index * width + 0.5}
            width={Math.max(width - 1, 1)}
            y={SIZE.height - heightOf(bar, most)}
            height={heightOf(bar, most)}
            fill={colorChartsBlue1600}
          />
        ))}
      </svg>
      <div className="sky-axis">
        {[0, 0.5, 1].map((part) => (
          <span key={part}>{axis(bars, part)}</span>
        ))}
      </div>
      {interval && (
        <div className="sky-axis">
          <span>
            Kept: {formatSeconds(interval.from)} to {formatSeconds(interval.to)}
          </span>
          <Button variant="inline-link" onClick={() => onSelect(undefined)}>
            Clear
          </Button>
        </div>
      )}
    </div>
  );
}

/** A single request among thousands is still a line. */
function heightOf(bar: Bar, most: number): number {
  return bar.count === 0 ? 0 : Math.max(2, (bar.count / most) * (SIZE.height - 4));
}

function axis(bars: readonly Bar[], part: number): string {
  const [first, last] = [bars.at(0), bars.at(-1)];
  if (!first || !last) return "";
  return formatSeconds(first.from * (last.to / first.from) ** part);
}

function intervalOf(bars: readonly Bar[], [one, other]: readonly [number, number]): Interval | undefined {
  const [first, last] = [bars[Math.min(one, other)], bars[Math.max(one, other)]];
  return first && last && { from: first.from, to: last.to };
}

function barsWithin(bars: readonly Bar[], { from, to }: Interval): readonly [number, number] | null {
  const inside = bars.flatMap((bar, index) => (bar.to > from && bar.from < to ? [index] : []));
  const [first, last] = [inside.at(0), inside.at(-1)];
  return first === undefined || last === undefined ? null : [first, last];
}
