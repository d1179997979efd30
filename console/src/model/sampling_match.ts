/** Which rule a request would meet: the first in order whose every pattern it fits. */

import { CRITERIA, type Criterion, inOrder, type SamplingRule } from "./sampling_rule";

/** What is known of a request; an empty text is something its SDK does not know, and fits every pattern. */
export type TriedRequest = Readonly<Record<Criterion, string>> & {
  readonly attributes: Readonly<Record<string, string>>;
};

/** A rule that was tried and, if it is not the one, what of the request it is not for. */
export interface Trial {
  readonly rule: SamplingRule;
  readonly misfits: readonly string[];
}

/** Tries the rules in order up to the first that fits, which stands last. */
export function tryRules(rules: readonly SamplingRule[], request: TriedRequest): Trial[] {
  const trials: Trial[] = [];
  for (const rule of inOrder(rules)) {
    const misfits = misfitsOf(rule, request);
    trials.push({ rule, misfits });
    if (misfits.length === 0) break;
  }
  return trials;
}

function misfitsOf(rule: SamplingRule, request: TriedRequest): string[] {
  const named = CRITERIA.filter(({ field }) => request[field] && !fits(request[field], rule[field])).map(
    ({ field, label }) => `${label} is not ${rule[field]}`,
  );
  const attributes = Object.entries(rule.attributes)
    .filter(([key, pattern]) => !hasFitting(request.attributes[key], pattern))
    .map(([key, pattern]) => `${key} is not ${pattern}`);
  return [...named, ...attributes];
}

function hasFitting(value: string | undefined, pattern: string): boolean {
  return value !== undefined && (value === "" || fits(value, pattern));
}

/** Whether a text fits a pattern in which `*` stands for anything and `?` for one character; case does not matter. */
export function fits(text: string, pattern: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "isu").test(text);
}
