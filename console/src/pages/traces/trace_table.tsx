/** The list of traces. Pages of it come from what is loaded; the last one asks the server for more. */

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Link from "@cloudscape-design/components/link";
import Pagination from "@cloudscape-design/components/pagination";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { memo, type ReactNode, useMemo, useRef } from "react";
import { useNavigate } from "react-router";
import { Instant } from "../../components/instant";
import { OutcomeMark } from "../../components/outcome";
import { formatSeconds } from "../../model/instant";
import type { TraceRow } from "../../model/trace_row";
import type { Summaries } from "../../query/trace_summaries";
import { comparePath, hashOf, tracePath } from "../../url/paths";
import { useViewState } from "../../url/view_state";

export const PAGE_SIZE = 25;

const COLUMNS: TableProps.ColumnDefinition<TraceRow>[] = [
  { id: "id", header: "Trace", cell: (row) => <TraceLink row={row} />, isRowHeader: true, width: 140 },
  {
    id: "start",
    header: "Start",
    cell: (row) => row.start && <Instant at={row.start} milliseconds />,
    sortingField: "start",
    width: 202,
  },
  {
    id: "status",
    header: "Status",
    cell: ({ outcome, status }) => (
      <OutcomeMark outcome={outcome} text={status === undefined ? undefined : String(status)} />
    ),
    sortingField: "status",
    width: 105,
  },
  {
    id: "request",
    header: "Request",
    cell: (row) => <span title={row.url}>{[row.method, row.path ?? row.entry].filter(Boolean).join(" ")}</span>,
    sortingField: "path",
    minWidth: 140,
  },
  {
    id: "response",
    header: "Response time",
    cell: (row) => <Seconds value={row.responseTime} />,
    sortingField: "responseTime",
    width: 160,
  },
  {
    id: "duration",
    header: "Duration",
    cell: (row) => <Seconds value={row.duration} />,
    sortingField: "duration",
    width: 120,
  },
  { id: "entry", header: "Entry point", cell: (row) => row.entry, sortingField: "entry", width: 132 },
  { id: "user", header: "User", cell: (row) => row.users.join(", "), width: 115 },
];

interface TraceTableProps {
  readonly rows: readonly TraceRow[];
  readonly found: Summaries;
  readonly empty: ReactNode;
}

export function TraceTable({ rows, found, empty }: TraceTableProps) {
  const { get, change } = useViewState();
  const sort = useSort(rows);
  const pages = Math.max(1, Math.ceil(rows.length / PAGE_SIZE));
  const page = Math.min(Math.max(1, Number(get("page") ?? 1)), pages);
  const goTo = (next: number) => {
    if (next > pages - 1 && found.hasMore && !found.isFetching) found.loadMore();
    change({ page: next > 1 ? String(next) : undefined }, "push");
  };
  const items = useSame(sort.sorted.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE));
  return (
    <>
      <div className="sky-toolbar">
        <Box color="text-body-secondary">
          {found.isLoading
            ? "Searching"
            : `${rows.length.toLocaleString("en")}${found.hasMore ? "+" : ""} found, ${found.scanned.toLocaleString("en")} scanned`}
        </Box>
        <span className="sky-toolbar-gap" />
        <Pagination
          currentPageIndex={page}
          pagesCount={pages}
          openEnd={found.hasMore}
          onChange={({ detail }) => goTo(detail.currentPageIndex)}
          onNextPageClick={({ detail }) => !detail.requestedPageAvailable && found.loadMore()}
        />
      </div>
      <Rows items={items} isLoading={found.isLoading} empty={empty} />
    </>
  );
}

interface RowsProps {
  readonly items: readonly TraceRow[];
  readonly isLoading: boolean;
  readonly empty: ReactNode;
}

