/** What was retrieved and the two sets: how many traces each has, what it was chosen by, and which one clicks change. */

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import TokenGroup from "@cloudscape-design/components/token-group";
import { Quiet } from "../../components/quiet";
import { SET_COLOURS } from "../../components/set_colours";
import { type FilterSet, isEmpty, NO_FILTER, toggled } from "../../model/filter_set";
import { formatInstant, formatSeconds } from "../../model/instant";
import { formatShare } from "../../model/share";
import type { Analysis, ChosenSet } from "../../query/analysis";

interface Token {
  readonly label: string;
  readonly without: FilterSet;
}

export function SetsBar({ analysis }: { analysis: Analysis }) {
  const { a, b, active, choose } = analysis;
  return (
    <Container>
      <SpaceBetween size="s">
        <SpaceBetween direction="horizontal" size="m" alignItems="center">
          <Swatch colour={SET_COLOURS.retrieved} />
          <Box>
            Retrieved: <strong>{analysis.traces.length.toLocaleString("en")}</strong> traces
          </Box>
          <SegmentedControl
            label="Clicks change"
            selectedId={active.name}
            onChange={({ detail }) => choose(detail.selectedId === "b" ? "b" : "a")}
            options={[
              { id: "a", text: "Choose set A" },
              { id: "b", text: "Compare with set B" },
            ]}
          />
        </SpaceBetween>
        <SetLine analysis={analysis} chosen={a} />
        {b && <SetLine analysis={analysis} chosen={b} />}
      </SpaceBetween>
    </Container>
  );
}

function SetLine({ analysis, chosen }: { analysis: Analysis; chosen: ChosenSet }) {
  const { name, filter, traces } = chosen;
  const tokens = tokensOf(filter);
  return (
    <SpaceBetween direction="horizontal" size="m" alignItems="center">
      <Swatch colour={SET_COLOURS[name]} />
      <Box>
        Set {name.toUpperCase()}: <strong>{traces.length.toLocaleString("en")}</strong>{" "}
        <Quiet>({formatShare(traces.length / analysis.traces.length)})</Quiet>
      </Box>
      {isEmpty(filter) ? (
        <Quiet>every trace that was retrieved</Quiet>
      ) : (
        <span className="sky-tokens">
          <TokenGroup
            disableOuterPadding
            items={tokens.map(({ label }) => ({ label, dismissLabel: `Remove ${label}` }))}
            onDismiss={({ detail }) => {
              const token = tokens[detail.itemIndex];
              if (token) analysis.set(name, token.without);
            }}
          />
          <Button variant="inline-link" onClick={() => analysis.set(name, NO_FILTER)}>
            Clear
          </Button>
        </span>
      )}
    </SpaceBetween>
  );
}

function tokensOf(filter: FilterSet): Token[] {
  const tokens: Token[] = [];
  if (filter.seconds) {
    const { from, to } = filter.seconds;
    tokens.push({
      label: `${formatSeconds(from)} to ${formatSeconds(to)}`,
      without: { ...filter, seconds: undefined },
    });
  }
  if (filter.start) {
    const [from, to] = [new Date(filter.start.from), new Date(filter.start.to)];
    const label = `${formatInstant(from, "utc")} to ${formatInstant(to, "utc")}`;
    tokens.push({ label, without: { ...filter, start: undefined } });
  }
  for (const [column, values] of filter.values) {
    for (const value of values) tokens.push({ label: `${column}: ${value}`, without: toggled(filter, column, value) });
  }
  return tokens;
}

function Swatch({ colour }: { colour: string }) {
  return <span className="sky-swatch" style={{ background: colour }} aria-hidden />;
}
