/** What changed of a part of the map: a mark, a word and a colour each. */

import {
  colorChartsBlue1600,
  colorChartsGreen500,
  colorChartsOrange500,
  colorChartsRed500,
  colorChartsTeal500,
  colorTextBodySecondary,
} from "@cloudscape-design/design-tokens";
import { VERDICTS, type Verdict } from "../model/map_difference";

export const VERDICT_COLOURS: Record<Verdict, string> = {
  "more faulty": colorChartsRed500,
  slower: colorChartsOrange500,
  new: colorChartsBlue1600,
  gone: colorTextBodySecondary,
  "less faulty": colorChartsGreen500,
  faster: colorChartsTeal500,
};

export const VERDICT_MARKS: Record<Verdict, string> = {
  "more faulty": "✕",
  slower: "▲",
  new: "+",
  gone: "−",
  "less faulty": "✓",
  faster: "▼",
};

export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  return (
    <span className="sky-verdict" style={{ borderColor: VERDICT_COLOURS[verdict] }}>
      <span aria-hidden="true" style={{ color: VERDICT_COLOURS[verdict] }}>
        {VERDICT_MARKS[verdict]}
      </span>{" "}
      {verdict}
    </span>
  );
}

export function VerdictBadges({ verdicts }: { verdicts: readonly Verdict[] }) {
  return (
    <span className="sky-verdicts">
      {verdicts.map((verdict) => (
        <VerdictBadge key={verdict} verdict={verdict} />
      ))}
    </span>
  );
}

export function VerdictLegend() {
  return <VerdictBadges verdicts={VERDICTS} />;
}
