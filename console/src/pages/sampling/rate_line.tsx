/** Requests a second as a line, and above the ground how many of them were sampled. */

import { Quiet } from "../../components/quiet";
import { type Point, WINDOW_SECONDS } from "../../model/sampling_statistics";
import { MEASURE_COLOURS } from "./measure_colours";

const WIDTH = 84;
const HEIGHT = 28;

export function RateLine({ points }: { points: readonly Point[] }) {
  const most = Math.max(0, ...points.map((point) => point.requests));
  if (most === 0) return <Quiet>no requests reported</Quiet>;
  const requests = points.map((point) => point.requests / most);
  const sampled = points.map((point) => Math.min(1, point.sampled / most));
  return (
    <svg
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`Up to ${(most / WINDOW_SECONDS).toLocaleString("en", { maximumFractionDigits: 1 })} requests a second`}
    >
      <path
        d={`M0 ${HEIGHT}L${corners(sampled)}L${WIDTH} ${HEIGHT}Z`}
        style={{ fill: MEASURE_COLOURS.sampled, opacity: 0.6 }}
      />
      <path d={`M${corners(requests)}`} style={{ fill: "none", stroke: MEASURE_COLOURS.requests, strokeWidth: 1.5 }} />
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
