/** Series over buckets, of which a stretch can be chosen: by dragging, or with the arrow keys, Shift and Enter. */

import { useBrush } from "./use_brush";

export interface Series {
  readonly name: string;
  readonly colour: string;
  /** One height for each bucket. */
  readonly heights: readonly number[];
  /** Whether the ground below the line is filled. */
  readonly filled?: boolean;
}

interface BrushChartProps {
  readonly label: string;
  /** One more than there are buckets. */
  readonly edges: readonly number[];
  readonly series: readonly Series[];
  readonly formatEdge: (edge: number) => string;
  readonly formatHeight: (height: number) => string;
  readonly selected: { readonly from: number; readonly to: number } | undefined;
  readonly onSelect: (from: number, to: number) => void;
  readonly onClear: () => void;
}

const WIDTH = 600;
const HEIGHT = 120;

export function BrushChart({ label, edges, series, formatEdge, formatHeight, ...choice }: BrushChartProps) {
  const buckets = Math.max(0, edges.length - 1);
  const edge = (index: number) => edges[index] ?? 0;
  const { range, head, handlers } = useBrush(buckets, {
    onTake: (first, last) => choice.onSelect(edge(first), edge(last + 1)),
    onClear: choice.onClear,
  });
  const most = Math.max(Number.MIN_VALUE, ...series.flatMap(({ heights }) => heights));
  const shown = range ? { from: edge(range[0]), to: edge(range[1] + 1) } : choice.selected;
  return (
    <div className="sky-chart">
      <div className="sky-chart-top">{formatHeight(most)}</div>
      <div
        className="sky-chart-plot"
        role="slider"
        aria-label={`${label}: arrows choose a stretch, Shift and arrows more of it, Enter takes it, Escape clears`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, buckets - 1)}
        aria-valuenow={head}
        aria-valuetext={`${formatEdge(edge(head))} to ${formatEdge(edge(head + 1))}`}
        tabIndex={0}
        {...handlers}
      >
        <svg width="100%" height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden>
          {series.map((each) => (
            <Steps key={each.name} series={each} most={most} />
          ))}
          {shown && <Selection {...shown} edges={edges} />}
        </svg>
      </div>
      <div className="sky-chart-axis">
        {ticksOf(edges).map((edge) => (
          <span key={edge}>{formatEdge(edge)}</span>
        ))}
      </div>
      <div className="sky-chart-said" aria-live="polite">
        {shown && `${formatEdge(shown.from)} to ${formatEdge(shown.to)}`}
      </div>
    </div>
  );
}

function Steps({ series, most }: { series: Series; most: number }) {
  const { heights, colour, filled } = series;
  const step = WIDTH / Math.max(1, heights.length);
  const y = (height: number) => (HEIGHT - 1 - (height / most) * (HEIGHT - 4)).toFixed(2);
  const corners = heights
    .map((height, index) => `${(index * step).toFixed(2)} ${y(height)}L${((index + 1) * step).toFixed(2)} ${y(height)}`)
    .join("L");
  if (!corners) return null;
  return filled ? (
    <path d={`M0 ${HEIGHT}L${corners}L${WIDTH} ${HEIGHT}Z`} style={{ fill: colour, opacity: 0.45 }} />
  ) : (
    <path
      d={`M${corners}`}
      vectorEffect="non-scaling-stroke"
      style={{ fill: "none", stroke: colour, strokeWidth: 2 }}
    />
  );
}

function Selection({ from, to, edges }: { from: number; to: number; edges: readonly number[] }) {
  const [left, right] = [placeOf(from, edges), placeOf(to, edges)];
  return (
    <rect
      className="sky-chart-selection"
      x={left * WIDTH}
      width={Math.max(2, (right - left) * WIDTH)}
      y={0}
      height={HEIGHT}
    />
  );
}

/** Where a value lies between the first edge and the last, from 0 to 1; buckets are equally wide whatever they span. */
function placeOf(value: number, edges: readonly number[]): number {
  const buckets = edges.length - 1;
  for (let at = 0; at < buckets; at += 1) {
    const [from = 0, to = 0] = [edges[at], edges[at + 1]];
    if (value <= to) return (at + Math.max(0, value - from) / (to - from || 1)) / buckets;
  }
  return 1;
}

/** Five edges, from the first to the last. */
function ticksOf(edges: readonly number[]): number[] {
  const buckets = edges.length - 1;
  if (buckets < 1) return [];
  const places = [0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * buckets));
  return [...new Set(places)].map((at) => edges[at] ?? 0);
}
