/** The rules in order, with what clients reported of them in the last minutes. */

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useState } from "react";
import { CopyAs } from "../../components/copy_as";
import { Download } from "../../components/download";
import { Quiet } from "../../components/quiet";
import type { CallText } from "../../model/copy_as";
import type { Column } from "../../model/csv";
import { conditions, isDefault, moved, type SamplingRule } from "../../model/sampling_rule";
import type { Statistics } from "../../model/sampling_statistics";
import { formatShare } from "../../model/share";
import { useMoveRule } from "../../query/sampling";
import { useViewState } from "../../url/view_state";
import { DeleteRules } from "./delete_rules";
import { RateLine } from "./rate_line";

interface RuleTableProps {
  readonly rules: readonly SamplingRule[];
  readonly statistics: ReadonlyMap<string, Statistics>;
  readonly minutes: number;
  readonly call: CallText;
}

interface Row {
  readonly rule: SamplingRule;
  readonly reported: Statistics | undefined;
}

const columns = (minutes: number): TableProps.ColumnDefinition<Row>[] => [
  { id: "priority", header: "Priority", cell: ({ rule }) => <Figure>{rule.priority}</Figure>, width: 76 },
  { id: "name", header: "Name", cell: ({ rule }) => <RuleLink rule={rule} />, isRowHeader: true, minWidth: 120 },
  { id: "conditions", header: "For requests with", cell: ({ rule }) => <Conditions rule={rule} />, minWidth: 130 },
  { id: "samples", header: "Samples", cell: ({ rule }) => <Figure>{samplesOf(rule)}</Figure>, width: 120 },
  {
    id: "line",
    header: minutes === 60 ? "Last hour" : `Last ${minutes} min`,
    cell: ({ reported }) => <RateLine points={reported?.points ?? []} />,
    width: 116,
  },
  { id: "requests", header: "Requests", cell: ({ reported }) => <Count of={reported?.requests} />, width: 88 },
  { id: "borrowed", header: "Borrowed", cell: ({ reported }) => <Count of={reported?.borrowed} />, width: 88 },
  { id: "sampled", header: "Sampled", cell: ({ reported }) => <Sampled reported={reported} />, width: 110 },
];

const downloaded = (minutes: number): Column<Row>[] => [
  { header: "Priority", value: ({ rule }) => rule.priority },
  { header: "Name", value: ({ rule }) => rule.name },
  { header: "Conditions", value: ({ rule }) => conditionText(rule) },
  { header: "Reservoir", value: ({ rule }) => rule.reservoir },
  { header: "Rate", value: ({ rule }) => rule.rate },
  { header: `Requests in ${minutes} minutes`, value: ({ reported }) => reported?.requests ?? 0 },
  { header: `Borrowed in ${minutes} minutes`, value: ({ reported }) => reported?.borrowed ?? 0 },
  { header: `Sampled in ${minutes} minutes`, value: ({ reported }) => reported?.sampled ?? 0 },
];

export function RuleTable({ rules, statistics, minutes, call }: RuleTableProps) {
  const [names, setNames] = useState<readonly string[]>([]);
  const rows = rules.map((rule) => ({ rule, reported: statistics.get(rule.name) }));
  const selected = rows.filter(({ rule }) => names.includes(rule.name));
  return (
    <Table
      items={rows}
      columnDefinitions={columns(minutes)}
      trackBy={({ rule }) => rule.name}
      selectionType="multi"
      selectedItems={selected}
      isItemDisabled={({ rule }) => isDefault(rule)}
      onSelectionChange={({ detail }) => setNames(detail.selectedItems.map(({ rule }) => rule.name))}
      contentDensity="compact"
      stickyHeader
      enableKeyboardNavigation
      ariaLabels={{
        tableLabel: "Sampling rules",
        selectionGroupLabel: "Rules",
        allItemsSelectionLabel: () => "Select all rules",
        itemSelectionLabel: (_, { rule }) => `Select ${rule.name}`,
      }}
      header={
        <Header
          counter={`(${rules.length})`}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <CopyAs calls={[call]} />
              <Download name="sampling-rules" columns={downloaded(minutes)} rows={rows} />
              <RuleActions rules={rules} selected={selected.map(({ rule }) => rule)} />
            </SpaceBetween>
          }
        >
          Rules, first to last
        </Header>
      }
    />
  );
}

function RuleActions({ rules, selected }: { rules: readonly SamplingRule[]; selected: readonly SamplingRule[] }) {
  const { change } = useViewState();
  const [deleting, setDeleting] = useState(false);
  const move = useMoveRule();
  const only = selected.length === 1 ? selected[0] : undefined;
  const up = only && moved(rules, only.name, -1);
  const down = only && moved(rules, only.name, 1);
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button iconName="arrow-up" ariaLabel="Try earlier" disabled={!up} onClick={() => up && move.mutate(up)} />
      <Button iconName="arrow-down" ariaLabel="Try later" disabled={!down} onClick={() => down && move.mutate(down)} />
      <ButtonDropdown
        items={[
          { id: "copy", text: "Copy to a new rule", disabled: !only },
          { id: "delete", text: "Delete", disabled: selected.length === 0 },
        ]}
        onItemClick={({ detail }) => {
          if (detail.id === "delete") setDeleting(true);
          else if (only) change({ new: only.name }, "push");
        }}
        loading={move.isPending}
      >
        Actions
      </ButtonDropdown>
      <Button variant="primary" onClick={() => change({ new: "rule" }, "push")}>
        Create rule
      </Button>
      {deleting && <DeleteRules names={selected.map((rule) => rule.name)} onClose={() => setDeleting(false)} />}
    </SpaceBetween>
  );
}

function RuleLink({ rule }: { rule: SamplingRule }) {
  const { change } = useViewState();
  return (
    <Link
      href={`#/sampling?edit=${encodeURIComponent(rule.name)}`}
      ariaLabel={`Edit ${rule.name}`}
      onFollow={(event) => {
        event.preventDefault();
        change({ edit: rule.name }, "push");
      }}
    >
      {rule.name}
    </Link>
  );
}

function Conditions({ rule }: { rule: SamplingRule }) {
  const found = conditions(rule);
  if (found.length === 0) return <Quiet>anything</Quiet>;
  return found.map(({ label, pattern }) => (
    <div key={label}>
      <Box variant="small">{label}</Box> <span className="sky-code">{pattern}</span>
    </div>
  ));
}

/** The reservoir, then the rate of what is left. */
function samplesOf({ reservoir, rate }: SamplingRule): string {
  return `${reservoir}/s, then ${formatShare(rate)}`;
}

function conditionText(rule: SamplingRule): string {
  return conditions(rule)
    .map(({ label, pattern }) => `${label} ${pattern}`)
    .join("; ");
}

function Sampled({ reported }: { reported: Statistics | undefined }) {
  if (!reported?.requests) return <Count of={reported?.sampled} />;
  return (
    <Figure>
      {reported.sampled.toLocaleString("en")} ({formatShare(reported.sampled / reported.requests)})
    </Figure>
  );
}

function Count({ of }: { of: number | undefined }) {
  return <Figure>{of === undefined ? "–" : of.toLocaleString("en")}</Figure>;
}

function Figure({ children }: { children: React.ReactNode }) {
  return <span className="sky-number">{children}</span>;
}
