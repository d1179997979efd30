/** The values of one column, with how many traces of each set have them. A click takes a value into the active set. */

import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useState } from "react";
import { Download } from "../../components/download";
import type { Column } from "../../model/csv";
import { toggled } from "../../model/filter_set";
import { countsOf } from "../../model/over_representation";
import { formatShare } from "../../model/share";
import type { Analysis } from "../../query/analysis";

interface Row {
  readonly value: string;
  readonly retrieved: number;
  readonly a: number;
  readonly b: number | undefined;
  /** The share of A minus that of B, or of what was retrieved where there is no B. */
  readonly delta: number;
}

const FEW = 8;

export function ColumnTable({ column, analysis }: { column: string; analysis: Analysis }) {
  const [all, setAll] = useState(false);
  const rows = rowsOf(column, analysis);
  return (
    <Table
      items={all ? rows : rows.slice(0, FEW)}
      columnDefinitions={columnsOf(column, analysis)}
      trackBy="value"
      contentDensity="compact"
      ariaLabels={{ tableLabel: column }}
      header={
        <Header
          variant="h3"
          counter={`(${rows.length})`}
          actions={<Download name={column} columns={DOWNLOADED} rows={rows} />}
        >
          {column}
        </Header>
      }
      {...(rows.length > FEW && {
        footer: (
          <Button variant="inline-link" onClick={() => setAll(!all)}>
            {all ? "Show fewer" : `Show all ${rows.length}`}
          </Button>
        ),
      })}
    />
  );
}

const DOWNLOADED: Column<Row>[] = [
  { header: "Value", value: (row) => row.value },
  { header: "Retrieved", value: (row) => row.retrieved },
  { header: "Set A", value: (row) => row.a },
  { header: "Set B", value: (row) => row.b },
  { header: "Difference of shares", value: (row) => row.delta },
];

function columnsOf(column: string, analysis: Analysis): TableProps.ColumnDefinition<Row>[] {
  const { active, set, b } = analysis;
  const chosen = active.filter.values.get(column);
  const figure = (count: number) => <span className="sky-number">{count.toLocaleString("en")}</span>;
  return [
    {
      id: "value",
      header: "Value",
      isRowHeader: true,
      cell: ({ value }) => (
        <span className="sky-one-line">
          <Button
            variant="inline-link"
            iconName={chosen?.has(value) ? "check" : "add-plus"}
            ariaLabel={`${chosen?.has(value) ? "Take out" : "Choose"} ${value}`}
            onClick={() => set(active.name, toggled(active.filter, column, value))}
          >
            <span className="sky-value" title={value}>
              {value}
            </span>
          </Button>
        </span>
      ),
    },
    { id: "retrieved", header: "Retrieved", cell: (row) => figure(row.retrieved), width: 105 },
    { id: "a", header: "Set A", cell: (row) => figure(row.a), width: 80 },
    ...(b ? [{ id: "b", header: "Set B", cell: (row: Row) => figure(row.b ?? 0), width: 80 }] : []),
    { id: "delta", header: b ? "A − B" : "A − all", cell: (row) => <Delta of={row.delta} />, width: 90 },
  ];
}

function Delta({ of }: { of: number }) {
  const points = Number((of * 100).toFixed(1));
  return (
    <span className="sky-number" title={`${formatShare(of)} of the traces`}>
      {points === 0 ? "0" : `${points > 0 ? "+" : "−"}${Math.abs(points)} %`}
    </span>
  );
}

function rowsOf(column: string, { traces, a, b }: Analysis): Row[] {
  const counted = countsOf(column, traces);
  const [inA, inB] = [countsOf(column, a.traces), b && countsOf(column, b.traces)];
  return [...counted]
    .map(([value, retrieved]) => {
      const [fromA, fromB] = [inA.get(value) ?? 0, inB && (inB.get(value) ?? 0)];
      const other = b ? share(fromB ?? 0, b.traces.length) : share(retrieved, traces.length);
      return { value, retrieved, a: fromA, b: fromB, delta: share(fromA, a.traces.length) - other };
    })
    .sort((x, y) => y.retrieved - x.retrieved || (x.value < y.value ? -1 : 1));
}

function share(count: number, of: number): number {
  return of === 0 ? 0 : count / of;
}
