/** A colour for each service of a view, from Cloudscape's palette for charts. */

import * as tokens from "@cloudscape-design/design-tokens";

// Reds and yellows stand for outcomes, so the palette's own (2 and 5) are left to those.
const PALETTE = [
  tokens.colorChartsPaletteCategorical1,
  tokens.colorChartsPaletteCategorical3,
  tokens.colorChartsPaletteCategorical4,
  tokens.colorChartsPaletteCategorical8,
  tokens.colorChartsPaletteCategorical19,
  tokens.colorChartsPaletteCategorical11,
  tokens.colorChartsPaletteCategorical38,
  tokens.colorChartsPaletteCategorical32,
  tokens.colorChartsPaletteCategorical14,
  tokens.colorChartsPaletteCategorical36,
  tokens.colorChartsPaletteCategorical13,
  tokens.colorChartsPaletteCategorical34,
] as const;

export function serviceColour(services: readonly string[], name: string): string {
  return PALETTE[Math.max(0, services.indexOf(name)) % PALETTE.length] ?? PALETTE[0];
}
