/** What keeps somebody from using a page: axe's serious findings, and marks that stand out too little from what is behind them. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe.min.js leaves behind in a page. */
interface WithAxe {
  readonly axe?: { readonly run: (context: Document, options: RunOptions) => Promise<AxeResults> };
}

/** Asks every rule of axe that is on by itself, in the page: there are no frames for which it would have to be driven from here. */
export async function seriousFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as WithAxe;
    if (!axe) throw new Error("axe is not in the page");
    return (await axe.run(document, { resultTypes: ["violations"] })).violations;
  });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} (${failureSummary ?? ""})`).join(" | ")}`,
    );
}

/** Looks at the page in dark mode from now on. */
export async function goDark(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await page.locator("body.awsui-dark-mode").waitFor();
}

/** The least contrast that WCAG 2.2 (1.4.11) asks of what has to be seen and is not text, which axe does not look at. */
const LEAST = 3;

/** Marks of outcomes in the page with too little contrast, each with its colours and its ratio. */
export function faintMarks(page: Page): Promise<string[]> {
  return page.evaluate((least) => {
    type Colour = readonly [number, number, number, number];
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    if (!canvas) throw new Error("no canvas");
    function colour(text: string): Colour {
      canvas?.clearRect(0, 0, 1, 1);
      if (canvas) canvas.fillStyle = text;
      canvas?.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0, alpha = 0] = canvas?.getImageData(0, 0, 1, 1).data ?? [];
      return [red, green, blue, alpha / 255];
    }
    function behind(element: Element | null): Colour {
      for (let at = element; at; at = at.parentElement) {
        const found = colour(getComputedStyle(at).backgroundColor);
        if (found[3] > 0.99) return found;
      }
      return [255, 255, 255, 1];
    }
    function luminance([red, green, blue]: Colour): number {
      const linear = (part: number) => (part <= 10.3 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
      return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    }
    const marks = [...document.querySelectorAll(".sky-outcome svg, .sky-node circle[pathLength]")];
    return marks.flatMap((mark) => {
      const { color, stroke } = getComputedStyle(mark);
      const drawn = colour(mark.matches("circle") ? stroke : color);
      const ground = behind(mark);
      const [high = 0, low = 0] = [luminance(drawn), luminance(ground)].sort((a, b) => b - a);
      const ratio = (high + 0.05) / (low + 0.05);
      return ratio < least ? [`${drawn} on ${ground}: ${ratio.toFixed(2)}`] : [];
    });
  }, LEAST);
}
