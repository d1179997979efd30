/** What both traces say of the same thing, where it is not the same. */

import Header from "@cloudscape-design/components/header";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { Download } from "../../components/download";
import { Quiet } from "../../components/quiet";
import { type DifferingValue, VALUE_COLUMNS } from "../../model/differing_value";

const COLUMNS: TableProps.ColumnDefinition<DifferingValue>[] = [
  { id: "service", header: "Service", cell: ({ service }) => service, width: 180 },
  { id: "attribute", header: "Attribute", cell: ({ attribute }) => attribute, isRowHeader: true, width: 240 },
  { id: "a", header: "In A", cell: ({ inA }) => <Values of={inA} />, minWidth: 200 },
  { id: "b", header: "In B", cell: ({ inB }) => <Values of={inB} />, minWidth: 200 },
];

export function ValuesTable({ values }: { values: readonly DifferingValue[] }) {
  return (
    <Table
      items={values}
      columnDefinitions={COLUMNS}
      trackBy={({ service, attribute }) => `${service} ${attribute}`}
      contentDensity="compact"
      wrapLines
      ariaLabels={{ tableLabel: "Values that differ" }}
      empty={<Quiet>Nothing: annotations, requests, answers, users and exceptions are the same.</Quiet>}
      header={
        <Header
          counter={`(${values.length})`}
          description="Annotations, requests and answers, users, versions, exceptions, by the service that says them."
          actions={<Download name="comparison-values" columns={VALUE_COLUMNS} rows={values} />}
        >
          What differs
        </Header>
      }
    />
  );
}

// A loop may have annotated hundreds.
const MOST = 8;

function Values({ of }: { of: readonly string[] }) {
  if (of.length === 0) return <Quiet>nothing</Quiet>;
  return (
    <span className="sky-break">
      {of.slice(0, MOST).join(", ")}
      {of.length > MOST && <Quiet> and {of.length - MOST} more</Quiet>}
    </span>
  );
}
