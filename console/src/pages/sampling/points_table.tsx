/** What was reported by window, the newest first. */

import Table, { type TableProps } from "@cloudscape-design/components/table";
import { Instant } from "../../components/instant";
import type { Point } from "../../model/sampling_statistics";
import { formatShare } from "../../model/share";

const COLUMNS: TableProps.ColumnDefinition<Point>[] = [
  { id: "start", header: "From", cell: ({ start }) => <Instant at={start} timeOnly />, isRowHeader: true },
  { id: "requests", header: "Requests", cell: ({ requests }) => count(requests) },
  { id: "sampled", header: "Sampled", cell: ({ sampled }) => count(sampled) },
  {
    id: "share",
    header: "Share",
    cell: ({ requests, sampled }) => (requests > 0 ? formatShare(sampled / requests) : "–"),
  },
  { id: "borrowed", header: "Borrowed", cell: ({ borrowed }) => count(borrowed) },
];

export function PointsTable({ points }: { points: readonly Point[] }) {
  return (
    <Table
      items={[...points].reverse()}
      columnDefinitions={COLUMNS}
      trackBy={({ start }) => start.toISOString()}
      variant="borderless"
      contentDensity="compact"
      ariaLabels={{ tableLabel: "Reported by window of ten seconds" }}
    />
  );
}

function count(of: number): string {
  return of.toLocaleString("en");
}
