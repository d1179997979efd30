/** The page of each path, loaded when it is first opened; or before that, as soon as nobody waits for anything else. */

import type { ComponentType } from "react";
import { matchPath } from "react-router";
import { PATHS, tracesPath } from "../url/paths";

export class PageModule {
  /** The page, once it has been loaded. */
  page: ComponentType | undefined;

  constructor(
    readonly path: string,
    private readonly fetch: () => Promise<{ readonly default: ComponentType }>,
  ) {}

  async load(): Promise<ComponentType> {
    this.page ??= (await this.fetch()).default;
    return this.page;
  }
}

export const PAGE_MODULES: readonly PageModule[] = [
  new PageModule(PATHS.map, () => import("../pages/trace_map/trace_map_page")),
  new PageModule(PATHS.traces, () => import("../pages/traces/traces_page")),
  new PageModule(PATHS.trace, () => import("../pages/trace/trace_page")),
  new PageModule(PATHS.compare, () => import("../pages/compare/compare_page")),
  new PageModule(PATHS.analytics, () => import("../pages/analytics/analytics_page")),
  new PageModule(PATHS.sampling, () => import("../pages/sampling/sampling_page")),
  new PageModule(PATHS.groups, () => import("../pages/groups/groups_page")),
  new PageModule(PATHS.encryption, () => import("../pages/encryption/encryption_page")),
  new PageModule(PATHS.events, () => import("../pages/events/events_page")),
  new PageModule(PATHS.doctor, () => import("../pages/doctor/doctor_page")),
  new PageModule(PATHS.welcome, () => import("../pages/welcome/welcome_page")),
];

/** What pages load themselves once they are there. */
const PARTS = [() => import("../components/filter_code_field"), () => import("@aws-sdk/client-cloudtrail")];

const FIRST_VIEW_MS = 1200;
const IDLE_MS = 2000;

/** Begins to load the page that an address names, beside who is signed in. */
export function loadPageOf(hash: string): void {
  const path = hash.replace(/^#/, "").split("?")[0] || tracesPath();
  const named = PAGE_MODULES.find((each) => matchPath(each.path, path));
  void named?.load().catch(ignored);
}

/** Loads all pages, one after the other, while the browser has nothing else to do; the first view comes before that. */
export function loadTheRest(): () => void {
  const waiting: (() => Promise<unknown>)[] = [...PAGE_MODULES.map((each) => () => each.load()), ...PARTS];
  const next = () => void waiting.shift()?.().catch(ignored).then(later);
  const later = () => void (waiting.length && requestIdleCallback(next, { timeout: IDLE_MS }));
  const timer = setTimeout(later, FIRST_VIEW_MS);
  return () => clearTimeout(timer);
}

/** Whoever opens the page tries again, and is told. */
function ignored(): void {}