/** One page of the list, which is drawn anew when it has other rows, not when more were found behind it. */
const Rows = memo(function Rows({ items, isLoading, empty }: RowsProps) {
  const sort = useSort(NO_ROWS);
  const chosen = useChosen();
  const elsewhere = chosen.ids.filter((id) => !items.some((item) => item.id === id));
  return (
    <Table
      items={items}
      selectionType="multi"
      selectedItems={items.filter(({ id }) => chosen.ids.includes(id))}
      onSelectionChange={({ detail }) => chosen.set([...elsewhere, ...detail.selectedItems.map(({ id }) => id)])}
      columnDefinitions={COLUMNS}
      {...sort.shown}
      onSortingChange={({ detail }) => sort.by(detail)}
      trackBy="id"
      loading={isLoading}
      loadingText="Searching traces"
      empty={empty}
      contentDensity="compact"
      variant="embedded"
      resizableColumns
      enableKeyboardNavigation
      ariaLabels={{
        tableLabel: "Traces",
        selectionGroupLabel: "Traces to compare",
        allItemsSelectionLabel: () => "Choose all of this page",
        itemSelectionLabel: (_, row) => `Choose trace ${row.id}`,
      }}
    />
  );
});

const NO_ROWS: readonly TraceRow[] = [];

/** The list of before where it has the same items. */
function useSame<Item>(items: readonly Item[]): readonly Item[] {
  const before = useRef(items);
  const isSame = items.length === before.current.length && items.every((item, at) => item === before.current[at]);
  if (!isSame) before.current = items;
  return before.current;
}

/** Compares the two traces that are chosen: the slower one against the quicker. */
export function CompareChosen({ rows }: { rows: readonly TraceRow[] }) {
  const { ids } = useChosen();
  const navigate = useNavigate();
  const [a, b] = rows
    .filter(({ id }) => ids.includes(id))
    .sort((x, y) => (x.responseTime ?? 0) - (y.responseTime ?? 0));
  const canCompare = ids.length === 2 && a !== undefined && b !== undefined;
  return (
    <Button
      disabled={!canCompare}
      disabledReason="Choose two traces"
      onClick={() => canCompare && navigate(comparePath(a.id, b.id))}
    >
      Compare
    </Button>
  );
}

/** The traces that are ticked, by their ids in the address. */
function useChosen() {
  const { get, change } = useViewState();
  const ids = (get("chosen") ?? "").split(",").filter(Boolean);
  return { ids, set: (next: readonly string[]) => change({ chosen: next.join(",") }, "replace") };
}

function TraceLink({ row }: { row: TraceRow }) {
  return (
    <Link href={hashOf(tracePath(row.id))} ariaLabel={`Trace ${row.id}`}>
      <span className="sky-code" title={row.id}>
        …{row.id.slice(-12)}
      </span>
    </Link>
  );
}

function Seconds({ value }: { value: number | undefined }) {
  return <span className="sky-number">{value === undefined ? "–" : formatSeconds(value)}</span>;
}

/** The order of the rows, in the URL as `sort=responseTime` or `sort=-responseTime`; newest first without it. */
function useSort(rows: readonly TraceRow[]) {
  const { get, change } = useViewState();
  const text = get("sort") ?? "";
  const descending = text.startsWith("-");
  const field = text.replace(/^-/, "");
  const column = COLUMNS.find(({ sortingField }) => sortingField === field);
  const sorted = useMemo(
    () => (field ? [...rows].sort((a, b) => compare(a, b, field as keyof TraceRow) * (descending ? -1 : 1)) : rows),
    [rows, field, descending],
  );
  const by = ({ sortingColumn, isDescending }: TableProps.SortingState<TraceRow>) =>
    change({ sort: `${isDescending ? "-" : ""}${sortingColumn.sortingField}`, page: undefined }, "replace");
  return { sorted, by, shown: column ? { sortingColumn: column, sortingDescending: descending } : {} };
}

/** What has no value comes last in ascending order. */
function compare(a: TraceRow, b: TraceRow, field: keyof TraceRow): number {
  const [left, right] = [a[field], b[field]];
  if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
  return left < right ? -1 : left > right ? 1 : 0;
}
