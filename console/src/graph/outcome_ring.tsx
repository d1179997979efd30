/** The ring of a node: how many of its requests ended well, in error, throttled or in a fault, in proportion. */

import { OUTCOME_COLOURS } from "../components/outcome";
import { COUNTED } from "../model/map_filter";
import type { Counts } from "../model/service_map";

const WIDTH = 5;

interface OutcomeRingProps {
  readonly counts: Counts;
  readonly radius: number;
}

export function OutcomeRing({ counts, radius }: OutcomeRingProps) {
  const shown = COUNTED.filter((outcome) => counts[outcome] > 0);
  const total = shown.reduce((sum, outcome) => sum + counts[outcome], 0);
  let before = 0;
  return (
    <g fill="none" strokeWidth={WIDTH} transform="rotate(-90)">
      <circle r={radius} stroke="var(--sky-border)" />
      {shown.map((outcome) => {
        // However few: one fault in ten thousand requests must be seen.
        const share = Math.max(counts[outcome] / total, 0.02);
        const arc = (
          <circle
            key={outcome}
            r={radius}
            pathLength={1}
            stroke={OUTCOME_COLOURS[outcome]}
            strokeDasharray={`${share} ${1 - share}`}
            strokeDashoffset={-Math.min(before, 1 - share)}
          />
        );
        before += counts[outcome] / total;
        return arc;
      })}
    </g>
  );
}
