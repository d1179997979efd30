/** What a person sees of a page and can tell of it: its texts, what is typed, ticked, open and selected. */

import type { Page } from "playwright-core";

export async function stateOf(page: Page): Promise<string[]> {
  // biome-ignore lint/performance/useDomNodeTextContent: what is seen counts, not what is in the document
  const texts = (await page.locator("body").innerText()).split("\n").map((line) => line.trim());
  const chosen = await page.evaluate(() => {
    const typed = [...document.querySelectorAll("input, textarea")].map((field) =>
      field instanceof HTMLInputElement && field.type === "checkbox"
        ? `${field.checked}`
        : (field as HTMLInputElement).value,
    );
    const marked = [
      ...document.querySelectorAll("[aria-selected=true], [aria-expanded=true], [aria-checked=true]"),
    ].map((element) => element.textContent ?? "");
    return [...typed, ...marked];
  });
  return [...texts, ...chosen].filter(Boolean);
}
