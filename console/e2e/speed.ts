/**
 * Measures the console as a person waits for it, and prints the milliseconds as JSON: `python -m bench --only console` runs it.
 *
 *   node e2e/speed.ts views DATA              the map's first paint and changes of view, over the traces of the last minutes
 *   node e2e/speed.ts store DATA NEWEST       traces of a filled store, whose newest is of that time (seconds since 1970)
 */

import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { addressOf, CHROMIUM, chromiumOptions, LEFT_OUT, newPerson, signIn } from "./browser.ts";
import { type Server, serverOf } from "./server.ts";

const REPETITIONS = Number(process.env.REPETITIONS ?? 5);
const NODE = ".sky-node";
const TRACE_ROW = "table tbody tr a[href*='#/traces/1-']";

/** Views in the order in which the links to them are followed, and what is there once each is whole. */
const ROUND: readonly { readonly name: string; readonly link: string; readonly whole: string }[] = [
  { name: "traces", link: "a[href='#/traces']", whole: TRACE_ROW },
  { name: "trace", link: TRACE_ROW, whole: ".sky-row" },
  { name: "analytics", link: "a[href='#/analytics']", whole: ".sky-chart-plot" },
  { name: "sampling", link: "a[href='#/sampling']", whole: "a[href='#/sampling?edit=Default']" },
  { name: "groups", link: "a[href='#/groups']", whole: "a[aria-label='Traces of Default']" },
  { name: "encryption", link: "a[href='#/encryption']", whole: "[class*=awsui_key-value-pairs]" },
  { name: "events", link: "a[href='#/events']", whole: "table[aria-label='Events'] tbody tr a" },
  { name: "welcome", link: "a[href='#/welcome']", whole: "pre" },
  { name: "map", link: "a[href='#/map']", whole: NODE },
];

/** Resolves in the page once something is there and painted; tells when that was, from the start of the page on. */
function painted(page: Page, selector: string): Promise<number> {
  return page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        const look = () => {
          if (!document.querySelector(wanted)) return false;
          watcher.disconnect();
          // The frame after the next begins when the next has been painted.
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())));
          return true;
        };
        const watcher = new MutationObserver(look);
        if (!look()) watcher.observe(document, { childList: true, subtree: true });
      }),
    selector,
  );
}

/** Milliseconds on the clock, and of the processor in the page's main thread: the latter is the same on a busy machine. */
interface Took {
  readonly clock: number;
  readonly cpu: number;
}

async function mapFirstPaint(browser: Browser, server: Server): Promise<Took> {
  const person = await signedIn(browser, server);
  const page = await person.newPage();
  const cpu = await cpuOf(page);
  await page.goto(addressOf(server, "#/map"), { waitUntil: "commit" });
  const clock = await painted(page, NODE);
  const took = { clock, cpu: await cpu() };
  await person.close();
  return took;
}

/** Tells how much processor time the page's main thread has taken since. */
async function cpuOf(page: Page): Promise<() => Promise<number>> {
  const driven = await page.context().newCDPSession(page);
  await driven.send("Performance.enable", { timeDomain: "threadTicks" });
  const busy = async () => {
    const { metrics } = await driven.send("Performance.getMetrics");
    return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
  };
  const before = await busy();
  return async () => (await busy()) - before;
}

/** Follows each link once in a browser that has never shown a view; the map is what it begins with. */
async function viewChanges(browser: Browser, server: Server): Promise<Map<string, Took>> {
  const person = await signedIn(browser, server);
  const page = await person.newPage();
  await page.goto(addressOf(server, "#/map"));
  await painted(page, NODE);
  // A person looks at a view before leaving it.
  await page.waitForTimeout(3000);
  const took = new Map<string, Took>();
  for (const { name, link, whole } of ROUND) {
    took.set(name, await changed(page, link, whole));
    await page.waitForTimeout(300);
  }
  await person.close();
  return took;
}

async function changed(page: Page, link: string, whole: string): Promise<Took> {
  const shown = page.locator(`${link}:visible`).last();
  await shown.hover();
  const cpu = await cpuOf(page);
  const begun = await shown.evaluate((element) => {
    const now = performance.now();
    (element as HTMLElement).click();
    return now;
  });
  const clock = (await painted(page, whole)) - begun;
  return { clock, cpu: await cpu() };
}

/** Opens the traces of an hour, each time of another, so that nothing is remembered. */
async function tracesOfStore(browser: Browser, server: Server, newest: number): Promise<number[]> {
  const person = await signedIn(browser, server);
  const page = await person.newPage();
  const took: number[] = [];
  for (let hour = 0; hour < REPETITIONS + 1; hour += 1) {
    await page.goto(addressOf(server, "#/groups"));
    await painted(page, "a[aria-label='Traces of Default']");
    const end = new Date((newest - hour * 60) * 1000);
    const range = `${new Date(end.getTime() - 3_600_000).toISOString()}~${end.toISOString()}`;
    const begun = await page.evaluate((hash) => {
      location.hash = hash;
      return performance.now();
    }, `/traces?range=${range}`);
    took.push((await painted(page, TRACE_ROW)) - begun);
  }
  await person.close();
  return took.slice(1);
}

async function signedIn(browser: Browser, server: Server): Promise<BrowserContext> {
  const person = await newPerson(browser, { reducedMotion: "no-preference" });
  await signIn(person, server, server.key);
  return person;
}

function median(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
}

async function measureViews(browser: Browser, server: Server): Promise<Record<string, number>> {
  const paints: Took[] = [];
  const rounds: Map<string, Took>[] = [];
  for (let time = 0; time < REPETITIONS; time += 1) {
    paints.push(await mapFirstPaint(browser, server));
    rounds.push(await viewChanges(browser, server));
  }
  const of = (name: string, unit: keyof Took) => median(rounds.map((round) => round.get(name)?.[unit] ?? Number.NaN));
  const names = ROUND.map(({ name }) => name);
  return {
    map_first_paint_ms: median(paints.map(({ clock }) => clock)),
    map_first_paint_cpu_ms: median(paints.map(({ cpu }) => cpu)),
    view_change_ms: Math.max(...names.map((name) => of(name, "clock"))),
    view_change_cpu_ms: Math.max(...names.map((name) => of(name, "cpu"))),
    ...Object.fromEntries(
      names.flatMap((name) => [
        [`to_${name}_ms`, of(name, "clock")],
        [`to_${name}_cpu_ms`, of(name, "cpu")],
      ]),
    ),
  };
}

if (!CHROMIUM) {
  process.stderr.write(`${LEFT_OUT}\n`);
  process.exit(3);
}
const [part = "", data = "", newest = ""] = process.argv.slice(2);
const browser = await chromium.launch(chromiumOptions());
try {
  const server = serverOf(data);
  const figures =
    part === "views"
      ? await measureViews(browser, server)
      : { traces_view_ms: median(await tracesOfStore(browser, server, Number(newest))) };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
} finally {
  await browser.close();
}
