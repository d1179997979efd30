/** How uPlot draws lines over time; colours are Cloudscape's tokens, which a canvas has to be told in plain. */

import { colorBorderDividerSecondary, colorTextBodySecondary } from "@cloudscape-design/design-tokens";
import uPlot from "uplot";
import { formatTime, type Zone } from "../model/instant";
import type { Line } from "./line_chart";

const HEIGHT = 210;
const MINUTE = 60;

interface Look {
  readonly zone: Zone;
  /** Of the font: a canvas does not inherit it. */
  readonly family: string;
  readonly onPoint: (at: number | null) => void;
}

export function optionsOf(lines: readonly Line[], { zone, family, onPoint }: Look): Drawing {
  return {
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    scales: { y: { range: (_, __, most) => [0, uPlot.rangeNum(0, most || 1, 0.1, true)[1] ?? 1] } },
    series: [{}, ...lines.map(seriesOf)],
    axes: [
      {
        ...axis(family),
        size: 32,
        space: 80,
        incrs: [1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
        values: (_, splits) => splits.map((at) => formatTime(new Date(at * 1000), zone).slice(0, 5)),
      },
      { ...axis(family), size: 56, values: (_, splits) => splits.map((height) => height.toLocaleString("en")) },
    ],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
  };
}

/** All but the width, which is the frame's. */
export type Drawing = Omit<uPlot.Options, "width">;

function seriesOf({ name, colour, filled }: Line): uPlot.Series {
  const { stepped } = uPlot.paths;
  return {
    label: name,
    width: 2,
    stroke: ({ root }) => plain(root, colour),
    points: { show: false },
    // A height holds until the next moment.
    ...(stepped ? { paths: stepped({ align: 1 }) } : {}),
    ...(filled ? { fill: ({ root }) => plain(root, colour).replace(/^rgb\((.*)\)$/, "rgba($1, 0.3)") } : {}),
  };
}

function axis(family: string): uPlot.Axis {
  const line = { stroke: ({ root }: uPlot) => plain(root, colorBorderDividerSecondary), width: 1 };
  return {
    stroke: ({ root }) => plain(root, colorTextBodySecondary),
    font: `12px ${family}`,
    grid: line,
    ticks: line,
  };
}

/** A colour as the theme has it now. */
function plain(element: HTMLElement, colour: string): string {
  const before = element.style.color;
  element.style.color = colour;
  const { color } = getComputedStyle(element);
  element.style.color = before;
  return color;
}
