/** What clients report of one rule, or of all together, over the last minutes: as lines, and as a table. */

import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo, useState } from "react";
import { CopyAs } from "../../components/copy_as";
import { Download } from "../../components/download";
import { Empty } from "../../components/empty";
import { Legend, LineChart } from "../../components/line_chart";
import { usePreferences } from "../../components/preferences";
import type { CallText } from "../../model/copy_as";
import { formatTime } from "../../model/instant";
import { POINT_COLUMNS, SHOWN_MINUTES, type Statistics, summed, WINDOW_SECONDS } from "../../model/sampling_statistics";
import { formatShare } from "../../model/share";
import type { Reported } from "../../query/sampling";
import { useViewState } from "../../url/view_state";
import { MEASURE_COLOURS } from "./measure_colours";
import { PointsTable } from "./points_table";

interface ReportedOverTimeProps {
  readonly rules: readonly string[];
  readonly reported: Reported;
  readonly call: CallText;
}

export function ReportedOverTime({ rules, reported, call }: ReportedOverTimeProps) {
  const { get, change } = useViewState();
  const rule = rules.find((name) => name === get("rule"));
  const { windows, look } = reported;
  // Rules that are deleted have no statistics any more.
  const statistics = useMemo(
    () =>
      summed(
        windows.filter((window) => (rule ? window.rule === rule : rules.includes(window.rule))),
        look,
      ),
    [windows, look, rule, rules],
  );
  return (
    <Container
      header={
        <Header
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <RuleChoice rules={rules} chosen={rule} />
              <MinutesChoice minutes={look.minutes} />
              <CopyAs calls={[call]} />
              <Download name={`sampling-${rule ?? "all-rules"}`} columns={POINT_COLUMNS} rows={statistics.points} />
            </SpaceBetween>
          }
        >
          Reported over time
        </Header>
      }
    >
      {statistics.requests === 0 ? (
        <Empty title="No requests reported">
          Clients of X-Ray report every ten seconds what met {rule ? "this rule" : "a rule"}; none did in the last{" "}
          {look.minutes} minutes.
        </Empty>
      ) : (
        <SpaceBetween size="s">
          <Lines statistics={statistics} minutes={look.minutes} />
          <ExpandableSection
            headerText="As a table"
            expanded={get("points") === "table"}
            onChange={({ detail }) => change({ points: detail.expanded ? "table" : undefined }, "replace")}
          >
            {get("points") === "table" && <PointsTable points={statistics.points} />}
          </ExpandableSection>
        </SpaceBetween>
      )}
    </Container>
  );
}

function RuleChoice({ rules, chosen }: { rules: readonly string[]; chosen: string | undefined }) {
  const { change } = useViewState();
  const all = { value: "", label: "All rules" };
  return (
    <Select
      options={[all, ...rules.map((name) => ({ value: name, label: name }))]}
      selectedOption={chosen === undefined ? all : { value: chosen, label: chosen }}
      onChange={({ detail }) => change({ rule: detail.selectedOption.value }, "replace")}
      ariaLabel="Rule"
    />
  );
}

function MinutesChoice({ minutes }: { minutes: number }) {
  const { change } = useViewState();
  return (
    <SegmentedControl
      label="How far back"
      selectedId={String(minutes)}
      options={SHOWN_MINUTES.map((each) => ({ id: String(each), text: each === 60 ? "1 h" : `${each} min` }))}
      onChange={({ detail }) =>
        change({ minutes: detail.selectedId === String(SHOWN_MINUTES[0]) ? undefined : detail.selectedId }, "replace")
      }
    />
  );
}

const MEASURES = [
  { measure: "requests", name: "Requests" },
  { measure: "sampled", name: "Sampled", filled: true },
  { measure: "borrowed", name: "Borrowed" },
] as const;

function Lines({ statistics, minutes }: { statistics: Statistics; minutes: number }) {
  const { zone } = usePreferences();
  const [at, setAt] = useState<number | null>(null);
  const { points } = statistics;
  const lines = useMemo(
    () =>
      MEASURES.map((line) => ({
        ...line,
        colour: MEASURE_COLOURS[line.measure],
        heights: points.map((point) => point[line.measure] / WINDOW_SECONDS),
      })),
    [points],
  );
  const moments = useMemo(() => points.map(({ start }) => start.getTime() / 1000), [points]);
  const shown = (at === null ? undefined : points[at]) ?? statistics;
  const when = (place: number | null) => {
    const point = place === null ? undefined : points[place];
    return point ? `in ${WINDOW_SECONDS} s from ${formatTime(point.start, zone)}` : `in ${minutes} minutes`;
  };
  const share = shown.requests > 0 ? ` (${formatShare(shown.sampled / shown.requests)})` : "";
  return (
    <div>
      <Legend
        when={when(at)}
        items={MEASURES.map(({ measure, name }) => ({
          name,
          colour: MEASURE_COLOURS[measure],
          value: `${shown[measure].toLocaleString("en")}${measure === "sampled" ? share : ""}`,
        }))}
      />
      <Box variant="small">a second</Box>
      <LineChart
        label="Requests, sampled and borrowed a second"
        moments={moments}
        lines={lines}
        zone={zone}
        at={at}
        onPoint={setAt}
        describe={(place) =>
          [
            ...MEASURES.map(({ measure, name }) => `${points[place]?.[measure] ?? 0} ${name.toLowerCase()}`),
            when(place),
          ].join(", ")
        }
      />
    </div>
  );
}
