/** The colours of what clients report of a rule, the same in its line as in the chart. */

import { colorChartsBlue1600, colorChartsOrange400, colorChartsPurple700 } from "@cloudscape-design/design-tokens";

export const MEASURE_COLOURS = {
  requests: colorChartsBlue1600,
  sampled: colorChartsOrange400,
  borrowed: colorChartsPurple700,
} as const;
