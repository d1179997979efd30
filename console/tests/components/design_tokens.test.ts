import { readFileSync } from "node:fs";
import * as tokens from "@cloudscape-design/design-tokens";
import { expect, it } from "vitest";

// Both packages hash the names of their custom properties. Of releases that do not belong together the names differ, and every
// colour of ours would silently be its light fallback in dark mode too.
it("Cloudscape's components and its tokens are of one release", () => {
  const styles = readFileSync(
    "node_modules/@cloudscape-design/components/internal/base-theme/styles.scoped.css",
    "utf8",
  );
  for (const token of [tokens.colorBackgroundContainerContent, tokens.colorChartsPaletteCategorical1]) {
    const [, name = "nothing"] = /var\((--[\w-]+)/.exec(token) ?? [];
    expect(styles).toContain(`${name}:`);
  }
});
