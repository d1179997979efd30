/** Traces by what they have in common. A value leads to its traces. */

import Link from "@cloudscape-design/components/link";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useMemo } from "react";
import { CopyAs } from "../../components/copy_as";
import { Download } from "../../components/download";
import type { CallText } from "../../model/copy_as";
import type { Column } from "../../model/csv";
import { both } from "../../model/filter_text";
import { formatSeconds } from "../../model/instant";
import { groupsOf, type TraceGroup, waysToGroup } from "../../model/trace_groups";
import type { TraceRow } from "../../model/trace_row";
import { useViewState } from "../../url/view_state";

const MOST_GROUPS = 100;
const DEFAULT_WAY = "url";

const DOWNLOADED: readonly Column<TraceGroup>[] = [
  { header: "value", value: ({ value }) => value },
  { header: "traces", value: ({ count }) => count },
  { header: "share", value: ({ share }) => share },
  { header: "failed_share", value: ({ failed }) => failed },
  { header: "mean_response_time_seconds", value: ({ mean }) => mean },
  { header: "p95_response_time_seconds", value: ({ p95 }) => p95 },
  { header: "filter", value: ({ filter }) => filter },
];

export function GroupTable({ rows }: { rows: readonly TraceRow[] }) {
  const { get, change } = useViewState();
  const groups = useGroups(rows);
  const narrow = (filter: string) =>
    change({ filter: both(get("filter") ?? "", filter), list: undefined, group: undefined, page: undefined }, "push");
  return (
    <Table
      items={groups.slice(0, MOST_GROUPS)}
      columnDefinitions={columns(narrow)}
      trackBy="value"
      contentDensity="compact"
      variant="embedded"
      ariaLabels={{ tableLabel: "Groups of traces" }}
      empty="None of these traces has a value for it."
      {...(groups.length > MOST_GROUPS
        ? { footer: `The ${MOST_GROUPS} most frequent of ${groups.length}; the download has all.` }
        : {})}
    />
  );
}

interface GroupActionsProps {
  readonly rows: readonly TraceRow[];
  /** The call that the groups were counted from. */
  readonly call: CallText;
}

/** Chooses what to group by, and takes the groups along. */
export function GroupActions({ rows, call }: GroupActionsProps) {
  const { get, change } = useViewState();
  const ways = useMemo(() => waysToGroup(rows).map(({ id, label }) => ({ value: id, label })), [rows]);
  const by = get("group") ?? DEFAULT_WAY;
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <div className="sky-group-by">
        <Select
          options={ways}
          selectedOption={ways.find(({ value }) => value === by) ?? { value: by, label: by }}
          onChange={({ detail }) => change({ group: detail.selectedOption.value }, "replace")}
          ariaLabel="Group by"
          filteringType="auto"
          expandToViewport
        />
      </div>
      <CopyAs calls={[call]} />
      <Download name={`traces-by-${by}`} columns={DOWNLOADED} rows={useGroups(rows)} />
    </SpaceBetween>
  );
}

function useGroups(rows: readonly TraceRow[]): TraceGroup[] {
  const by = useViewState().get("group") ?? DEFAULT_WAY;
  return useMemo(() => groupsOf(rows, by), [rows, by]);
}

function columns(narrow: (filter: string) => void): TableProps.ColumnDefinition<TraceGroup>[] {
  return [
    {
      id: "value",
      header: "Value",
      isRowHeader: true,
      cell: ({ value, filter }) => (
        <Link
          href="#"
          onFollow={(event) => {
            event.preventDefault();
            narrow(filter);
          }}
        >
          {value}
        </Link>
      ),
    },
    { id: "count", header: "Traces", cell: ({ count }) => count.toLocaleString("en"), width: 100 },
    { id: "share", header: "Share", cell: ({ share }) => <Share of={share} />, width: 180 },
    { id: "failed", header: "Failed", cell: ({ failed }) => (failed ? percent(failed) : "–"), width: 100 },
    { id: "mean", header: "Mean", cell: ({ mean }) => (mean === undefined ? "–" : formatSeconds(mean)), width: 110 },
    { id: "p95", header: "p95", cell: ({ p95 }) => (p95 === undefined ? "–" : formatSeconds(p95)), width: 110 },
  ];
}

function Share({ of }: { of: number }) {
  return (
    <div className="sky-share">
      <span className="sky-number">{percent(of)}</span>
      <div style={{ width: `${of * 100}%` }} />
    </div>
  );
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}
