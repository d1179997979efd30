/** Requests over time, by how they ended. */

import { OUTCOME_COLOURS } from "../../components/outcome";
import { usePreferences } from "../../components/preferences";
import { formatTime } from "../../model/instant";
import { COUNTED } from "../../model/map_filter";
import type { TimeWindow } from "../../model/time_range";
import { type Moment, periodOf } from "../../model/time_series";

const SIZE = { width: 340, height: 90 };

interface OverTimeChartProps {
  readonly moments: readonly Moment[];
  readonly window: TimeWindow;
}

export function OverTimeChart({ moments, window }: OverTimeChartProps) {
  const { zone } = usePreferences();
  const most = Math.max(...moments.map((moment) => moment.counts.total), 1);
  // Periods begin at whole minutes, so the first and the last reach over the window.
  const perSecond = SIZE.width / ((window.end.getTime() - window.start.getTime()) / 1000);
  const width = perSecond * periodOf(window);
  return (
    <div>
      <svg
        className="sky-over-time"
        viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Requests over time, at most ${most} at once`}
      >
        {moments.map((moment) => (
          <MomentBar
            key={moment.at.getTime()}
            moment={moment}
            most={most}
            x={((moment.at.getTime() - window.start.getTime()) / 1000) * perSecond}
            width={width}
          />
        ))}
      </svg>
      <div className="sky-axis">
        <span>{formatTime(window.start, zone)}</span>
        <span>{formatTime(window.end, zone)}</span>
      </div>
    </div>
  );
}

interface MomentBarProps {
  readonly moment: Moment;
  readonly most: number;
  readonly x: number;
  readonly width: number;
}

function MomentBar({ moment, most, x, width }: MomentBarProps) {
  let bottom = SIZE.height;
  return COUNTED.map((outcome) => {
    const height = (moment.counts[outcome] / most) * SIZE.height;
    bottom -= height;
    return (
      <rect
        key={outcome}
        x={x + 0.5}
        y={bottom}
        width={Math.max(width - 1, 1)}
        height={height}
        fill={OUTCOME_COLOURS[outcome]}
      />
    );
  });
}
