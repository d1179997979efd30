/** How a node or an edge went over time: one moment per period, with requests by how they ended. */

import { type Counts, countsOf, type SummaryStatistics } from "./service_map";
import type { TimeWindow } from "./time_range";

export interface Moment {
  readonly at: Date;
  readonly counts: Counts;
}

interface Statistics {
  readonly Timestamp?: Date | undefined;
  readonly ServiceSummaryStatistics?: SummaryStatistics | undefined;
  readonly EdgeSummaryStatistics?: SummaryStatistics | undefined;
}

export function momentsOf(series: readonly Statistics[]): Moment[] {
  return series.flatMap((each) =>
    each.Timestamp
      ? [{ at: each.Timestamp, counts: countsOf(each.ServiceSummaryStatistics ?? each.EdgeSummaryStatistics) }]
      : [],
  );
}

const MOST_MOMENTS = 60;
// Those that GetTimeSeriesServiceStatistics takes.
const PERIODS = [60, 300] as const;

/** The shortest period that does not make more bars than can be told apart, or the longest there is. */
export function periodOf({ start, end }: TimeWindow): number {
  const seconds = (end.getTime() - start.getTime()) / 1000;
  return PERIODS.find((period) => seconds / period <= MOST_MOMENTS) ?? PERIODS[1];
}
