/** The views of the console: where each is, when it is whole, and what one must be allowed to see it. */

import type { Locator, Page } from "playwright-core";

export interface View {
  readonly name: string;
  readonly title: string | RegExp;
  /** Behind the hash; a view's state stands in it as well. */
  readonly at: (shown: Shown) => string;
  /** What is there once the view is whole. */
  readonly whole: (page: Page) => Locator;
  /** The action that whoever lacks it is refused in AWS's words. */
  readonly needs: string;
}

/** What the addresses name. */
export interface Shown {
  readonly trace: string;
  readonly other: string;
  /** A range that does not move while somebody looks. */
  readonly range: string;
}

/** What is shown of a shop's traces, which have just been sent. */
export function shownOf(traces: readonly string[]): Shown {
  const end = Math.ceil(Date.now() / 60_000) * 60_000;
  const range = `${new Date(end - 1_800_000).toISOString()}~${new Date(end).toISOString()}`;
  return { trace: traces.at(-3) ?? "", other: traces.at(-4) ?? "", range: encodeURIComponent(range) };
}

const ORDERS = encodeURIComponent("orders~~000000000000");

export const VIEWS: readonly View[] = [
  {
    name: "trace map",
    title: /^Trace map/,
    at: ({ range }) => `#/map?range=${range}&chosen=${ORDERS}&outcomes=fault`,
    whole: (page) => page.locator(".sky-map-panel .sky-chart").first(),
    needs: "xray:GetServiceGraph",
  },
  {
    name: "traces",
    title: "Traces",
    at: ({ range }) => `#/traces?range=${range}&filter=fault`,
    whole: (page) => page.locator("table tbody tr a").first(),
    needs: "xray:GetTraceSummaries",
  },
  {
    name: "traces by group",
    title: "Traces",
    at: ({ range }) => `#/traces?range=${range}&list=groups&group=annotation.customer`,
    whole: (page) => page.getByText("customer-1", { exact: true }).first(),
    needs: "xray:GetTraceSummaries",
  },
  {
    name: "trace",
    title: /^POST \/checkout/,
    at: ({ trace }) => `#/traces/${trace}?search=payment`,
    whole: (page) => page.locator(".sky-row").first(),
    needs: "xray:BatchGetTraces",
  },
  {
    name: "flame graph",
    title: /^POST \/checkout/,
    at: ({ trace }) => `#/traces/${trace}?view=flame`,
    whole: (page) => page.getByRole("img", { name: /^Flame graph of/ }),
    needs: "xray:BatchGetTraces",
  },
  {
    name: "trace's map",
    title: /^POST \/checkout/,
    at: ({ trace }) => `#/traces/${trace}?view=map`,
    whole: (page) => page.locator(".sky-node").first(),
    needs: "xray:BatchGetTraces",
  },
  {
    name: "compare",
    title: /^B took/,
    at: ({ trace, other }) => `#/compare/${other}/${trace}`,
    whole: (page) => page.getByRole("tab", { name: /^What makes B/ }),
    needs: "xray:BatchGetTraces",
  },
  {
    name: "raw documents",
    title: /^POST \/checkout/,
    at: ({ trace }) => `#/traces/${trace}?view=raw`,
    whole: (page) => page.locator("pre").first(),
    needs: "xray:BatchGetTraces",
  },
  {
    name: "analytics",
    title: /^Analytics/,
    at: ({ range }) => `#/analytics?range=${range}`,
    whole: (page) => page.getByText(/^\d+ traces retrieved$/).first(),
    needs: "xray:GetTraceSummaries",
  },
  {
    name: "sampling",
    title: "Sampling",
    at: () => "#/sampling?try.serviceName=checkout&try.path=%2Fcart%2F7",
    whole: (page) => page.getByRole("link", { name: "Edit Default" }),
    needs: "xray:GetSamplingRules",
  },
  {
    name: "groups",
    title: /^Groups/,
    at: () => "#/groups",
    whole: (page) => page.getByRole("link", { name: "Traces of Default" }),
    needs: "xray:GetGroups",
  },
  {
    name: "encryption",
    title: "Encryption",
    at: () => "#/encryption",
    whole: (page) => page.getByRole("button", { name: "Edit" }),
    needs: "xray:GetEncryptionConfig",
  },
  {
    name: "event history",
    title: "Event history",
    at: () => "#/events?attribute=EventName&value=CreateGroup",
    whole: (page) => page.locator("table tbody tr a").first(),
    needs: "cloudtrail:LookupEvents",
  },
  {
    name: "get started",
    title: "Get started",
    at: () => "#/welcome?client=otel",
    whole: (page) => page.getByText("Traces arrive"),
    needs: "xray:GetTraceSummaries",
  },
];
