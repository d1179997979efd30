/** How requests end, in the colours of X-Ray: green ok, yellow error, purple throttle, red fault. */

import {
  colorChartsBlue1600,
  colorChartsGreen400,
  colorChartsPurple400,
  colorChartsRed500,
  colorChartsYellow400,
} from "@cloudscape-design/design-tokens";
import type { Outcome } from "../model/outcome";

export const OUTCOME_COLOURS: Record<Outcome, string> = {
  fault: colorChartsRed500,
  throttle: colorChartsPurple400,
  error: colorChartsYellow400,
  ok: colorChartsGreen400,
  "in progress": colorChartsBlue1600,
};

export const OUTCOME_NAMES: Record<Outcome, string> = {
  fault: "Fault",
  throttle: "Throttle",
  error: "Error",
  ok: "OK",
  "in progress": "In progress",
};

interface OutcomeMarkProps {
  readonly outcome: Outcome;
  /** What stands beside the mark in place of the outcome's name, such as a status code. */
  readonly text?: string | undefined;
}

export function OutcomeMark({ outcome, text }: OutcomeMarkProps) {
  return (
    <span className="sky-outcome">
      <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true" style={{ color: OUTCOME_COLOURS[outcome] }}>
        <OutcomeShape outcome={outcome} />
      </svg>
      {text ? <span title={OUTCOME_NAMES[outcome]}>{text}</span> : OUTCOME_NAMES[outcome]}
    </span>
  );
}

/** The mark alone, where a row has no room for more; nothing where all is well. */
export function FailureMark({ outcome }: { outcome: Outcome }) {
  if (outcome === "ok" || outcome === "in progress") return null;
  return (
    <svg
      width="10"
      height="10"
      viewBox="0 0 10 10"
      style={{ color: OUTCOME_COLOURS[outcome] }}
      role="img"
      aria-label={OUTCOME_NAMES[outcome]}
    >
      <OutcomeShape outcome={outcome} />
    </svg>
  );
}

/** A shape of its own for each outcome, so that colour is not all that tells them apart. */
export function OutcomeShape({ outcome }: { outcome: Outcome }) {
  switch (outcome) {
    case "fault":
      return <path d="M1 1 9 9M9 1 1 9" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" />;
    case "error":
      return <path d="M5 .8 9.600 9.200H.4Z" fill="currentColor" />;
    case "throttle":
      return <rect x="1" y="1" width="8" height="8" fill="currentColor" />;
    case "in progress":
      return <circle cx="5" cy="5" r="3.600" fill="none" stroke="currentColor" strokeWidth="2" strokeDasharray="3 2" />;
    default:
      return <circle cx="5" cy="5" r="4" fill="currentColor" />;
  }
}
