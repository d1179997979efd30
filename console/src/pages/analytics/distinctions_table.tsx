/** What distinguishes set A: from set B where there is one, from all other traces where not. */

import Header from "@cloudscape-design/components/header";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useMemo } from "react";
import { Download } from "../../components/download";
import { Quiet } from "../../components/quiet";
import type { Column } from "../../model/csv";
import { isEmpty } from "../../model/filter_set";
import { type Distinction, distinctions } from "../../model/over_representation";
import { formatShare } from "../../model/share";
import type { Analysis } from "../../query/analysis";

const MOST = 20;

const COLUMNS: TableProps.ColumnDefinition<Distinction>[] = [
  { id: "column", header: "Column", cell: ({ column }) => column, width: 220 },
  { id: "value", header: "Value", cell: ({ value }) => value, isRowHeader: true, minWidth: 200 },
  {
    id: "selected",
    header: "In set A",
    cell: (row) => <Share count={row.selected} of={row.selectedShare} />,
    width: 150,
  },
  {
    id: "others",
    header: "In the others",
    cell: (row) => <Share count={row.others} of={row.othersShare} />,
    width: 150,
  },
  { id: "chance", header: "By chance", cell: ({ chance }) => <Chance of={chance} />, width: 150 },
];

const DOWNLOADED: Column<Distinction>[] = [
  { header: "Column", value: (row) => row.column },
  { header: "Value", value: (row) => row.value },
  { header: "In set A", value: (row) => row.selected },
  { header: "In the others", value: (row) => row.others },
  { header: "Probability by chance", value: (row) => row.chance },
];

export function DistinctionsTable({ analysis }: { analysis: Analysis }) {
  const { traces, a, b } = analysis;
  const rows = useMemo(() => {
    const inA = new Set(a.traces);
    const others = b ? b.traces.filter((trace) => !inA.has(trace)) : traces.filter((trace) => !inA.has(trace));
    const chosenBy = new Set([...a.filter.values.keys(), ...(b?.filter.values.keys() ?? [])]);
    return distinctions(a.traces, others, chosenBy);
  }, [traces, a, b]);
  if (isEmpty(a.filter)) return null;
  return (
    <Table
      items={rows.slice(0, MOST)}
      columnDefinitions={COLUMNS}
      trackBy={({ column, value }) => `${column}=${value}`}
      contentDensity="compact"
      wrapLines
      ariaLabels={{ tableLabel: "What distinguishes set A" }}
      empty={<Quiet>Nothing that chance would not explain.</Quiet>}
      header={
        <Header
          counter={`(${rows.length})`}
          description="Values that set A has more often than chance explains (Fisher's exact test, corrected for all values)."
          actions={<Download name="distinctions" columns={DOWNLOADED} rows={rows} />}
        >
          What distinguishes set A from {b ? "set B" : "the other traces"}
        </Header>
      }
    />
  );
}

function Share({ count, of }: { count: number; of: number }) {
  return (
    <span className="sky-number">
      {count.toLocaleString("en")} <Quiet>({formatShare(of)})</Quiet>
    </span>
  );
}

function Chance({ of }: { of: number }) {
  return <span className="sky-number">{of < 1e-12 ? "less than 1 in 10¹²" : `1 in ${oneIn(of)}`}</span>;
}

function oneIn(chance: number): string {
  return Number((1 / chance).toPrecision(2)).toLocaleString("en");
}
