/** Requests a second as a line, and above the ground how many of them were sampled. */

import { colorChartsBlue1600, colorChartsOrange400 } from "@cloudscape-design/design-tokens";
import { Quiet } from "../../components/quiet";
import type { Point } from "../../model/sampling_statistics";

const WIDTH = 100;
const HEIGHT = 28;

export function RateLine({ points }: { points: readonly Point[] }) {
  const most = Math.max(0, ...points.map((point) => point.requestsPerSecond));
  if (most === 0) return <Quiet>no requests reported</Quiet>;
  const requests = points.map((point) => point.requestsPerSecond / most);
  const sampled = points.map((point) => Math.min(1, point.sampledPerSecond / most));
  return (
    <svg
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`Up to ${most.toLocaleString("en", { maximumFractionDigits: 1 })} requests a second`}
    >
      <path
        d={`M0 ${HEIGHT}L${corners(sampled)}L${WIDTH} ${HEIGHT}Z`}
        style={{ fill: colorChartsOrange400, opacity: 0.6 }}
      />
      <path d={`M${corners(requests)}`} style={{ fill: "none", stroke: colorChartsBlue1600, strokeWidth: 1.5 }} />
    </svg>
  );
}

/** Heights from 0 to 1 as the corners of a line from left to right. */
function corners(heights: readonly number[]): string {
  const step = WIDTH / Math.max(1, heights.length - 1);
  return heights
    .map((height, index) => `${(index * step).toFixed(1)} ${(HEIGHT - 1 - height * (HEIGHT - 3)).toFixed(1)}`)
    .join("L");
}
