/** A sampling rule: which requests it is for, how many of them it samples, and what may be wrong with it. */

export interface SamplingRule {
  readonly name: string;
  readonly priority: number;
  /** So many requests a second are sampled whatever the rate. */
  readonly reservoir: number;
  /** The share of all further requests, from 0 to 1. */
  readonly rate: number;
  readonly serviceName: string;
  readonly serviceType: string;
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly resourceArn: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly modifiedAt?: Date | undefined;
}

export const DEFAULT_RULE = "Default";

/** What a rule looks at, and what people call it; in the order in which they read it. */
export const CRITERIA = [
  { field: "serviceName", label: "Service name" },
  { field: "serviceType", label: "Service type" },
  { field: "host", label: "Host" },
  { field: "method", label: "HTTP method" },
  { field: "path", label: "URL path" },
  { field: "resourceArn", label: "Resource ARN" },
] as const;

export type Criterion = (typeof CRITERIA)[number]["field"];

export const NEW_RULE: SamplingRule = {
  name: "",
  priority: 100,
  reservoir: 1,
  rate: 0.05,
  serviceName: "*",
  serviceType: "*",
  host: "*",
  method: "*",
  path: "*",
  resourceArn: "*",
  attributes: {},
};

export function isDefault(rule: SamplingRule): boolean {
  return rule.name === DEFAULT_RULE;
}

/** Rules as they are tried: by priority, then by name. */
export function inOrder(rules: readonly SamplingRule[]): SamplingRule[] {
  return [...rules].sort((a, b) => a.priority - b.priority || (a.name < b.name ? -1 : 1));
}

export interface Condition {
  readonly label: string;
  readonly pattern: string;
}

/** What a request must be for the rule to be for it; nothing: it is for every request. */
export function conditions(rule: SamplingRule): Condition[] {
  const named = CRITERIA.filter(({ field }) => rule[field] !== "*").map(({ field, label }) => ({
    label,
    pattern: rule[field],
  }));
  const attributes = Object.entries(rule.attributes).map(([key, pattern]) => ({ label: key, pattern }));
  return [...named, ...attributes];
}

export type Fault = Partial<Record<keyof SamplingRule, string>>;

/** What the server would refuse, by field; empty: nothing. */
export function faultsOf(rule: SamplingRule, taken: ReadonlySet<string>): Fault {
  const faults: { -readonly [Field in keyof Fault]: string } = {};
  if (!/^.{1,32}$/.test(rule.name)) faults.name = "A name has 1 to 32 characters.";
  else if (taken.has(rule.name)) faults.name = `There is a rule named ${rule.name} already.`;
  if (!isDefault(rule) && !isWhole(rule.priority, 1, 9999)) faults.priority = "A whole number from 1 to 9999.";
  if (!isWhole(rule.reservoir, 0, 2 ** 31 - 1)) faults.reservoir = "A whole number of requests a second, 0 or more.";
  if (!(rule.rate >= 0 && rule.rate <= 1)) faults.rate = "A percentage from 0 to 100.";
  for (const { field, label } of CRITERIA) {
    if (!rule[field]) faults[field] = `${label} must say something; * stands for anything.`;
  }
  const attributes = Object.entries(rule.attributes);
  if (attributes.length > 5) faults.attributes = "A rule looks at 5 attributes at most.";
  else if (attributes.some(([key, pattern]) => !/^.{1,32}$/.test(key) || !/^.{1,32}$/.test(pattern)))
    faults.attributes = "Keys and patterns have 1 to 32 characters.";
  return faults;
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

export interface PriorityChange {
  readonly name: string;
  readonly priority: number;
}

const FIRST = 1;
const LAST = 9999;

/**
 * Returns the fewest changes of priority that put a rule one place up or down in the order.
 *
 * Between two neighbours it gets the number in the middle. Where there is none left, the neighbours on the way are moved
 * too, one number each. `null`: there is no such place.
 */
export function moved(rules: readonly SamplingRule[], name: string, by: -1 | 1): PriorityChange[] | null {
  const ordered = inOrder(rules.filter((rule) => !isDefault(rule)));
  const at = ordered.findIndex((rule) => rule.name === name);
  const to = at + by;
  const rule = ordered[at];
  if (!rule || to < 0 || to >= ordered.length) return null;
  ordered.splice(at, 1);
  ordered.splice(to, 0, rule);
  const before = ordered[to - 1]?.priority ?? FIRST - 1;
  const after = ordered[to + 1]?.priority ?? LAST + 1;
  if (after - before > 1) return [{ name, priority: Math.floor((before + after) / 2) }];
  return spread(ordered);
}

/** Numbers rules anew so that each comes strictly after the one before; only those that change are returned. */
function spread(ordered: readonly SamplingRule[]): PriorityChange[] {
  const step = Math.max(1, Math.min(100, Math.floor(LAST / (ordered.length + 1))));
  return ordered
    .map((rule, index) => ({ rule, priority: (index + 1) * step }))
    .filter(({ rule, priority }) => rule.priority !== priority)
    .map(({ rule, priority }) => ({ name: rule.name, priority }));
}
