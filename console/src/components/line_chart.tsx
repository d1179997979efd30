/** Lines over time, with what they are at the moment that the pointer, or the arrow keys, are at. */

import "uplot/dist/uPlot.min.css";
import "./line_chart.css";
import Box from "@cloudscape-design/components/box";
import { type KeyboardEvent, type RefObject, useEffect, useRef } from "react";
import uPlot from "uplot";
import type { Zone } from "../model/instant";
import { optionsOf } from "./line_chart_options";

export interface Line {
  readonly name: string;
  readonly colour: string;
  /** One height for each moment. */
  readonly heights: readonly number[];
  /** Whether the ground below the line is filled. */
  readonly filled?: boolean;
}

interface LineChartProps {
  readonly label: string;
  /** Seconds since 1970, evenly apart. */
  readonly moments: readonly number[];
  readonly lines: readonly Line[];
  readonly zone: Zone;
  /** The moment's place that is pointed at, or none. */
  readonly at: number | null;
  readonly onPoint: (at: number | null) => void;
  /** Says in words what there was at a moment. */
  readonly describe: (at: number) => string;
}

export function LineChart({ label, moments, lines, zone, at, onPoint, describe }: LineChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const chart = useChart(frame, { moments, lines, zone, onPoint });
  const last = moments.length - 1;
  const here = Math.min(at ?? last, last);
  const press = (event: KeyboardEvent) => {
    const to = placeAfter(event.key, here, last);
    if (to === undefined) return;
    event.preventDefault();
    const left = to === null ? OUTSIDE : chart.current?.valToPos(moments[to] ?? 0, "x");
    chart.current?.setCursor({ left: left ?? OUTSIDE, top: to === null ? OUTSIDE : 1 });
  };
  return (
    <div
      ref={frame}
      className="sky-lines-chart"
      role="slider"
      aria-label={`${label}: arrows go from moment to moment`}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, last)}
      aria-valuenow={Math.max(0, here)}
      aria-valuetext={last < 0 ? "" : describe(here)}
      tabIndex={0}
      onKeyDown={press}
    />
  );
}

// Where uPlot puts its cursor away.
const OUTSIDE = -10;

/** Where a key leads from a place: to another, away from all (null), or it is no key of the chart. */
function placeAfter(key: string, here: number, last: number): number | null | undefined {
  const within = (place: number) => Math.max(0, Math.min(last, place));
  switch (key) {
    case "ArrowLeft":
      return within(here - 1);
    case "ArrowRight":
      return within(here + 1);
    case "Home":
      return 0;
    case "End":
      return within(last);
    case "Escape":
      return null;
    default:
      return undefined;
  }
}

type Drawn = Pick<LineChartProps, "moments" | "lines" | "zone" | "onPoint">;

/** Keeps one chart in the frame: as wide as it, with what is drawn, in the colours of the theme. */
function useChart(frame: RefObject<HTMLDivElement | null>, { moments, lines, zone, onPoint }: Drawn) {
  const chart = useRef<uPlot>(null);
  const data: uPlot.AlignedData = [[...moments], ...lines.map(({ heights }) => [...heights])];
  const drawn = useRef({ data, lines, onPoint });
  drawn.current = { data, lines, onPoint };
  const look = lines.map(({ name, colour, filled }) => `${name} ${colour} ${filled ?? false}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights come by setData, other looks and another zone are another chart
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const { data: first, lines: looks } = drawn.current;
    const options = optionsOf(looks, {
      zone,
      family: getComputedStyle(element).fontFamily,
      onPoint: (at) => drawn.current.onPoint(at),
    });
    const made = new uPlot({ ...options, width: element.clientWidth }, first, element);
    chart.current = made;
    const width = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: options.height }));
    width.observe(element);
    const theme = new MutationObserver(() => made.redraw(false, true));
    theme.observe(document.body, { attributeFilter: ["class"] });
    return () => {
      width.disconnect();
      theme.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, [look, zone]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: made anew whenever it is drawn; what it is made of says whether it is another
  useEffect(() => chart.current?.setData(data), [moments, ...lines.map(({ heights }) => heights)]);
  return chart;
}

interface LegendProps {
  readonly items: readonly { readonly name: string; readonly colour: string; readonly value: string }[];
  readonly when: string;
}

/** What each line is, and how much it is then. */
export function Legend({ items, when }: LegendProps) {
  return (
    <Box>
      <dl className="sky-lines-legend">
        {items.map(({ name, colour, value }) => (
          <div key={name}>
            <span className="sky-swatch" style={{ background: colour }} aria-hidden />
            <dt>{name}</dt>
            <dd className="sky-number">{value}</dd>
          </div>
        ))}
        <div>
          <dt>{when}</dt>
        </div>
      </dl>
    </Box>
  );
}
