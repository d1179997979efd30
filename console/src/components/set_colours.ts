/** The colours of two things held against each other, as in X-Ray's analytics: what was retrieved is orange, A green, B blue. */

import { colorChartsBlue1600, colorChartsGreen600, colorChartsOrange400 } from "@cloudscape-design/design-tokens";

export const SET_COLOURS = {
  retrieved: colorChartsOrange400,
  a: colorChartsGreen600,
  b: colorChartsBlue1600,
} as const;
