/** Where the time was spent in both: each service's own time, and that of what it called. */

import Header from "@cloudscape-design/components/header";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { Download } from "../../components/download";
import { Quiet } from "../../components/quiet";
import { formatSeconds } from "../../model/instant";
import { SERVICE_COLUMNS, type ServiceTimes } from "../../model/service_times";
import { Delta } from "./delta";

export function ServicesTable({ services }: { services: readonly ServiceTimes[] }) {
  const most = Math.max(0, ...services.map(({ delta }) => Math.abs(delta)));
  return (
    <Table
      items={services}
      columnDefinitions={columns(most)}
      trackBy="name"
      contentDensity="compact"
      ariaLabels={{ tableLabel: "Self time by service" }}
      header={
        <Header
          counter={`(${services.length})`}
          description="Time that none of its own calls account for, in all of the trace; what runs at the same time counts for each."
          actions={<Download name="comparison-services" columns={SERVICE_COLUMNS} rows={services} />}
        >
          Self time by service
        </Header>
      }
    />
  );
}

function columns(most: number): TableProps.ColumnDefinition<ServiceTimes>[] {
  return [
    { id: "delta", header: "Difference", cell: ({ delta }) => <Delta seconds={delta} most={most} />, width: 190 },
    {
      id: "name",
      header: "Service",
      isRowHeader: true,
      minWidth: 200,
      cell: ({ name, isCalled }) => (
        <>
          {name} {isCalled && <Quiet>(as its callers saw it)</Quiet>}
        </>
      ),
    },
    { id: "callsA", header: "Calls in A", cell: ({ callsInA }) => callsInA.toLocaleString("en"), width: 110 },
    { id: "callsB", header: "Calls in B", cell: ({ callsInB }) => callsInB.toLocaleString("en"), width: 110 },
    { id: "a", header: "Self time in A", cell: (row) => <Seconds of={row.secondsInA} />, width: 140 },
    { id: "b", header: "Self time in B", cell: (row) => <Seconds of={row.secondsInB} />, width: 140 },
  ];
}

function Seconds({ of }: { of: number }) {
  return <span className="sky-number">{formatSeconds(of)}</span>;
}
